// What an answer means that is not a success. A status that leaves open whether
// the request was executed must not become a refusal.

import { allows, ContractError, REJECTED } from "./contract/error.js";
import { isID } from "./fields.js";
import { NotJSON, readObject } from "./json.js";

// The reason of each refusal that the gateway documents, by HTTP status and code.
// Others are judged by their HTTP status alone.
const REFUSALS = {
  "400 invalid_request": "INVALID_REQUEST",
  "400 amount_out_of_range": "AMOUNT_OUT_OF_RANGE",
  "400 currency_unsupported": "CURRENCY_UNSUPPORTED",
  "400 method_unsupported": "METHOD_UNSUPPORTED",
  "404 payment_not_found": "PAYMENT_NOT_FOUND",
  "404 refund_not_found": "REFUND_NOT_FOUND",
  "409 key_reused": "IDEMPOTENCY_KEY_REUSED",
  "409 payment_not_cancelable": "PAYMENT_NOT_CANCELABLE",
  "409 payment_not_refundable": "PAYMENT_NOT_REFUNDABLE",
  "409 refund_exceeds_payment": "REFUND_EXCEEDS_PAYMENT",
  "409 refund_window_expired": "REFUND_WINDOW_EXPIRED",
  "409 too_many_refunds": "PAYMENT_NOT_REFUNDABLE",
  "409 account_full": "PROVIDER_REJECTED",
};

function reasonOf(status, code) {
  const known = REFUSALS[`${status} ${code}`];
  if (known) return known;
  if (status === 401 || status === 403) return "PROVIDER_AUTH_FAILED";
  if (status === 408) return "PROVIDER_TIMEOUT";
  if (status === 409 || status === 425) return "ATTEMPT_UNSETTLED"; // a request with this key may still be running
  if (status === 424) return "PROVIDER_FAULT"; // something behind the gateway failed, perhaps after the request was executed
  if (status === 429) return "PROVIDER_RATE_LIMITED";
  if (status >= 400 && status <= 499) return "PROVIDER_REJECTED";
  if (status >= 500 && status <= 599) return "PROVIDER_FAULT";
  return "MALFORMED_RESPONSE"; // redirects, and successes that the gateway does not have
}

// What to do. The gateway's own message is not used, since it may quote the request.
const ADVICE = {
  PROVIDER_AUTH_FAILED: "the gateway refused the secret key; check secret_key in the configuration",
  PROVIDER_TIMEOUT: "the gateway gave up waiting for the request",
  ATTEMPT_UNSETTLED: "the gateway is still processing this request; repeat the call later, with the same key",
  PROVIDER_RATE_LIMITED: "the gateway accepts no more requests at the moment; repeat the call later",
  PROVIDER_FAULT: "the gateway failed",
  MALFORMED_RESPONSE: "the gateway's answer has an undocumented HTTP status",
  IDEMPOTENCY_KEY_REUSED: "the idempotency key belongs to another request",
};

// The contract's names of the gateway's fields.
const FIELDS = {
  amount: "amount.minor_units", currency: "amount.currency", method: "method", return_url: "return_url",
  reference: "reference", description: "description", metadata: "metadata", reason: "reason",
  "Idempotency-Key": "attempt.key", created_from: "created_from", created_until: "created_until",
  page_size: "page_size", page_token: "page_token",
};

/** Returns the error of an answer, `{ status, bytes, retryAfter }`, that is not a success. */
export function refused({ status, bytes, retryAfter }) {
  const said = errorObject(bytes);
  const code = /^[a-z][a-z0-9_]{0,63}$/.test(said.code) ? said.code : "";
  const reason = reasonOf(status, code);
  const field = Object.hasOwn(FIELDS, said.field) ? FIELDS[said.field] : null;
  const error = new ContractError(reason, ADVICE[reason] ?? "the gateway refused the request", {
    retryAfter,
    violations: field ? [{ field, description: "was refused by the gateway" }] : [],
  });
  if (allows(reason, REJECTED)) error.withOutcome(REJECTED); // otherwise the reason's default
  return error
    .with("http_status", String(status))
    .with("provider_code", code)
    .with("payment_id", isID(said.payment_id) ? said.payment_id : "")
    .with("refund_id", isID(said.refund_id) ? said.refund_id : "");
}

function errorObject(bytes) {
  try {
    const { error } = readObject(bytes);
    return error !== null && typeof error === "object" ? error : {};
  } catch (error) {
    if (error instanceof NotJSON) return {}; // a proxy's page, for example: then the status decides
    throw error;
  }
}
