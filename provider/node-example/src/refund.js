import { compareRefund } from "./contract/answer.js";
import { ContractError, INDETERMINATE } from "./contract/error.js";
import * as money from "./contract/money.js";
import { readRefund, withTotal } from "./get_refund.js";
import { paymentPath } from "./get_status.js";
import { LIVE, malformed } from "./malformed.js";
import { toRefund } from "./refund_answer.js";

/**
 * Returns money to the payer. Its key works as in CreatePayment, within one
 * payment. The gateway decides whether the refund is possible: only it knows the
 * refunds that were made in its dashboard.
 */
export async function refund(gateway, request, context) {
  try {
    return { refund: await withTotal(gateway, await create(gateway, request, context), context) };
  } catch (error) {
    throw error.forAttempt?.(request.attempt) ?? error;
  }
}

async function create(gateway, request, context) {
  const path = `${paymentPath(request.payment_id)}/refunds`;
  if (Object.keys(request.metadata).length > 0) { // the gateway would drop it silently
    throw new ContractError("INVALID_REQUEST", "the request is invalid; nothing was sent", {
      violations: [{ field: "metadata", description: "is not supported for refunds by this gateway; use reason" }],
    });
  }
  let answer;
  try {
    answer = await gateway.send({
      method: "POST", path, movesMoney: true, key: request.attempt.key,
      order: {
        amount: money.minorUnitsOf(request.amount), currency: request.amount.currency, reason: request.reason || undefined,
      },
    }, context);
  } catch (error) {
    if (error.reason !== "IDEMPOTENCY_KEY_REUSED") throw error;
    return refundOfKey(gateway, request, error, context);
  }
  return asAsked(request, { ...toRefund(answer.body), replayed: answer.replayed });
}

/** Compares the refund that the gateway made with the request. */
function asAsked(request, made) {
  const differences = compareRefund(request, made);
  if (differences.length > 0 || made.live) {
    throw malformed(made.live ? LIVE : "it is not what was asked for", differences)
      .with("refund_id", made.refund_id);
  }
  return made;
}

/** Returns the refund of a key that the gateway has seen with another body. The reason of a refund is for people, and may differ. */
async function refundOfKey(gateway, request, refusal, context) {
  const id = refusal.metadata.refund_id;
  if (!id) throw malformed("it refuses a reused key without the id that the key belongs to");
  let made;
  try {
    made = await readRefund(gateway, request.payment_id, id, context);
  } catch (error) { // a refund exists, so nothing is certain
    throw error.withOutcome?.(INDETERMINATE).with("refund_id", id) ?? error;
  }
  if (made.idempotency_key !== request.attempt.key || made.live) return asAsked(request, made);
  if (!money.same(made.amount, request.amount)) throw refusal;
  return { ...made, replayed: true };
}
