// Takes webhooks: verified by their provider, committed, and acknowledged, in this order.
// What a webhook says is not believed: it has the payment read.

import { toTimestamp } from "./definitions.js";
import { readError, webhookStatus } from "./errors.js";

const MAX_BODY = 256 << 10;
const CALL_TIME = 10_000;

/** Returns a listener of requests for /webhooks/NAME of an http.Server. */
export function webhooks(ledger, providers, wake, log) {
  return async (request, response) => {
    const [path, query = ""] = splitOnce(request.url, "?");
    const name = decodeURIComponent(/^\/webhooks\/([^/]+)$/.exec(path)?.[1] ?? "");
    if (!providers.has(name)) return answer(response, 404);
    const body = await readBody(request);
    if (body === null) return answer(response, 413);
    const plugin = providers.pin(name);
    if (!plugin) return answer(response, 503);
    try {
      const parsed = await plugin.call("ParseWebhook", {
        method: request.method, path, query, headers: headersOf(request), body, received_at: toTimestamp(Date.now()),
      }, Date.now() + CALL_TIME);
      await store(ledger, name, parsed);
      wake();
      const { status, headers, body: text } = parsed.ack;
      if (status < 200 || status > 299) throw new Error("the provider's acknowledgement is not valid");
      response.writeHead(status, headers.map((h) => [h.name, h.value.toString("latin1")]).flat());
      response.end(text);
    } catch (error) {
      log(name, `a webhook was not taken: ${error.message}`);
      answer(response, webhookStatus(readError(error)));
    }
  };
}

/** A webhook is stored once, and each delivery has the payment read. */
function store(ledger, provider, parsed) {
  return ledger.transaction(async (tx) => {
    const payments = parsed.disposition === "DISPOSITION_EVENTS"
      ? parsed.events.map((e) => (e.payment ? { id: e.payment.payment_id, key: e.payment.idempotency_key } : { id: e.refund?.payment_id, key: "" }))
      : [];
    await tx.query(
      "INSERT INTO webhooks (provider, dedupe_key, kind, payment_id, key, received_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
      [provider, parsed.dedupe_key, parsed.kind, payments[0]?.id, payments[0]?.key, Date.now()]);
    for (const { id, key } of payments) {
      await tx.query(
        `UPDATE attempts SET pokes = pokes + 1, hint = coalesce(hint, $2), due_at = $4
         WHERE provider = $1 AND (payment_id = $2 OR (key = $3 AND payment_id IS NULL))`, [provider, id, key, Date.now()]);
    }
  });
}

/** Returns the body, or null if it is too large. */
async function readBody(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > MAX_BODY) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** One entry for each line, as it came. */
function headersOf({ rawHeaders }) {
  const lines = [];
  for (let i = 0; i < rawHeaders.length; i += 2) lines.push({ name: rawHeaders[i], value: Buffer.from(rawHeaders[i + 1], "latin1") });
  return lines;
}

function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function answer(response, status) {
  response.writeHead(status, { "content-length": 0, connection: "close" });
  response.end();
}
