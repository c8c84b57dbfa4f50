// The contract's errors, as a host reads them. What an error of a call that moves money
// proves is its outcome; without one, or with one that its reason cannot have, nothing.

import { decode, toMilliseconds } from "./definitions.js";

const DOMAIN = "paymentprovider.v1";

// The outcomes that a reason may have beside INDETERMINATE: the table of the .proto.
const N = "NOT_ATTEMPTED";
const R = "REJECTED";
const OUTCOMES = {
  INVALID_REQUEST: [N, R], CURRENCY_UNSUPPORTED: [N, R], CURRENCY_EXPONENT_MISMATCH: [N, R], AMOUNT_OUT_OF_RANGE: [N, R],
  METHOD_UNSUPPORTED: [N, R], METHOD_NOT_ENABLED: [N, R], NOT_CONFIGURED: [N], MODE_MISMATCH: [N], CAPABILITY_UNSUPPORTED: [N],
  PROVIDER_AUTH_FAILED: [R], PROVIDER_REJECTED: [R], PAYMENT_NOT_FOUND: [R], REFUND_NOT_FOUND: [R], PAYMENT_NOT_REFUNDABLE: [N, R],
  REFUND_EXCEEDS_PAYMENT: [N, R], REFUND_WINDOW_EXPIRED: [N, R], PAYMENT_NOT_CANCELABLE: [R, N],
  PROVIDER_RATE_LIMITED: [N], PROVIDER_UNREACHABLE: [N], DEADLINE_TOO_SHORT: [N],
};
const TRANSIENT = [
  "ATTEMPT_UNSETTLED", "PROVIDER_RATE_LIMITED", "PROVIDER_UNREACHABLE", "DEADLINE_TOO_SHORT", "PROVIDER_TIMEOUT", "CONNECTION_LOST",
  "PROVIDER_FAULT", "MALFORMED_RESPONSE",
];

/** Whether the same call, repeated later, may end differently though nobody has changed anything. */
export function transient(reason) { return TRANSIENT.includes(reason); }

/** Whether something was made with the key that is not what was asked for, so that no program can go on. */
export function unsettling(reason) { return ["DUPLICATE_PAYMENTS", "DUPLICATE_REFUNDS", "IDEMPOTENCY_KEY_REUSED"].includes(reason); }

/** An answer that breaks the contract. It may have been a payment. */
export class AnswerError extends Error {}

/** Returns { code, reason, outcome, retryAfter (ms), metadata, message } of any error of a call. */
export function readError(error) {
  const read = { code: error.code, reason: "", outcome: "INDETERMINATE", retryAfter: 0, metadata: {}, message: error.message };
  if (error instanceof AnswerError) return { ...read, reason: "PROVIDER_BUG" };
  const found = details(error);
  const info = found["google.rpc.ErrorInfo"];
  if (info?.domain === DOMAIN) Object.assign(read, { reason: info.reason, metadata: info.metadata });
  read.retryAfter = toMilliseconds(found["google.rpc.RetryInfo"]?.retry_delay);
  const outcome = String(found[`${DOMAIN}.OperationOutcome`]?.outcome).replace("OUTCOME_", "");
  if (OUTCOMES[read.reason]?.includes(outcome)) read.outcome = outcome;
  return read;
}

function details(error) {
  try {
    const [encoded] = error.metadata.get("grpc-status-details-bin");
    return Object.fromEntries(decode("google.rpc.Status", encoded).details.map(({ type_url, value }) => {
      const name = type_url.slice(type_url.lastIndexOf("/") + 1);
      return [name, decode(name, value)];
    }));
  } catch {
    return {}; // it has none, or none that can be read, and proves nothing
  }
}

/** Whether the error of a look-up by key proves that nothing was made. */
export function provesAbsence({ reason, metadata }) {
  return reason === "PAYMENT_NOT_FOUND" && metadata.complete === "true" && metadata.settled === "true";
}

/** What a gateway is answered whose webhook was not taken. Nothing else is: no header, no body. */
export function webhookStatus({ code, reason }) {
  if (reason === "MODE_MISMATCH") return 200;
  if (reason.startsWith("WEBHOOK_SIGNATURE_") && code === 16) return 401;
  if (reason === "WEBHOOK_MALFORMED" && code === 3) return 400;
  return 503; // it is sent again
}
