import { INDETERMINATE, REJECTED } from "./contract/error.js";
import { paymentPath, readPayment } from "./get_status.js";
import { malformed } from "./malformed.js";
import { toPayment } from "./payment.js";

/** Cancels a payment. It needs no key, since repeating it does no harm. */
export async function cancelPayment(gateway, request, context) {
  const path = `${paymentPath(request.payment_id)}/cancel`;
  let answer;
  try {
    answer = await gateway.send({ method: "POST", path, movesMoney: true }, context);
  } catch (error) {
    if (!isAboutThePayment(error)) throw error;
    return { payment: await afterRefusal(gateway, request, error, context) };
  }
  const payment = toPayment(answer.body);
  if (payment.payment_id !== request.payment_id || payment.status === "PAYMENT_STATUS_PENDING") {
    throw malformed("it is another payment, or one that is still pending").with("payment_id", request.payment_id);
  }
  return { payment };
}

/** Whether the gateway refused because of the payment, and not because of the credentials or the id. */
function isAboutThePayment(error) {
  return error.outcome === REJECTED && !["PROVIDER_AUTH_FAILED", "PAYMENT_NOT_FOUND"].includes(error.reason);
}

/** Reads the payment that the gateway refused to cancel. Usually it was paid in the meantime, and then it is the answer. */
async function afterRefusal(gateway, request, refusal, context) {
  let payment;
  try {
    payment = await readPayment(gateway, request.payment_id, context);
  } catch (error) { // the refusal is certain, the status of the payment is not
    throw error.withOutcome?.(INDETERMINATE) ?? error;
  }
  if (payment.status !== "PAYMENT_STATUS_PENDING") return payment;
  refusal.reason = "PAYMENT_NOT_CANCELABLE"; // whatever code the gateway sent
  throw refusal;
}
