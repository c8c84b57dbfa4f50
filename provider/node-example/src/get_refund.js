import { within } from "./contract/context.js";
import { ContractError } from "./contract/error.js";
import { now } from "./contract/time.js";
import { isID } from "./fields.js";
import { paymentPath, readPayment } from "./get_status.js";
import { malformed } from "./malformed.js";
import { notFoundByKey } from "./not_found.js";
import { isHosts, LIST, translateListed } from "./owner.js";
import { toRefund } from "./refund_answer.js";

const TOTAL_TIME = 2000; // ms

/** Reads a refund of a payment from the gateway, by its id or by its key. */
export async function getRefund(gateway, request, context) {
  const found = request.by === "attempt"
    ? await findRefund(gateway, request.payment_id, request.attempt, context)
    : await readRefund(gateway, request.payment_id, request.refund_id, context);
  return { refund: await withTotal(gateway, found, context) };
}

export async function readRefund(gateway, paymentID, id, context) {
  const path = `${paymentPath(paymentID)}/refunds/`;
  if (!isID(id)) throw new ContractError("REFUND_NOT_FOUND", "the refund id does not have the form of this gateway's ids");
  const { body } = await gateway.send({ method: "GET", path: path + id }, context);
  const refund = toRefund(body);
  if (refund.refund_id !== id || refund.payment_id !== paymentID) throw malformed("it is about another refund");
  return refund;
}

async function findRefund(gateway, paymentID, attempt, context) {
  const asked = now();
  const { body, flawed } = await gateway.send({
    method: "GET", path: `${paymentPath(paymentID)}/refunds`, query: { idempotency_key: attempt.key }, judged: LIST,
  }, context);
  if (!Array.isArray(body.refunds)) throw malformed("it is not a list of refunds");
  // One without a key may be any: the gateway found it by the key.
  const shown = body.refunds.filter((listed) => isHosts(listed) !== false);
  const listed = translateListed(shown, flawed, toRefund);
  const complete = listed.complete && shown.length === body.refunds.length;
  const found = new Map(listed.translated.map((refund) => [refund.refund_id, refund]));
  for (const refund of found.values()) {
    if (refund.payment_id !== paymentID || refund.idempotency_key !== attempt.key) throw malformed("it is about another refund");
  }
  if (found.size > 1) {
    throw new ContractError("DUPLICATE_REFUNDS", "the gateway has several refunds for one idempotency key; a person must decide", {
      metadata: { refund_ids: [...found.keys()].join(",") },
    });
  }
  const [refund] = found.values();
  if (!refund) throw notFoundByKey("REFUND_NOT_FOUND", attempt, asked, complete);
  return refund;
}

/**
 * Adds the total refunded of the payment, which only the gateway's payment has.
 * The refund exists by now, and to return it in time matters more than the total.
 * So a failed or slow second request leaves the total empty.
 */
export async function withTotal(gateway, refund, context) {
  const left = context.deadline - Date.now();
  try {
    const payment = await readPayment(gateway, refund.payment_id, within(context, Math.min(TOTAL_TIME, left / 2)));
    if (payment.amount.currency !== refund.amount.currency) return refund;
    return { ...refund, total_refunded: payment.amount_refunded };
  } catch (error) {
    if (error instanceof ContractError) return refund;
    throw error;
  }
}
