// The providers of a catalog: a process for each, and another one when it is lost.

import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import { Plugin } from "./plugin.js";

const HEALTH = 5000;
const MISSED = 3;
const FIRST = 500; // until the next start; it doubles
const LONGEST = 30_000;

/** Reads the catalog; secrets are read at each start. */
export function readCatalog(file) {
  const base = path.dirname(path.resolve(file));
  const catalog = parse(readFileSync(file, "utf8"));
  return (catalog.providers ?? []).map((e) => ({
    name: e.name, path: path.resolve(base, e.path), sha256: e.sha256, mode: e.mode, probe: Boolean(e.probe),
    confinement: e.confinement ?? "full", settings: e.settings ?? {}, secretFiles: Object.entries(e.secrets ?? {}).map(([k, v]) => [k, path.resolve(base, v.file)]),
  }));
}

export class Providers {
  /** `key` is the host's own, under which accounts are recognised by their secrets. */
  constructor(catalog, key, log) {
    this.all = new Map(catalog.map((entry) => [entry.name, new Provider(entry, key, log)]));
  }

  /** Starts them all, and returns when each was tried once. */
  async start() { await Promise.all([...this.all.values()].map((p) => p.start())); }

  async stop() { await Promise.all([...this.all.values()].map((p) => p.stop())); }

  has(name) { return this.all.has(name); }

  /** Returns the process that takes calls now, or null. */
  pin(name) {
    const current = this.all.get(name)?.current;
    return current?.serving ? current : null;
  }
}

class Provider {
  constructor(entry, key, log) {
    Object.assign(this, { entry, key, log, current: null, stopping: false, pause: FIRST });
  }

  start() {
    return new Promise((tried) => { this.running = this.#run(tried); });
  }

  async #run(tried) {
    while (!this.stopping) {
      try {
        const secrets = Object.fromEntries(this.entry.secretFiles.map(([name, file]) => [name, readFileSync(file, "utf8").replace(/\r?\n$/, "")]));
        this.current = await Plugin.start({ ...this.entry, secrets }, this.log);
        this.current.fingerprint = fingerprint(this.key, this.entry.mode, secrets);
        tried();
        const began = Date.now();
        await this.#watch(this.current);
        if (Date.now() - began > 60_000) this.pause = FIRST;
      } catch (error) {
        this.log(this.entry.name, `it does not start: ${error.message}`);
      }
      tried();
      if (!this.stopping) await this.#wait(this.pause);
      this.pause = Math.min(2 * this.pause, LONGEST);
    }
  }

  /** Returns when the process is lost. */
  async #watch(plugin) {
    let missed = 0;
    while (plugin.serving && missed < MISSED) {
      await this.#wait(HEALTH, plugin.down);
      if (plugin.serving) missed = (await plugin.healthy()) ? 0 : missed + 1;
    }
    if (!this.stopping) plugin.kill();
  }

  #wait(ms, sooner = new Promise(() => {})) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => { clearTimeout(timer); resolve(); };
      void sooner.then(this.wake);
    });
  }

  async stop() {
    this.stopping = true;
    await this.current?.stop();
    this.wake?.();
    await this.running;
  }
}

/** Equal values are of one account. It shows nothing of the secrets. */
function fingerprint(key, mode, secrets) {
  const sorted = Object.entries(secrets).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHmac("sha256", key).update(JSON.stringify([mode, sorted])).digest("hex");
}
