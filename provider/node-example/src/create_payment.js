import { comparePayment } from "./contract/answer.js";
import { INDETERMINATE } from "./contract/error.js";
import * as money from "./contract/money.js";
import { PHONE } from "./describe.js";
import { readPayment } from "./get_status.js";
import { LIVE, malformed } from "./malformed.js";
import { toPayment } from "./payment.js";

/**
 * Creates a payment at the gateway. A repeated call is sent again with the same
 * key, which the gateway honours. So it needs neither first_at nor a lock against
 * concurrent calls.
 *
 * If the result of an earlier call is unknown, only a payment settles it. A
 * refusal does not: the earlier request may still be under way.
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
        payer_phone: request.method === PHONE ? request.payer.phone : undefined, // the gate has made sure that there is one
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

/** Compares the payment that the gateway made with the request. */
function asAsked(request, payment) {
  const differences = comparePayment(request, payment);
  if (differences.length > 0 || payment.live) {
    throw malformed(payment.live ? LIVE : "it is not what was asked for", differences)
      .with("payment_id", payment.payment_id);
  }
  return payment;
}

/**
 * Returns the payment of a key that the gateway has seen with another body. For
 * the contract the request is the same if amount, currency and method are equal;
 * another description must not hide the payment from the host.
 */
async function paymentOfKey(gateway, request, refusal, context) {
  const id = refusal.metadata.payment_id;
  if (!id) throw malformed("it refuses a reused key without the id that the key belongs to");
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
