import { comparePayment } from "./contract/answer.js";
import { INDETERMINATE } from "./contract/error.js";
import * as money from "./contract/money.js";
import { readPayment } from "./get_status.js";
import { malformed } from "./malformed.js";
import { toPayment } from "./payment.js";

/**
 * Asks the gateway for a payment. A repeated call is sent again with the same
 * key, which the gateway honours, so neither first_at nor what runs at the
 * same time makes a difference to it.
 *
 * Only a payment ends an attempt whose earlier calls are unknown. A refusal of
 * this call does not: the earlier request may still be under way.
 */
export async function createPayment(gateway, request, context) {
  try {
    return { payment: await create(gateway, request, context) };
  } catch (error) {
    throw error.forAttempt?.(request.attempt) ?? error;
  }
}

async function create(gateway, request, context) {
  let answer;
  try {
    answer = await gateway.send({
      method: "POST", path: "/v1/payments", movesMoney: true, key: request.attempt.key,
      order: {
        amount: money.minorUnitsOf(request.amount), currency: request.amount.currency, method: request.method,
        return_url: request.return_url, reference: request.reference,
        description: request.description || undefined, metadata: request.metadata,
      },
    }, context);
  } catch (error) {
    if (error.reason !== "IDEMPOTENCY_KEY_REUSED") throw error;
    return paymentOfKey(gateway, request, error, context);
  }
  return asAsked(request, { ...toPayment(answer.body), replayed: answer.replayed });
}

/** Compares what the gateway says it made with what it was asked to make. */
function asAsked(request, payment) {
  const differences = comparePayment(request, payment);
  if (differences.length > 0 || payment.live) {
    throw malformed(payment.live ? "it is about real money" : "it is about something else than was asked for", differences)
      .with("payment_id", payment.payment_id);
  }
  return payment;
}

/**
 * Decides about a key that the gateway has seen with another body. For the
 * contract a request is the same if amount, currency and method are; a
 * description that was reworded is no reason to lose sight of a payment.
 */
async function paymentOfKey(gateway, request, refusal, context) {
  const id = refusal.metadata.payment_id;
  if (!id) throw malformed("it says that the key is known, and not by what");
  let payment;
  try {
    payment = await readPayment(gateway, id, context);
  } catch (error) { // a payment exists, so nothing is certain
    throw error.withOutcome?.(INDETERMINATE).with("payment_id", id) ?? error;
  }
  if (payment.idempotency_key !== request.attempt.key || payment.live) return asAsked(request, payment);
  if (!money.same(payment.amount, request.amount) || payment.method !== request.method) throw refusal;
  return { ...payment, replayed: true };
}
