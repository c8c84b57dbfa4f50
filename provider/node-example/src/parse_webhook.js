import { ContractError } from "./contract/error.js";
import { toWire } from "./contract/time.js";
import { KINDS } from "./describe.js";
import { isID, timeOf } from "./fields.js";
import { readPayment } from "./get_status.js";
import { NotJSON, readObject } from "./json.js";
import { toPayment } from "./payment.js";
import { toRefund } from "./refund_answer.js";
import { verify } from "./signature.js";

/**
 * Verifies a webhook and says what it tells. What it tells is how things were
 * when it was sent, so the host asks GetStatus before it acts.
 */
export async function parseWebhook(gateway, settings, request, context) {
  verify(settings, request); // before a single byte of the body is read
  const event = readable(() => readEvent(request.body));
  if (event.live) throw liveWebhook();
  const subject = await subjectOf(gateway, event, context);
  const events = subject === null ? [] : [{ kind: event.type, occurred_at: toWire(timeOf(event.created_at)), ...subject }];
  return {
    disposition: subject === null ? "DISPOSITION_IGNORED" : "DISPOSITION_EVENTS",
    kind: event.type,
    verification: "VERIFICATION_SIGNATURE",
    dedupe_key: event.id,
    events,
    ack: { status: 200 },
  };
}

function readEvent(body) {
  const event = readObject(body);
  if (event.object !== "event" || typeof event.live !== "boolean" || !isID(event.id) || timeOf(event.created_at) === null ||
      typeof event.type !== "string" || !/^[a-z0-9_.]{1,64}$/.test(event.type)) {
    throw malformedWebhook("it is not an event");
  }
  return event;
}

/** What the host is told of: null if the webhook does not concern it. */
async function subjectOf(gateway, event, context) {
  if (event.type === KINDS.payment) {
    const payment = readable(() => toPayment(event.data));
    if (payment.live) throw liveWebhook();
    return payment.idempotency_key === "" ? null : { payment }; // without a key it was made in the dashboard
  }
  if (event.type === KINDS.refund) {
    const refund = readable(() => toRefund(event.data));
    if (refund.live) throw liveWebhook();
    return (await isOurs(gateway, refund, context)) ? { refund } : null;
  }
  return null;
}

/**
 * Refunds of our payments concern the host, those made in the dashboard among
 * them. Such a refund does not say whose its payment is, so the payment is asked.
 */
async function isOurs(gateway, refund, context) {
  if (refund.idempotency_key !== "") return true;
  const payment = await readPayment(gateway, refund.payment_id, context);
  return payment.idempotency_key !== "";
}

/** Runs what reads a webhook: what is malformed there is the webhook's fault, and no answer's. */
function readable(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotJSON) throw malformedWebhook(error.message);
    if (error.reason === "MALFORMED_RESPONSE") throw malformedWebhook("it would make no legal event", error.violations);
    throw error;
  }
}

function malformedWebhook(why, violations) {
  return new ContractError("WEBHOOK_MALFORMED",
    `the webhook is genuine and cannot be read: ${why}; report it to the gateway`, { violations });
}

function liveWebhook() {
  return new ContractError("MODE_MISMATCH", "the webhook is about real money; this provider has test mode only");
}
