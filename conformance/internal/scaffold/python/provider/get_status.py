from paysocket import paymentprovider_pb2 as pb
from paysocket import times
from paysocket.answer import check_payment
from paysocket.errors import ContractError, malformed
from paysocket.lookup import the_one, translate_listed

from .api import payment_path
from .describe import SETTLE_TIME
from .owner import LIST, is_hosts
from .payment_object import to_payment


def get_status(api, request, call):
    """Reads a payment from the gateway, by its id or by its key. It caches nothing."""
    if request.WhichOneof("by") == "attempt":
        return _find_payment(api, request.attempt, call)
    return read_payment(api, request.payment_id, call)


def read_payment(api, payment_id, call):
    payment = to_payment(api.get(payment_path(payment_id), call))
    check_payment(payment, pb.GetStatusRequest(payment_id=payment_id))
    return payment


def _find_payment(api, attempt, call):
    asked = times.now()
    try:
        answer = api.get("/v1/payments", call, {"idempotency_key": attempt.key}, judged=LIST)
    except ContractError as error:
        if error.reason == "PAYMENT_NOT_FOUND":  # without a list nothing is known of a payment
            raise malformed("it says that there is no such payment, and a list was asked for") from error
        raise
    elements = answer.get("payments")
    if not isinstance(elements, list) or answer.get("next_page_token"):
        raise malformed("it is not the complete list")
    # One without a key may be any: the gateway found it by the key.
    shown = [each for each in elements if is_hosts(each) is not False]
    found, complete = translate_listed(shown, is_hosts, to_payment)
    complete = complete and len(shown) == len(elements)
    return the_one(found, "payment_id", attempt, asked, complete, SETTLE_TIME)
