// The gateway's refund, and its translation.

import { checkRefund } from "./contract/answer.js";
import * as money from "./contract/money.js";
import { toWire } from "./contract/time.js";
import { clip, isAmount, isID, textOf, timeOf } from "./fields.js";
import { malformed } from "./malformed.js";

/** Translates a refund, as toPayment does for payments. */
export function toRefund(answer) {
  try {
    return translate(answer);
  } catch (error) {
    throw isID(answer?.id) ? error.with("refund_id", answer.id) : error;
  }
}

function translate(answer) {
  if (answer?.object !== "refund" || typeof answer.live !== "boolean" || !isID(answer.id) || !isID(answer.payment_id) ||
      !isAmount(answer.amount)) {
    throw malformed("it is not a refund");
  }
  const refund = {
    refund_id: answer.id,
    idempotency_key: textOf(answer.idempotency_key),
    payment_id: answer.payment_id,
    status: `REFUND_STATUS_${statusOf(answer)}`,
    provider_status: clip(textOf(answer.status), 64),
    amount: money.toWire(textOf(answer.currency), answer.amount),
    created_at: toWire(timeOf(answer.created_at)),
    live: answer.live,
    replayed: false,
  };
  const violations = checkRefund(refund);
  if (violations.length > 0) throw malformed("its refund is invalid", violations);
  return refund;
}

function statusOf({ status, failure_code }) {
  if (status === "failed") return "FAILED";
  if (textOf(failure_code) !== "") return "UNKNOWN";
  return { pending: "PENDING", succeeded: "SUCCEEDED" }[textOf(status)] ?? "UNKNOWN";
}
