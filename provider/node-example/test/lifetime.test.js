// Real processes, since a process that has ended cannot say so.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import test from "node:test";

const MODULE = new URL("../src/plugin/lifetime.js", import.meta.url);

// A plugin without gRPC, whose only call lasts until something is on standard input.
const PLUGIN = `
import { Lifetime } from "${MODULE}";
const lifetime = new Lifetime(process.env, { info: console.log });
lifetime.watchSignals();
lifetime.watchHost();
if (process.env.CALL) lifetime.during(() => new Promise((resolve) => process.stdin.once("data", resolve))).then(() => console.log("the call ended"));
console.log("ready");
`;

/** Starts it, and returns it, `said()`, which returns its next line, and a promise of its end. */
async function started(environment) {
  const plugin = spawn(process.execPath, ["--input-type=module", "--eval", PLUGIN], {
    env: environment, stdio: ["pipe", "pipe", "inherit", "pipe"],
  });
  const ended = once(plugin, "exit");
  const lines = createInterface(plugin.stdout)[Symbol.asyncIterator]();
  const said = async () => (await lines.next()).value;
  assert.equal(await said(), "ready");
  return { plugin, said, ended };
}

test("SIGTERM ends a plugin when its last call has ended, and a terminal's signals do not", async () => {
  const { plugin, said, ended } = await started({ CALL: "yes" });
  plugin.kill("SIGINT");
  plugin.kill("SIGHUP");
  plugin.kill("SIGTERM");
  assert.equal(await said(), "the plugin ends: SIGTERM");
  plugin.stdin.write("x");
  assert.equal(await said(), "the call ended");
  assert.deepEqual(await ended, [0, null]);
});

test("a plugin ends when its host is gone, and removes the folders that the host made", async () => {
  const made = path.join(mkdtempSync(path.join(os.tmpdir(), "lifetime-")), "paysocket-1");
  const folder = path.join(made, "plugin-dir");
  mkdirSync(folder, { recursive: true });
  const { plugin, said, ended } = await started({ PAYSOCKET_HOST_FD: "3", PLUGIN_UNIX_SOCKET_DIR: folder });
  plugin.stdio[3].destroy();
  assert.equal(await said(), "the plugin ends: its host is gone");
  assert.deepEqual(await ended, [0, null]);
  assert.ok(!existsSync(made));
});
