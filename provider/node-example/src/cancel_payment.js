import { INDETERMINATE, REJECTED } from "./contract/error.js";
import { paymentPath, readPayment } from "./get_status.js";
import { malformed } from "./malformed.js";
import { toPayment } from "./payment.js";

/** Calls a payment off. There is no key, since repeating it is harmless. */
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
    throw malformed("it is about another payment, or still pending").with("payment_id", request.payment_id);
  }
  return { payment };
}

/** Tells a refusal that is about the payment from one that is about the credentials or the id. */
function isAboutThePayment(error) {
  return error.outcome === REJECTED && !["PROVIDER_AUTH_FAILED", "PAYMENT_NOT_FOUND"].includes(error.reason);
}

/** Reads what made the gateway refuse: normally somebody has paid in the meantime, and that is the answer. */
async function afterRefusal(gateway, request, refusal, context) {
  let payment;
  try {
    payment = await readPayment(gateway, request.payment_id, context);
  } catch (error) { // the refusal is certain, where the payment stands is not
    throw error.withOutcome?.(INDETERMINATE) ?? error;
  }
  if (payment.status !== "PAYMENT_STATUS_PENDING") return payment;
  refusal.reason = "PAYMENT_NOT_CANCELABLE"; // whatever the gateway called it
  throw refusal;
}
