import { createHash } from "node:crypto";

import { ContractError } from "./contract/error.js";
import { toWire } from "./contract/time.js";
import { KINDS } from "./describe.js";
import { clip, isID, textOf, timeOf } from "./fields.js";
import { paymentPath } from "./get_status.js";
import { NotJSON } from "./json.js";
import { malformed } from "./malformed.js";
import { EVENT, isHosts, readWithOwners } from "./owner.js";
import { toPayment } from "./payment.js";
import { toRefund } from "./refund_answer.js";
import { verify } from "./signature.js";

/**
 * Verifies a webhook and returns its event. An event shows the payment as it was
 * when the webhook was sent, so a host calls GetStatus before it acts.
 */
export async function parseWebhook(gateway, settings, request, context) {
  verify(settings, request); // before anything of the body is decoded
  const { event, flawed } = readable(() => readEvent(request.body));
  const subject = await subjectOf(gateway, event, flawed, context);
  const kind = clip(event.type, 64).trim() || "unknown";
  const events = subject === null ? [] : [{ kind, occurred_at: toWire(timeOf(event.created_at)), ...subject }];
  return {
    disposition: subject === null ? "DISPOSITION_IGNORED" : "DISPOSITION_EVENTS",
    kind,
    verification: "VERIFICATION_SIGNATURE",
    dedupe_key: dedupeKey(event.id),
    events,
    ack: { status: 200 },
  };
}

/** Reads the envelope of an event. What is in its object is not judged yet. */
function readEvent(body) {
  const { value: event, flawed } = readWithOwners(body, EVENT);
  if (textOf(event.object) === "" || textOf(event.id) === "" || textOf(event.type) === "") {
    throw malformedWebhook("it is not an event");
  }
  return { event, flawed };
}

/** Returns an id as a dedupe key, or a digest of one that is no printable ASCII. */
function dedupeKey(id) {
  return /^[!-~]{1,255}$/.test(id) ? id : `sha256-${createHash("sha256").update(id).digest("hex")}`;
}

/**
 * Returns the payment or refund of an event, or null if it is not the host's. What
 * is not is not judged: a gateway that gets errors sends again for days, and then
 * stops.
 */
async function subjectOf(gateway, event, flawed, context) {
  if (event.object !== "event") return null; // of another generation
  const isHosted = isHosts(event.data) === true;
  switch (event.type) {
    case KINDS.payment:
      if (!isHosted) return null; // it was made in the dashboard
      return { payment: checked(event, flawed, toPayment) };
    case KINDS.refund:
      if (!isHosted && !(await isOfHosts(gateway, event.data, context))) return null;
      return { refund: checked(event, flawed, toRefund) };
    default:
      return null;
  }
}

/** Translates the object of an event about a payment of the host's. */
function checked(event, flawed, translate) {
  return readable(() => {
    if (flawed.has(event.data)) throw malformedWebhook("a part of its object cannot be read");
    const object = translate(event.data);
    if (typeof event.live !== "boolean" || timeOf(event.created_at) === null) throw malformedWebhook("it is not an event");
    if (object.live || event.live) throw liveWebhook();
    return object;
  });
}

/**
 * Whether a refund without a key is of one of the host's payments. It was made in
 * the dashboard, so the payment is read to see whether the host made it.
 */
async function isOfHosts(gateway, refund, context) {
  const id = refund?.payment_id;
  if (!isID(id)) return false;
  try {
    const { body } = await gateway.send({ method: "GET", path: paymentPath(id), judged: 1 }, context);
    if (body.id !== id) throw malformed("it is another payment than was asked for");
    const made = isHosts(body);
    if (made === undefined) throw malformed("its idempotency key is not a text");
    return made;
  } catch (error) {
    if (error.reason === "PAYMENT_NOT_FOUND") return false;
    throw error;
  }
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
