// One process of a provider: started, connected, asked what it is, configured. This is
// the host's side of docs/other-languages.md.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";

import grpc from "@grpc/grpc-js";

import { makeCertificate } from "../../provider/node-example/src/plugin/certificate.js";
import { services } from "./definitions.js";

const COOKIE = { PAYSOCKET_PLUGIN: "b1f0c9e47a2d4d86a35b6c1de8f27409" };
const START = 10_000; // from the start to the answer of Describe
const CONFIGURE = 30_000;
const STOP = 2000; // from Shutdown on
const MAX_MESSAGE = 4 << 20;

/** A process that serves. `down` is a promise of the time at which it cannot be called any more. */
export class Plugin {
  static async start(entry, log) {
    const plugin = new Plugin(entry, log);
    try {
      await plugin.#open();
      return plugin;
    } catch (error) {
      plugin.kill();
      throw error;
    }
  }

  constructor(entry, log) {
    this.entry = entry;
    this.log = log;
    this.serving = false;
    this.down = new Promise((resolve) => { this.isDown = () => { this.serving = false; resolve(); }; });
    this.folder = mkdtempSync(path.join(os.tmpdir(), "paysocket-")); // mode 0700
  }

  async #open() {
    const own = makeCertificate();
    const [socket, certificate] = await this.#handshake(this.#spawn(own));
    const credentials = grpc.credentials.createSsl(pem(certificate), Buffer.from(own.key), Buffer.from(own.certificate));
    const options = {
      "grpc.ssl_target_name_override": "localhost", "grpc.default_authority": "localhost",
      "grpc.max_receive_message_length": MAX_MESSAGE, "grpc.max_send_message_length": MAX_MESSAGE, "grpc.enable_retries": 0,
    };
    this.clients = Object.fromEntries(Object.entries(services).map(([name, service]) => {
      const Client = grpc.makeClientConstructor(service, name);
      return [name, new Client(`unix:${socket}`, credentials, options)];
    }));
    const { descriptor } = await this.call("Describe", {}, Date.now() + START);
    if (!descriptor.spec_version.startsWith("0.1.")) throw new Error(`it is of version ${descriptor.spec_version} of the contract`);
    this.descriptor = descriptor;
    const { mode, settings, secrets, probe } = this.entry;
    const request = { mode: `MODE_${mode.toUpperCase()}`, settings, secrets, probe };
    this.account = (await this.call("Configure", request, Date.now() + CONFIGURE)).account;
    if (this.account.live !== (mode === "live")) throw new Error("it is configured for the other mode");
    if (!(await this.healthy())) throw new Error("its health service does not answer");
    this.serving = true;
  }

  /** Starts a copy of the binary, made of the bytes that have the sum: nobody can change it in between. */
  #spawn(own) {
    const bytes = readFileSync(this.entry.path);
    if (createHash("sha256").update(bytes).digest("hex") !== this.entry.sha256) throw new Error("it has not the checksum of the catalog");
    this.copy = path.join(this.folder, path.basename(this.entry.path));
    writeFileSync(this.copy, bytes, { mode: 0o500 });
    const env = {
      ...COOKIE, PLUGIN_PROTOCOL_VERSIONS: "1", PLUGIN_UNIX_SOCKET_DIR: this.folder, PLUGIN_CLIENT_CERT: own.certificate,
      PAYSOCKET_HOST_FD: "3", PAYSOCKET_LOG_LEVEL: "info", PAYSOCKET_SANDBOX: this.entry.confinement,
    };
    // Descriptor 3 is closed when this process has ended, however it does: nothing else tells the plugin.
    const child = spawn(this.copy, [], { cwd: "/", env, detached: true, stdio: ["ignore", "pipe", "pipe", "pipe"] });
    this.child = child;
    child.once("exit", () => {
      this.#killGroup(); // what it has started
      this.isDown();
      this.#remove();
    });
    child.once("error", () => this.isDown());
    readline.createInterface({ input: child.stderr }).on("line", (line) => this.log(this.entry.name, this.#redact(line)));
    return child;
  }

  async #handshake(child) {
    let timer;
    const line = await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error("it printed no handshake in time")), START);
      child.once("exit", (code, signal) => reject(new Error(`it ended with ${code ?? signal} before it was ready`)));
      child.once("error", reject);
      readline.createInterface({ input: child.stdout }).once("line", resolve);
    }).finally(() => clearTimeout(timer));
    rmSync(this.copy); // a host that is killed cannot do it later
    const [core, version, network, socket, protocol, certificate] = line.split("|");
    const is = [core, version, network, protocol].join("|");
    if (is !== "1|1|unix|grpc" || !certificate) throw new Error("it printed something else than the handshake");
    if (path.dirname(socket) !== this.folder) throw new Error("it listens elsewhere than in its folder");
    return [socket, certificate];
  }

  /** Makes a call, which ends by its deadline. Throws what gRPC says; see readError. */
  call(operation, request, deadline, client = "provider") {
    return new Promise((resolve, reject) => {
      this.clients[client][operation](request, new grpc.Metadata(), { deadline }, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  }

  async healthy() {
    const answer = await this.call("Check", { service: "plugin" }, Date.now() + 5000, "health").catch(() => null);
    return answer?.status === "SERVING";
  }

  /** Ends the process in good order, after the calls in flight. */
  async stop() {
    this.serving = false;
    if (this.clients) await this.call("Shutdown", {}, Date.now() + STOP, "controller").catch(() => {});
    const timer = setTimeout(() => this.kill(), STOP);
    await this.down;
    clearTimeout(timer);
  }

  kill() {
    this.isDown();
    this.#killGroup();
    if (!this.child?.pid) this.#remove();
  }

  #killGroup() {
    try {
      if (this.child?.pid) process.kill(-this.child.pid, "SIGKILL");
    } catch {
      // there is nobody left
    }
  }

  #remove() {
    for (const client of Object.values(this.clients ?? {})) client.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #redact(line) {
    return Object.values(this.entry.secrets).reduce((text, secret) => text.replaceAll(secret, "[redacted]"), line.slice(0, 4096));
  }
}

/** Returns the certificate of the handshake, which is DER in base64 without padding, as PEM. */
function pem(base64) {
  const lines = Buffer.from(base64, "base64").toString("base64").match(/.{1,64}/g).join("\n");
  return Buffer.from(`-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`);
}
