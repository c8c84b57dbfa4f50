from paysocket import paymentprovider_pb2 as pb
from paysocket import times
from paysocket.answer import check_refund
from paysocket.errors import ContractError, malformed
from paysocket.lookup import the_one, translate_listed

from .api import is_id, payment_path
from .describe import SETTLE_TIME
from .get_status import read_payment
from .owner import LIST, is_hosts
from .refund_object import to_refund

_TOTAL_TIME = 2 * times.SECOND


def get_refund(api, request, call):
    """Reads a refund of a payment from the gateway, by its id or by its key."""
    if request.WhichOneof("by") == "attempt":
        found = _find_refund(api, request.payment_id, request.attempt, call)
    else:
        found = read_refund(api, request.payment_id, request.refund_id, call)
    return with_total(api, found, call)


def read_refund(api, payment_id, refund_id, call):
    path = payment_path(payment_id) + "/refunds/"
    if not is_id(refund_id):
        raise ContractError("REFUND_NOT_FOUND", "the refund id does not have the form of this gateway's ids")
    refund = to_refund(api.get(path + refund_id, call))
    check_refund(refund, pb.GetRefundRequest(payment_id=payment_id, refund_id=refund_id))
    return refund


def _find_refund(api, payment_id, attempt, call):
    asked = times.now()
    answer = api.get(payment_path(payment_id) + "/refunds", call, {"idempotency_key": attempt.key}, judged=LIST)
    elements = answer.get("refunds")
    if not isinstance(elements, list):
        raise malformed("it is not a list of refunds")
    # One without a key may be any: the gateway found it by the key.
    shown = [each for each in elements if is_hosts(each) is not False]
    found, complete = translate_listed(shown, is_hosts, to_refund)
    complete = complete and len(shown) == len(elements)
    if any(each.payment_id != payment_id for each in found):
        raise malformed("it is about another payment")
    return the_one(found, "refund_id", attempt, asked, complete, SETTLE_TIME)


def with_total(api, refund, call):
    """Adds the total refunded of the payment, which only the gateway's payment has. The refund
    exists by now, and to return it in time matters more than the total. So a failed or slow
    second request leaves the total empty.
    """
    try:
        payment = read_payment(api, refund.payment_id, call.part(_TOTAL_TIME))
    except ContractError:
        return refund
    if payment.amount.currency == refund.amount.currency:
        refund.total_refunded.CopyFrom(payment.amount_refunded)
    return refund
