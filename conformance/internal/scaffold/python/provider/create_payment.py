from paysocket import money
from paysocket.errors import INDETERMINATE, ContractError, malformed

from .describe import PHONE
from .get_status import read_payment
from .payment_object import to_payment


def create_payment(api, request, call):
    """Creates a payment at the gateway. A repeated call is sent again with the same key, which
    the gateway honours. So it needs neither first_at nor a lock against concurrent calls.
    """
    try:
        answer, replayed = api.post("/v1/payments", call, key=request.attempt.key, body={
            "amount": request.amount.minor_units,
            "currency": request.amount.currency,
            "method": request.method,
            "payer_phone": request.payer.phone if request.method == PHONE else None,
            "return_url": request.return_url,
            "reference": request.reference,
            "description": request.description or None,
            "metadata": dict(request.metadata),
        })
    except ContractError as refusal:
        if refusal.reason != "IDEMPOTENCY_KEY_REUSED":
            raise
        return _payment_of_key(api, request, refusal, call)
    payment = to_payment(answer)
    payment.replayed = replayed
    return payment


def _payment_of_key(api, request, refusal, call):
    """Returns the payment of a key that the gateway has seen with another body. For the contract
    the request is the same if amount, currency and method are equal; another description must
    not hide the payment from the host.
    """
    identity = refusal.metadata.get("payment_id", "")
    if not identity:
        raise malformed("it refuses a reused key without the id that the key belongs to")
    try:
        payment = read_payment(api, identity, call)
    except ContractError as error:  # a payment exists, so nothing is certain
        raise error.with_outcome(INDETERMINATE).with_metadata("payment_id", identity) from None
    same = money.same(payment.amount, request.amount) and payment.method == request.method
    if payment.idempotency_key == request.attempt.key and not payment.live and not same:
        raise refusal
    payment.replayed = True
    return payment
