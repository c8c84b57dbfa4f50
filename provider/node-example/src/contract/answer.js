// The checks of answers. A host reports an invalid answer as PROVIDER_BUG. A
// provider that checks first can report MALFORMED_RESPONSE instead, with the id
// of the payment that exists.

import { minorUnitsOf, same } from "./money.js";
import { isKey, secureURLProblem, Violations, webURLProblem } from "./violations.js";

const MAX_QR_PAYLOAD = 7089; // what the largest code holds

/** Returns what is wrong with a payment, as a list of violations. */
export function checkPayment(payment) {
  const v = new Violations();
  v.id("payment.payment_id", payment.payment_id);
  v.require(payment.idempotency_key === "" || isKey(payment.idempotency_key), "payment.idempotency_key", "is not a key");
  v.text("payment.reference", payment.reference, 255);
  v.amount("payment.amount", payment.amount);
  v.amount("payment.amount_refunded", payment.amount_refunded);
  v.require(payment.created_at !== null, "payment.created_at", "is absent");
  if (payment.next_action) {
    checkAction(v, "payment.next_action", payment.next_action);
  }
  return v.list;
}

function checkAction(v, field, { redirect, display_qr: qr }) {
  if (redirect) {
    const problem = webURLProblem(redirect.url);
    v.require(problem === null, `${field}.redirect.url`, problem);
  }
  if (qr) {
    v.require(qr.payload !== "" || qr.image, `${field}.display_qr`, "has neither a payload nor an image");
    v.require(Buffer.byteLength(qr.payload) <= MAX_QR_PAYLOAD, `${field}.display_qr.payload`, "is longer than a code can be");
    if (qr.image) { // this gateway sends URLs, and no pictures
      const problem = secureURLProblem(qr.image.url);
      v.require(problem === null, `${field}.display_qr.image.url`, problem);
    }
  }
}

/** Returns what is wrong with a refund, as a list of violations. */
export function checkRefund(refund) {
  const v = new Violations();
  v.id("refund.refund_id", refund.refund_id);
  v.id("refund.payment_id", refund.payment_id);
  v.require(refund.idempotency_key === "" || isKey(refund.idempotency_key), "refund.idempotency_key", "is not a key");
  v.amount("refund.amount", refund.amount);
  v.require(refund.created_at !== null, "refund.created_at", "is absent");
  return v.list;
}

/** Returns in what a payment differs from the request, as a list of violations. */
export function comparePayment(request, payment) {
  const v = new Violations();
  v.require(payment.idempotency_key === request.attempt.key, "payment.idempotency_key", "is not the key of the request");
  v.require(same(payment.amount, request.amount), "payment.amount",
    `is ${shown(payment.amount)}, and ${shown(request.amount)} was asked for`);
  v.require(payment.method === request.method, "payment.method", "is not the method of the request");
  return v.list;
}

/** Returns in what a refund differs from the request, as a list of violations. */
export function compareRefund(request, refund) {
  const v = new Violations();
  v.require(refund.idempotency_key === request.attempt.key, "refund.idempotency_key", "is not the key of the request");
  v.require(refund.payment_id === request.payment_id, "refund.payment_id", "is not the id of the request");
  v.require(same(refund.amount, request.amount), "refund.amount",
    `is ${shown(refund.amount)}, and ${shown(request.amount)} was asked for`);
  return v.list;
}

function shown(money) { return `${minorUnitsOf(money)} minor units of ${money.currency}`; }
