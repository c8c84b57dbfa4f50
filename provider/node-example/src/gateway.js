// HTTP to the gateway. A request is sent once, over a new connection: one that
// was kept open may turn out to be closed when a payment is to be made, and then
// nobody knows whether the request arrived.

import http from "node:http";
import https from "node:https";

import { trust } from "./authorities.js";
import { endOf } from "./contract/context.js";
import { ContractError } from "./contract/error.js";
import { VERSION } from "./describe.js";
import { NotJSON, writeObject } from "./json.js";
import { malformed } from "./malformed.js";
import { readWithOwners } from "./owner.js";
import { refused } from "./refusal.js";

const MAX_BODY = 1 << 20; // of an answer, in bytes
const MAX_HEADERS = 64 << 10;
const CONNECT_TIME = 5000; // ms, including the TLS handshake
const MAX_RETRY_AFTER = 5 * 60 * 1000;

export class Gateway {
  #settings;
  #client;
  #options;

  constructor(settings, environment = process.env) {
    const secure = settings.apiBase.startsWith("https:");
    this.#settings = settings;
    this.#client = secure ? https : http;
    this.#options = { agent: false, maxHeaderSize: MAX_HEADERS, ...(secure && { secureContext: trustOf(environment) }) };
  }

  /** The longest that a call may take, in ms. */
  get timeout() { return this.#settings.timeout; }

  /**
   * Sends `{ method, path, query, order, key, movesMoney, judged }`: query and order
   * are objects, key an idempotency key, judged that of readWithOwners. Returns
   * `{ body, flawed, replayed }`, or throws a ContractError whose outcome says what is
   * certain.
   */
  async send(request, context) {
    const began = performance.now();
    const answer = await this.#exchange(request, context);
    context.log.debug("gateway request", {
      method: request.method, path: request.path, status: answer.status, duration_ms: Math.round(performance.now() - began),
    });
    if (answer.status !== 200 && answer.status !== 201) throw refused(answer);
    const { value, flawed } = readBody(answer.bytes, request.judged ?? Infinity);
    return { body: value, flawed, replayed: answer.headers["idempotent-replayed"] === "true" };
  }

  async #exchange(request, context) {
    const over = endOf(context);
    if (over) throw over;
    const left = context.deadline - Date.now();
    if (request.movesMoney && left < this.#settings.minTimeLeft) {
      throw new ContractError("DEADLINE_TOO_SHORT",
        "too little time was left to begin a request that moves money; give the call more, or lower min_time_left");
    }
    return new Promise((resolve, reject) => {
      const call = this.#begin(request);
      const state = { connected: false, late: false };
      const stop = () => call.destroy(new Error("stopped"));
      const timer = setTimeout(() => { state.late = true; stop(); }, Math.max(left, 0));
      const slowConnect = setTimeout(() => { if (!state.connected) stop(); }, CONNECT_TIME);
      context.signal.addEventListener("abort", stop);
      const settle = (end, value) => {
        clearTimeout(timer);
        clearTimeout(slowConnect);
        context.signal.removeEventListener("abort", stop);
        end(value);
      };
      call.on("socket", (socket) => {
        // Once connected, bytes may have been sent, whatever is reported later.
        socket.once(call.protocol === "https:" ? "secureConnect" : "connect", () => { state.connected = true; });
      });
      call.on("error", () => settle(reject, failure(state, context)));
      call.on("response", (response) => {
        readAll(response).then(
          (bytes) => settle(resolve, received(response, bytes)),
          (error) => { stop(); settle(reject, error instanceof ContractError ? error : failure(state, context)); },
        );
      });
    });
  }

  /** Begins to send. The returned request reports the result by events. */
  #begin({ method, path, query, order, key }) {
    const url = new URL(this.#settings.apiBase + path);
    url.search = new URLSearchParams(query ?? {}).toString();
    const headers = {
      Authorization: `Bearer ${this.#settings.secretKey}`,
      "User-Agent": `payment-provider-node-example/${VERSION}`,
      Accept: "application/json",
    };
    if (order) headers["Content-Type"] = "application/json";
    if (key) headers["Idempotency-Key"] = key;
    // node:http follows no redirects, uses no proxy and decompresses nothing.
    const call = this.#client.request(url, { ...this.#options, method, headers });
    call.end(order ? writeObject(order) : undefined);
    return call;
  }
}

function trustOf(environment) {
  try {
    return trust(environment);
  } catch {
    throw new ContractError("PROVIDER_UNREACHABLE", "the file of SSL_CERT_FILE cannot be read; check it on the host");
  }
}

/** Returns the gateway's answer, not yet decoded. */
function received({ statusCode, headers }, bytes) {
  return { status: statusCode, headers, bytes, retryAfter: retryAfter(headers) };
}

async function readAll(response) {
  const parts = [];
  let size = 0;
  for await (const part of response) {
    size += part.length;
    if (size > MAX_BODY) throw malformed("it is larger than 1 MiB");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function readBody(bytes, judged) {
  try {
    return readWithOwners(bytes, judged);
  } catch (error) {
    if (error instanceof NotJSON) throw malformed(error.message);
    throw error;
  }
}

/** Returns the error of a request that got no answer. */
function failure({ connected, late }, context) {
  if (!connected) {
    return endOf(context) ?? new ContractError("PROVIDER_UNREACHABLE",
      "the gateway could not be reached, and nothing was sent; check api_base and the network");
  }
  if (context.canceled) return new ContractError("CONNECTION_LOST", "the call was canceled before the gateway answered");
  if (late || context.signal.aborted) return new ContractError("PROVIDER_TIMEOUT", "the gateway did not answer in time");
  return new ContractError("CONNECTION_LOST", "the connection broke before the gateway answered");
}

/** Returns how long the gateway asks to wait, in ms, or 0. Retry-After is in seconds, or a date by the gateway's clock. */
function retryAfter(headers) {
  const value = (headers["retry-after"] ?? "").trim();
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, MAX_RETRY_AFTER);
  const at = Date.parse(value);
  if (Number.isNaN(at)) return 0;
  const now = Date.parse(headers.date);
  return Math.min(Math.max(at - (Number.isNaN(now) ? Date.now() : now), 0), MAX_RETRY_AFTER);
}
