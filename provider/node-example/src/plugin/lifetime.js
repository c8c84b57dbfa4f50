// Ends this process when the host says so, on SIGTERM, and when the host is gone.
// Then it accepts no new calls, waits for those in flight, and removes its socket.

import { readdirSync, rmdirSync, unlinkSync } from "node:fs";
import net from "node:net";
import path from "node:path";

const AFTER_HOST = 1500; // ms; a host kills the process after 2 s
const AFTER_TERM = 10_000; // ms; the host still waits for calls in flight
const FLUSH = 50; // ms, to write the answer of the last call

export class Lifetime {
  #inFlight = 0;
  #whenIdle = () => {};
  #environment;
  #log;

  /** True when new calls must be refused. */
  ending = false;

  constructor(environment, log) {
    this.#environment = environment;
    this.#log = log;
  }

  /** Runs a call. The process does not end before the call has. */
  async during(call) {
    this.#inFlight += 1;
    try {
      return await call();
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#whenIdle();
    }
  }

  /** `interactive` is for a process that a person started. */
  watchSignals({ interactive = false } = {}) {
    process.on("SIGTERM", () => this.end("SIGTERM", AFTER_TERM));
    // A terminal sends SIGINT to host and plugin, and the host handles it.
    process.on("SIGINT", () => { if (interactive) this.end("Ctrl-C", AFTER_HOST); });
    process.on("SIGHUP", () => {}); // tells a host to reload, and may be sent to all its processes
    process.stderr.on("error", () => {}); // when the host is gone, logging must not end the calls
  }

  /**
   * Watches the pipe that the host announces. Nobody writes to it, and the system
   * closes it when the host has ended for any reason. It is read as a socket, since
   * reading it as a file would occupy one of Node.js's few threads.
   */
  watchHost() {
    const descriptor = Number(this.#environment.PAYSOCKET_HOST_FD ?? "");
    if (!Number.isInteger(descriptor) || descriptor < 3) return;
    const pipe = new net.Socket({ fd: descriptor, readable: true, writable: false });
    pipe.on("error", () => {});
    pipe.on("close", () => this.end("its host is gone", AFTER_HOST));
    pipe.resume();
  }

  /** Ends the process because the host said so. */
  shutDown() { this.end("its host says so", AFTER_HOST); }

  end(why, patience) {
    if (this.ending) return;
    this.ending = true;
    this.#log.info(`the plugin ends: ${why}`);
    const leave = () => setTimeout(() => this.#leave(), FLUSH);
    setTimeout(() => this.#leave(), patience);
    if (this.#inFlight === 0) leave();
    else this.#whenIdle = leave;
  }

  #leave() {
    removeSockets(this.#environment.PLUGIN_UNIX_SOCKET_DIR ?? "");
    process.exit(0);
  }
}

/** Removes the sockets, and their folders if these are empty and a host made them. A host that died cannot do it. */
function removeSockets(folder) {
  if (!path.isAbsolute(folder)) return;
  attempt(() => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isSocket()) unlinkSync(path.join(folder, entry.name));
    }
    rmdirSync(folder);
    const parent = path.dirname(folder);
    if (path.basename(parent).startsWith("paysocket-")) rmdirSync(parent);
  });
}

function attempt(remove) {
  try {
    remove();
  } catch {
    // The folder is not empty, or somebody else has removed it.
  }
}
