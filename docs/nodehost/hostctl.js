#!/usr/bin/env node
// Starts the host with hostctl/1 of docs/hostctl.md, by which the conformance suite
// drives it. This file is not packaged:
// hostctl.js CATALOG DATABASE-URL KEY-FILE ADDRESS HOSTCTL-ADDRESS

import http from "node:http";

import { parse } from "yaml";

import { endOnSignals, listen, log, RefusedError, startHost } from "./host.js";
import { ConflictError } from "./ledger.js";

const MAX_BODY = 1 << 20;
const TEXT = (value) => typeof value === "string";
const INTEGER = (value) => Number.isInteger(value);
const ORDER = { id: TEXT, method: TEXT, amount: { currency: TEXT, minor_units: INTEGER }, providers: (list) => Array.isArray(list) && list.every(TEXT) };

const [catalog, database, keyFile, address, control] = process.argv.slice(2);
const host = await startHost({ catalog, database, keyFile, address, baseURL: `http://${address}` });
const server = http.createServer((request, response) => {
  if (ending) response.shouldKeepAlive = false;
  serve(request).catch((error) => { log("hostctl", error.stack); return [500, { error: error.message }]; }).then(([status, answer]) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  });
});
let ending = false;
endOnSignals(() => {
  ending = true;
  server.close();
  return host.stop();
});
await listen(server, control);

async function serve(request) {
  if (request.headers.origin !== undefined) return [403, { error: "web pages may not use it" }];
  if (ending) return [503, { error: "the host is shutting down" }];
  const [, , first, id, more] = request.url.split("/").map(decodeURIComponent);
  if (request.method === "GET" && request.url === "/v1/hello") return [200, { protocol: "hostctl/1", name: "nodehost", features: [] }];
  if (request.method === "POST" && request.url === "/v1/orders") return place(await readBody(request));
  if (request.method === "GET" && first === "orders" && more === undefined) return read(id);
  if (request.method === "POST" || first === "attention") return [501, { error: "it cannot do that" }];
  return [404, { error: "there is nothing" }];
}

async function place(body) {
  const order = parseStrict(body, ORDER);
  if (!order) return [400, { error: "the request is malformed" }];
  const { id, amount, providers, method } = order;
  try {
    await host.checkout({ id, currency: amount.currency, minorUnits: amount.minor_units, providers, method });
  } catch (error) {
    if (error instanceof RefusedError) return [422, { error: error.message }];
    if (error instanceof ConflictError) return [409, { error: error.message }];
    return [503, { error: error.message }];
  }
  return read(id);
}

async function read(id) {
  const order = await host.ledger.readOrder(id);
  if (!order) return [404, { error: "there is no such order" }];
  const { attempts } = order;
  const paid = attempts.find((a) => a.key === order.paid_key);
  const waiting = attempts.find((a) => order.state === "OPEN" && !a.released && a.status === "PENDING" && a.link);
  const refunded = attempts.reduce((sum, a) => sum + a.refunded, 0);
  const money = (minorUnits) => ({ currency: order.currency, minor_units: minorUnits });
  return [200, {
    id, state: order.state, amount: money(order.minor_units), refunds: [], effects: order.shipments,
    link: waiting?.link,
    paid: paid && { provider: paid.provider, payment: paid.payment_id, amount: money(order.minor_units) },
    refunded: refunded > 0 ? money(refunded) : undefined,
    attention: attempts.filter((a) => a.attention).map((a) => ({ provider: a.provider, payment: a.payment_id ?? undefined, text: a.attention })),
  }];
}

async function readBody(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size <= MAX_BODY) parts.push(part);
  }
  return size > MAX_BODY ? "" : Buffer.concat(parts).toString();
}

/** Returns an object of exactly these fields; null if the text is none, or has a name twice. */
function parseStrict(text, fields) {
  try {
    const value = JSON.parse(text);
    parse(text, { uniqueKeys: true }); // JSON.parse takes the last
    return fits(value, fields) ? value : null;
  } catch {
    return null;
  }
}

function fits(value, fields) {
  if (typeof fields === "function") return fields(value);
  return typeof value === "object" && value !== null && Object.keys(value).length === Object.keys(fields).length
    && Object.entries(fields).every(([name, of]) => Object.hasOwn(value, name) && fits(value[name], of));
}
