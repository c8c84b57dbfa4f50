// The errors of the contract. An error has a reason, a message that says what to
// do, and in operations that move money an outcome: what is certain.
export const NOT_ATTEMPTED = "NOT_ATTEMPTED"; // no request that moves money was executed
export const REJECTED = "REJECTED"; // the gateway refused it
export const INDETERMINATE = "INDETERMINATE"; // it may have happened, or may still happen

const MOVES_MONEY = new Set(["CREATE_PAYMENT", "CANCEL_PAYMENT", "REFUND"]);

/** Whether errors of the operation have an outcome. */
export function movesMoney(operation) { return MOVES_MONEY.has(operation); }

// For each reason its gRPC code, and the outcomes that it may have. Each may also
// have INDETERMINATE. The first outcome is the default.
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

/** Whether an error with the reason may have the outcome. */
export function allows(reason, outcome) {
  return outcome === INDETERMINATE || REASONS[reason].slice(1).includes(outcome);
}

/**
 * An error of the contract. Its texts are for developers and operators and say
 * what to do. They contain no secrets and no free text of the gateway's.
 */
export class ContractError extends Error {
  #canceled = false;

  /**
   * The default of the outcome is that of a refusal before anything was sent.
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

  /** Marks the error as that of a call that the caller canceled. */
  asCanceled() {
    this.#canceled = true;
    return this;
  }

  /** Adds an entry to the metadata. An empty value adds nothing. */
  with(key, value) {
    if (value) this.metadata[key] = value;
    return this;
  }

  withOutcome(outcome) {
    this.outcome = outcome;
    return this;
  }

  /**
   * Makes the error INDETERMINATE if the result of an earlier call of the attempt
   * is unknown: an error of a later call says nothing about the earlier one.
   */
  forAttempt(attempt) {
    if (attempt?.last_unknown_at) {
      this.ownOutcome ??= this.outcome; // what is certain about this call alone
      this.outcome = INDETERMINATE;
    }
    return this;
  }
}
