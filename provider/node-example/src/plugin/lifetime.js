// When this process ends: told to by the host, on SIGTERM, or because the host
// is gone. It takes no new calls then, waits for those in flight, and leaves
// no socket behind.

import { readdirSync, rmdirSync, unlinkSync } from "node:fs";
import net from "node:net";
import path from "node:path";

const AFTER_HOST = 1500; // ms; a host kills 2 s after it asked
const AFTER_TERM = 10_000; // the host has work for the calls still
const FLUSH = 50; // for the answer of the last call to be written

export class Lifetime {
  #inFlight = 0;
  #whenIdle = () => {};
  #environment;
  #log;

  /** True once no new call is to be taken. */
  ending = false;

  constructor(environment, log) {
    this.#environment = environment;
    this.#log = log;
  }

  /** Runs a call that the end has to wait for. */
  async during(call) {
    this.#inFlight += 1;
    try {
      return await call();
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#whenIdle();
    }
  }

  watchSignals() {
    process.on("SIGTERM", () => this.end("SIGTERM", AFTER_TERM));
    process.on("SIGINT", () => {}); // a terminal sends it to host and plugin alike; it is the host's to handle
    process.on("SIGHUP", () => {}); // tells a host to reload, and may be sent to all its processes
    process.stderr.on("error", () => {}); // when the host is gone, a log line must not be what ends the calls
  }

  /**
   * Watches the pipe that the host announces. Nobody writes to it, and the
   * system closes it when the host is gone, however that came. A socket reads
   * it without taking one of the few threads that files are read with.
   */
  watchHost() {
    const descriptor = Number(this.#environment.PAYSOCKET_HOST_FD ?? "");
    if (!Number.isInteger(descriptor) || descriptor < 3) return;
    const pipe = new net.Socket({ fd: descriptor, readable: true, writable: false });
    pipe.on("error", () => {});
    pipe.on("close", () => this.end("its host is gone", AFTER_HOST));
    pipe.resume();
  }

  /** Ends because the host said so. */
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

/** Removes what a host that died cannot: the sockets, and the folders for them if they are empty and a host's. */
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
    // What is not empty stays, and what is gone is gone.
  }
}
