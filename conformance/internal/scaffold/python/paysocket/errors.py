"""The errors of the contract. An error has a reason, a message that says what to do, and
in operations that move money an outcome: what is certain.
"""

NOT_ATTEMPTED = "NOT_ATTEMPTED"  # no request that moves money was executed
REJECTED = "REJECTED"  # the gateway refused it
INDETERMINATE = "INDETERMINATE"  # it may have happened, or may still happen

# For each reason its gRPC code, and the outcomes that it may have. Each may also have
# INDETERMINATE. The first outcome is the default.
REASONS = {
    "INVALID_REQUEST": ("INVALID_ARGUMENT", NOT_ATTEMPTED, REJECTED),
    "CURRENCY_UNSUPPORTED": ("INVALID_ARGUMENT", NOT_ATTEMPTED, REJECTED),
    "CURRENCY_EXPONENT_MISMATCH": ("INVALID_ARGUMENT", NOT_ATTEMPTED, REJECTED),
    "AMOUNT_OUT_OF_RANGE": ("INVALID_ARGUMENT", NOT_ATTEMPTED, REJECTED),
    "METHOD_UNSUPPORTED": ("INVALID_ARGUMENT", NOT_ATTEMPTED, REJECTED),
    "METHOD_NOT_ENABLED": ("FAILED_PRECONDITION", NOT_ATTEMPTED, REJECTED),
    "INVALID_CONFIG": ("INVALID_ARGUMENT",),
    "NOT_CONFIGURED": ("FAILED_PRECONDITION", NOT_ATTEMPTED),
    "MODE_MISMATCH": ("FAILED_PRECONDITION", NOT_ATTEMPTED),
    "CAPABILITY_UNSUPPORTED": ("UNIMPLEMENTED", NOT_ATTEMPTED),
    "PROVIDER_AUTH_FAILED": ("FAILED_PRECONDITION", REJECTED),
    "PROVIDER_REJECTED": ("FAILED_PRECONDITION", REJECTED),
    "PAYMENT_NOT_FOUND": ("NOT_FOUND", REJECTED),
    "REFUND_NOT_FOUND": ("NOT_FOUND", REJECTED),
    "PAYMENT_NOT_REFUNDABLE": ("FAILED_PRECONDITION", NOT_ATTEMPTED, REJECTED),
    "REFUND_EXCEEDS_PAYMENT": ("FAILED_PRECONDITION", NOT_ATTEMPTED, REJECTED),
    "REFUND_WINDOW_EXPIRED": ("FAILED_PRECONDITION", NOT_ATTEMPTED, REJECTED),
    "PAYMENT_NOT_CANCELABLE": ("FAILED_PRECONDITION", REJECTED, NOT_ATTEMPTED),
    "IDEMPOTENCY_KEY_REUSED": ("ALREADY_EXISTS",),
    "ATTEMPT_UNSETTLED": ("ABORTED",),
    "DUPLICATE_PAYMENTS": ("INTERNAL",),
    "DUPLICATE_REFUNDS": ("INTERNAL",),
    "PROVIDER_RATE_LIMITED": ("RESOURCE_EXHAUSTED", NOT_ATTEMPTED),
    "PROVIDER_UNREACHABLE": ("UNAVAILABLE", NOT_ATTEMPTED),
    "DEADLINE_TOO_SHORT": ("DEADLINE_EXCEEDED", NOT_ATTEMPTED),
    "PROVIDER_TIMEOUT": ("DEADLINE_EXCEEDED",),
    "CONNECTION_LOST": ("UNAVAILABLE",),
    "PROVIDER_FAULT": ("UNAVAILABLE",),
    "MALFORMED_RESPONSE": ("INTERNAL",),
    "PROVIDER_BUG": ("INTERNAL",),
    "WEBHOOK_SIGNATURE_MISSING": ("UNAUTHENTICATED",),
    "WEBHOOK_SIGNATURE_INVALID": ("UNAUTHENTICATED",),
    "WEBHOOK_SIGNATURE_STALE": ("UNAUTHENTICATED",),
    "WEBHOOK_MALFORMED": ("INVALID_ARGUMENT",),
}


def allows(reason, outcome):
    """Whether an error with the reason may have the outcome."""
    return outcome == INDETERMINATE or outcome in REASONS[reason][1:]


class ContractError(Exception):
    """Its texts are for developers and operators, and say what to do. They contain no
    secrets and no free text of the gateway's.

    violations are pairs of a field's path and what is wrong with it; retry_after is in
    nanoseconds, 0 for not known; metadata has texts, and the .proto lists their names. The
    default of the outcome is that of a refusal before anything was sent.
    """

    def __init__(self, reason, message, *, outcome=None, violations=(), retry_after=0, metadata=None):
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.outcome = outcome or (REASONS[reason] + (INDETERMINATE,))[1]
        self.violations = list(violations)
        self.retry_after = retry_after
        self.metadata = {key: value for key, value in (metadata or {}).items() if value}
        self.own_outcome = None  # what is certain about this call alone, where earlier ones made it uncertain
        self.canceled = False

    @property
    def code(self):
        """The name of the gRPC code."""
        return "CANCELLED" if self.canceled else REASONS[self.reason][0]

    def as_canceled(self):
        """Marks the error as that of a call that the caller canceled."""
        self.canceled = True
        return self

    def with_metadata(self, key, value):
        """Adds an entry to the metadata. An empty value adds nothing."""
        if value:
            self.metadata[key] = value
        return self

    def with_outcome(self, outcome):
        self.outcome = outcome
        return self

    def for_attempt(self, attempt):
        """Makes the error INDETERMINATE if the result of an earlier call of the attempt is
        unknown: an error of a later call says nothing about the earlier one.
        """
        if attempt is not None and attempt.HasField("last_unknown_at"):
            self.own_outcome = self.own_outcome or self.outcome
            self.outcome = INDETERMINATE
        return self


def malformed(why, violations=()):
    """The error of an answer that cannot be used. The text must quote nothing of the answer."""
    return ContractError("MALFORMED_RESPONSE", f"the gateway's answer cannot be used: {why}", violations=violations)
