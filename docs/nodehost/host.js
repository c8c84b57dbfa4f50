// A host: it sells through the providers of a catalog, and is paid for an order once.

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";

import { Engine } from "./engine.js";
import { Ledger } from "./ledger.js";
import { Providers, readCatalog } from "./providers.js";
import { webhooks } from "./webhooks.js";

const { active: exponents } = JSON.parse(readFileSync(new URL("../portable/iso4217.json", import.meta.url), "utf8"));

/** An order that this host does not sell. */
export class RefusedError extends Error {}

/** Starts a host, and returns it when it takes orders. */
export async function startHost({ catalog, database, keyFile, address, baseURL }) {
  const ledger = await Ledger.open(database);
  const providers = new Providers(readCatalog(catalog), hostKey(keyFile), log);
  await providers.start();
  const engine = new Engine(ledger, providers, { returnURL: new URL("/thanks", baseURL).href, exponents }, log);
  const running = engine.run();
  const server = http.createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, (request, response) => {
    if (request.url.split("?")[0] === "/thanks") { // who comes back has proved nothing
      response.end("Thank you. You get a message when your payment has arrived.\n");
      return;
    }
    webhook(request, response).catch((error) => { log("webhooks", error.message); response.destroy(); });
  });
  const webhook = webhooks(ledger, providers, () => engine.wake(), log);
  await listen(server, address);
  return {
    ledger,

    /** Stores an order, and goes on with it. */
    async checkout(order) {
      checkOrder(order, providers);
      await ledger.placeOrder(order);
      engine.wake();
    },

    /** Ends in good order. */
    async stop() {
      await new Promise((closed) => { server.close(closed); }); // when the requests that it has are answered
      await engine.stop();
      await running;
      await providers.stop();
      await ledger.close();
    },
  };
}

function checkOrder({ id, currency, minorUnits, method, providers: names }, providers) {
  const check = (holds, why) => { if (!holds) throw new RefusedError(why); };
  check(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(id), "the id is not valid");
  check(Object.hasOwn(exponents, currency), "the currency is none of ISO 4217");
  check(Number.isSafeInteger(minorUnits) && minorUnits > 0, "the amount is not valid");
  check(method !== "" && Buffer.byteLength(method) <= 255, "the method is not valid");
  check(names.length > 0 && names.every((name) => providers.has(name)), "there is no such provider");
  const sells = (name) => !providers.pin(name) || providers.pin(name).account.payment_methods.some((m) => m.code === method);
  check(names.some(sells), "no provider has that method");
}

export function listen(server, address) {
  const [host, port] = address.split(":");
  server.listen(Number(port), host);
  return once(server, "listening");
}

/** The host's own key, which is not in the database. */
function hostKey(file) {
  try {
    writeFileSync(file, randomBytes(32), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  return readFileSync(file);
}

export function log(of, text) { process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), of, text })}\n`); }

/** Has SIGTERM and SIGINT end the host in good order. */
export function endOnSignals(stop) {
  let ending;
  const end = () => { ending ??= stop().then(() => process.exit(0), (error) => { log("host", error.stack); process.exit(1); }); };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}
