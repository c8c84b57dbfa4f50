import { ContractError } from "./contract/error.js";
import { now } from "./contract/time.js";
import { isID } from "./fields.js";
import { malformed } from "./malformed.js";
import { notFoundByKey } from "./not_found.js";
import { isHosts, LIST, translateListed } from "./owner.js";
import { toPayment } from "./payment.js";

/** Reads a payment from the gateway, by its id or by its key. */
export async function getStatus(gateway, request, context) {
  const payment = request.by === "attempt"
    ? await findPayment(gateway, request.attempt, context)
    : await readPayment(gateway, request.payment_id, context);
  return { payment };
}

export async function readPayment(gateway, id, context) {
  const { body } = await gateway.send({ method: "GET", path: paymentPath(id) }, context);
  const payment = toPayment(body);
  if (payment.payment_id !== id) throw malformed("it is about another payment");
  return payment;
}

/**
 * Returns the path of a payment. An id that the gateway cannot have made belongs
 * to no payment, and must not lead to another path.
 */
export function paymentPath(id) {
  if (!isID(id)) throw new ContractError("PAYMENT_NOT_FOUND", "the payment id does not have the form of this gateway's ids");
  return `/v1/payments/${id}`;
}

async function findPayment(gateway, attempt, context) {
  const asked = now();
  const { body, flawed } = await gateway.send({
    method: "GET", path: "/v1/payments", query: { idempotency_key: attempt.key }, judged: LIST,
  }, context).catch(withoutAList);
  if (!Array.isArray(body.payments) || body.next_page_token) throw malformed("it is not the complete list");
  // One without a key may be any: the gateway found it by the key.
  const shown = body.payments.filter((listed) => isHosts(listed) !== false);
  const listed = translateListed(shown, flawed, toPayment);
  const complete = listed.complete && shown.length === body.payments.length;
  const found = new Map(listed.translated.map((payment) => [payment.payment_id, payment]));
  for (const payment of found.values()) {
    if (payment.idempotency_key !== attempt.key) throw malformed("it has another idempotency key");
  }
  if (found.size > 1) {
    throw new ContractError("DUPLICATE_PAYMENTS", "the gateway has several payments for one idempotency key; a person must decide", {
      metadata: { payment_ids: [...found.keys()].join(",") },
    });
  }
  const [payment] = found.values();
  if (!payment) throw notFoundByKey("PAYMENT_NOT_FOUND", attempt, asked, complete);
  return payment;
}

/** Throws the error of a request for a list. Without one nothing is known of a payment. */
function withoutAList(error) {
  throw error.reason === "PAYMENT_NOT_FOUND" ? malformed("it says that there is no such payment, and a list was asked for") : error;
}
