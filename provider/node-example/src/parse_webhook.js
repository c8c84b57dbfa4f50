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
 * Verifies a webhook and returns its event. An event shows the payment as it was
 * when the webhook was sent, so a host calls GetStatus before it acts.
 */
export async function parseWebhook(gateway, settings, request, context) {
  verify(settings, request); // before anything of the body is decoded
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

/** Returns the payment or refund of an event, or null if it is not the host's. */
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
 * Whether a refund is of one of the host's payments. A refund that was made in the
 * dashboard has no key, so the payment is read to see whether the host made it.
 */
async function isOurs(gateway, refund, context) {
  if (refund.idempotency_key !== "") return true;
  const payment = await readPayment(gateway, refund.payment_id, context);
  return payment.idempotency_key !== "";
}

/** Runs a function that decodes a webhook, and turns its errors into WEBHOOK_MALFORMED. */
function readable(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotJSON) throw malformedWebhook(error.message);
    if (error.reason === "MALFORMED_RESPONSE") throw malformedWebhook("its object is invalid", error.violations);
    throw error;
  }
}

function malformedWebhook(why, violations) {
  return new ContractError("WEBHOOK_MALFORMED",
    `the webhook is genuine and cannot be read: ${why}; report it to the gateway`, { violations });
}

function liveWebhook() {
  return new ContractError("MODE_MISMATCH", "the webhook is about a live payment; this provider supports test mode only");
}
