from paysocket import paymentprovider_pb2 as pb
from paysocket.errors import INDETERMINATE, REJECTED, ContractError

from .api import payment_path
from .get_status import read_payment
from .payment_object import to_payment


def cancel_payment(api, request, call):
    """Cancels a payment. It needs no key, since repeating it does no harm."""
    path = payment_path(request.payment_id) + "/cancel"
    try:
        answer, _ = api.post(path, call)
    except ContractError as refusal:
        if not _is_about_the_payment(refusal):
            raise
        return _after_refusal(api, request, refusal, call)
    try:
        return to_payment(answer)
    except ContractError as error:
        raise error.with_metadata("payment_id", request.payment_id) from None


def _is_about_the_payment(error):
    """Whether the gateway refused because of the payment, and not because of the credentials or the id."""
    return error.outcome == REJECTED and error.reason not in ("PROVIDER_AUTH_FAILED", "PAYMENT_NOT_FOUND")


def _after_refusal(api, request, refusal, call):
    """Reads the payment that the gateway refused to cancel. Usually it was paid in the meantime,
    and then it is the answer.
    """
    try:
        payment = read_payment(api, request.payment_id, call)
    except ContractError as error:  # the refusal is certain, the status of the payment is not
        raise error.with_outcome(INDETERMINATE) from None
    if payment.status != pb.PAYMENT_STATUS_PENDING:
        return payment
    refusal.reason = "PAYMENT_NOT_CANCELABLE"  # whatever code the gateway sent
    raise refusal
