from paysocket import money
from paysocket.errors import INDETERMINATE, ContractError, malformed

from .api import payment_path
from .get_refund import read_refund, with_total
from .refund_object import to_refund


def refund(api, request, call):
    """Returns money to the payer. Its key works as in create_payment, within one payment. The
    gateway decides whether the refund is possible: only it knows the refunds that were made in
    its dashboard.
    """
    path = payment_path(request.payment_id) + "/refunds"
    if request.metadata:  # the gateway would drop it silently
        raise ContractError("INVALID_REQUEST", "the request is invalid; nothing was sent", violations=[
            ("metadata", "is not supported for refunds by this gateway; use reason")])
    try:
        answer, replayed = api.post(path, call, key=request.attempt.key, body={
            "amount": request.amount.minor_units,
            "currency": request.amount.currency,
            "reason": request.reason or None,
        })
    except ContractError as refusal:
        if refusal.reason != "IDEMPOTENCY_KEY_REUSED":
            raise
        made = _refund_of_key(api, request, refusal, call)
    else:
        made = to_refund(answer)
        made.replayed = replayed
    return with_total(api, made, call)


def _refund_of_key(api, request, refusal, call):
    """Returns the refund of a key that the gateway has seen with another body. The reason of a
    refund is for people, and may differ.
    """
    identity = refusal.metadata.get("refund_id", "")
    if not identity:
        raise malformed("it refuses a reused key without the id that the key belongs to")
    try:
        made = read_refund(api, request.payment_id, identity, call)
    except ContractError as error:  # a refund exists, so nothing is certain
        raise error.with_outcome(INDETERMINATE).with_metadata("refund_id", identity) from None
    if made.idempotency_key == request.attempt.key and not made.live and not money.same(made.amount, request.amount):
        raise refusal
    made.replayed = True
    return made
