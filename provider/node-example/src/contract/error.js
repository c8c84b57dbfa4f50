// The errors of the contract. An error says why (reason), what the caller may
// take for certain (outcome, on operations that move money), and what to do.

/** Money may not have moved, did certainly not, or it is not known. */
export const NOT_ATTEMPTED = "NOT_ATTEMPTED"; // no request that moves money was executed
export const REJECTED = "REJECTED"; // the gateway refused it
export const INDETERMINATE = "INDETERMINATE"; // it may have happened, or may still happen

const MOVES_MONEY = new Set(["CREATE_PAYMENT", "CANCEL_PAYMENT", "REFUND"]);

/** Whether errors of the operation carry an outcome. */
export function movesMoney(operation) { return MOVES_MONEY.has(operation); }

// For each reason its gRPC code, and the outcomes that it may have besides
// INDETERMINATE, which each may have. The first is that of a refusal before
// anything was sent.
const REASONS = {
  INVALID_REQUEST: ["INVALID_ARGUMENT", NOT_ATTEMPTED, REJECTED],
  CURRENCY_UNSUPPORTED: ["INVALID_ARGUMENT", NOT_ATTEMPTED, REJECTED],
  CURRENCY_EXPONENT_MISMATCH: ["INVALID_ARGUMENT", NOT_ATTEMPTED, REJECTED],
  AMOUNT_OUT_OF_RANGE: ["INVALID_ARGUMENT", NOT_ATTEMPTED, REJECTED],
  METHOD_UNSUPPORTED: ["INVALID_ARGUMENT", NOT_ATTEMPTED, REJECTED],
  METHOD_NOT_ENABLED: ["FAILED_PRECONDITION", NOT_ATTEMPTED, REJECTED],
  INVALID_CONFIG: ["INVALID_ARGUMENT"],
  NOT_CONFIGURED: ["FAILED_PRECONDITION", NOT_ATTEMPTED],
  MODE_MISMATCH: ["FAILED_PRECONDITION", NOT_ATTEMPTED],
  CAPABILITY_UNSUPPORTED: ["UNIMPLEMENTED", NOT_ATTEMPTED],
  PROVIDER_AUTH_FAILED: ["FAILED_PRECONDITION", REJECTED],
  PROVIDER_REJECTED: ["FAILED_PRECONDITION", REJECTED],
  PAYMENT_NOT_FOUND: ["NOT_FOUND", REJECTED],
  REFUND_NOT_FOUND: ["NOT_FOUND", REJECTED],
  PAYMENT_NOT_REFUNDABLE: ["FAILED_PRECONDITION", NOT_ATTEMPTED, REJECTED],
  REFUND_EXCEEDS_PAYMENT: ["FAILED_PRECONDITION", NOT_ATTEMPTED, REJECTED],
  REFUND_WINDOW_EXPIRED: ["FAILED_PRECONDITION", NOT_ATTEMPTED, REJECTED],
  PAYMENT_NOT_CANCELABLE: ["FAILED_PRECONDITION", REJECTED, NOT_ATTEMPTED],
  IDEMPOTENCY_KEY_REUSED: ["ALREADY_EXISTS"],
  ATTEMPT_UNSETTLED: ["ABORTED"],
  DUPLICATE_PAYMENTS: ["INTERNAL"],
  DUPLICATE_REFUNDS: ["INTERNAL"],
  PROVIDER_RATE_LIMITED: ["RESOURCE_EXHAUSTED", NOT_ATTEMPTED],
  PROVIDER_UNREACHABLE: ["UNAVAILABLE", NOT_ATTEMPTED],
  DEADLINE_TOO_SHORT: ["DEADLINE_EXCEEDED", NOT_ATTEMPTED],
  PROVIDER_TIMEOUT: ["DEADLINE_EXCEEDED"],
  CONNECTION_LOST: ["UNAVAILABLE"],
  PROVIDER_FAULT: ["UNAVAILABLE"],
  MALFORMED_RESPONSE: ["INTERNAL"],
  PROVIDER_BUG: ["INTERNAL"],
  WEBHOOK_SIGNATURE_MISSING: ["UNAUTHENTICATED"],
  WEBHOOK_SIGNATURE_INVALID: ["UNAUTHENTICATED"],
  WEBHOOK_SIGNATURE_STALE: ["UNAUTHENTICATED"],
  WEBHOOK_MALFORMED: ["INVALID_ARGUMENT"],
};

/** Whether an error of the reason may be of the outcome. */
export function allows(reason, outcome) {
  return outcome === INDETERMINATE || REASONS[reason].slice(1).includes(outcome);
}

/**
 * An error of the contract. Its texts are for developers and operators and say
 * what to do; they hold no secret, and nothing that the gateway wrote freely.
 */
export class ContractError extends Error {
  #canceled = false;

  /**
   * The outcome is that of a refusal before anything was sent, unless given.
   *
   * @param {string} reason a key of the table above
   * @param {string} message
   * @param {{outcome?: string, violations?: {field: string, description: string}[],
   *          retryAfter?: number, metadata?: Object<string, string>}} more retryAfter is in ms
   */
  constructor(reason, message, { outcome, violations = [], retryAfter = 0, metadata = {} } = {}) {
    super(message);
    this.reason = reason;
    this.outcome = outcome ?? REASONS[reason][1] ?? INDETERMINATE;
    this.violations = violations;
    this.retryAfter = retryAfter;
    this.metadata = metadata;
  }

  /** The name of the gRPC code. */
  get code() {
    return this.#canceled ? "CANCELLED" : REASONS[this.reason][0];
  }

  /** Says that the call ended because the caller canceled it. */
  asCanceled() {
    this.#canceled = true;
    return this;
  }

  /** Adds a detail; an empty one adds nothing. */
  with(key, value) {
    if (value) this.metadata[key] = value;
    return this;
  }

  withOutcome(outcome) {
    this.outcome = outcome;
    return this;
  }

  /**
   * Makes it the answer to a call with this attempt. While an earlier call's
   * fate is not known, nothing that went wrong in a later one is certain.
   */
  forAttempt(attempt) {
    if (attempt?.last_unknown_at) this.outcome = INDETERMINATE;
    return this;
  }
}
