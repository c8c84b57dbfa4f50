import { compareRefund } from "./contract/answer.js";
import { ContractError, INDETERMINATE } from "./contract/error.js";
import * as money from "./contract/money.js";
import { readRefund, withTotal } from "./get_refund.js";
import { paymentPath } from "./get_status.js";
import { malformed } from "./malformed.js";
import { toRefund } from "./refund_answer.js";

/**
 * Gives money back. Its key works as that of CreatePayment does, within one
 * payment. Whether the payment allows it, and what is left of it, the gateway
 * decides, which alone knows of refunds made in its dashboard.
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
  if (Object.keys(request.metadata).length > 0) { // better refused than dropped in silence
    throw new ContractError("INVALID_REQUEST", "the request is not legal; nothing was done", {
      violations: [{ field: "metadata", description: "this gateway keeps none with a refund; use reason" }],
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

/** Compares what the gateway says it made with what it was asked to make. */
function asAsked(request, made) {
  const differences = compareRefund(request, made);
  if (differences.length > 0 || made.live) {
    throw malformed(made.live ? "it is about real money" : "it is about something else than was asked for", differences)
      .with("refund_id", made.refund_id);
  }
  return made;
}

/** Decides about a key that the gateway has seen with another body. The reason of a refund is for people and does not count. */
async function refundOfKey(gateway, request, refusal, context) {
  const id = refusal.metadata.refund_id;
  if (!id) throw malformed("it says that the key is known, and not by what");
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
