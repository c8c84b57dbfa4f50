// The gateway's payment, and its translation.

import { checkPayment } from "./contract/answer.js";
import * as money from "./contract/money.js";
import { toWire } from "./contract/time.js";
import { PHONE, QR, WALLET } from "./describe.js";
import { clip, isAmount, isID, textOf, timeOf, wholeText } from "./fields.js";
import { malformed } from "./malformed.js";

/**
 * Translates a payment, or throws MALFORMED_RESPONSE. The error has the payment's
 * id if there is one: the payment exists, even if the answer cannot be used.
 */
export function toPayment(answer) {
  try {
    return translate(answer);
  } catch (error) {
    throw isID(answer?.id) ? error.with("payment_id", answer.id) : error;
  }
}

function translate(answer) {
  if (answer?.object !== "payment" || typeof answer.live !== "boolean" || !isID(answer.id) ||
      !isAmount(answer.amount) || !isAmount(answer.amount_refunded)) {
    throw malformed("it is not a payment");
  }
  const status = statusOf(answer);
  const expiresAt = toWire(timeOf(answer.expires_at));
  const key = textOf(answer.idempotency_key);
  const payment = {
    payment_id: answer.id,
    idempotency_key: key,
    reference: key === "" ? "" : wholeText(answer.reference, 255), // without a key the dashboard made it, and its reference is not the host's
    method: [WALLET, QR, PHONE].includes(answer.method) ? answer.method : "",
    status: `PAYMENT_STATUS_${status}`,
    provider_status: clip(textOf(answer.status), 64),
    amount: money.toWire(textOf(answer.currency), answer.amount),
    amount_refunded: money.toWire(textOf(answer.currency), answer.amount_refunded),
    created_at: toWire(timeOf(answer.created_at)),
    updated_at: toWire(timeOf(answer.updated_at)),
    expires_at: expiresAt,
    live: answer.live,
    replayed: false,
  };
  if (status === "FAILED") payment.failure = failureOf(answer);
  if (status === "PENDING" && answer.method !== PHONE) { // the gateway has rung the phone already
    payment.next_action = { ...actionOf(answer), expires_at: expiresAt };
  }
  const violations = checkPayment(payment);
  if (violations.length > 0) throw malformed("its payment is invalid", violations);
  return payment;
}

/** Returns what the payer of a pending payment has to do: without it nobody can pay. */
function actionOf(answer) {
  if (answer.method === QR) {
    const image = textOf(answer.qr_image_url);
    return { display_qr: { payload: textOf(answer.qr_payload), image: image === "" ? null : { url: image } } };
  }
  const url = textOf(answer.pay_url);
  return { redirect: { url, insecure: !/^https:/i.test(url) } };
}

/**
 * Returns the status of a payment. It is UNKNOWN if the gateway's status is
 * unknown, or if other fields of the payment contradict it: such a payment must
 * neither ship an order nor cancel one.
 */
function statusOf({ status, amount, amount_refunded, paid_at, failure_code }) {
  const paid = timeOf(paid_at) !== null;
  const failed = textOf(failure_code) !== "";
  if ((amount_refunded > 0n && !paid) || amount_refunded > amount || (paid && failed)) return "UNKNOWN";
  if (paid) return status === "succeeded" ? "SUCCEEDED" : "UNKNOWN";
  if (status === "failed") return "FAILED"; // with or without a code
  if (failed) return "UNKNOWN";
  return { pending: "PENDING", expired: "EXPIRED", canceled: "CANCELED" }[textOf(status)] ?? "UNKNOWN";
}

const FAILURES = new Set([
  "declined", "insufficient_funds", "payer_canceled", "payer_timeout", "limit_exceeded", "fraud_suspected", "processing_error",
]);

/** Returns why a payment failed. The gateway may add codes; one that is unknown is OTHER. */
function failureOf(answer) {
  const code = textOf(answer.failure_code);
  return {
    code: `FAILURE_CODE_${FAILURES.has(code) ? code.toUpperCase() : "OTHER"}`,
    provider_code: clip(code, 64),
    message: clip(textOf(answer.failure_message), 255),
  };
}
