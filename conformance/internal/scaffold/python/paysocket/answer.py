"""The checks of answers. A host reports an invalid answer as PROVIDER_BUG. A provider that
checks first can report MALFORMED_RESPONSE instead, with the id of what exists.
"""

from . import paymentprovider_pb2 as pb
from .errors import malformed
from .money import same, shown
from .urls import is_https, secure_url_problem, web_url_problem
from .violations import Violations, is_key, size

_MAX_QR_PAYLOAD = 7089  # what the largest code holds


def check_payment(payment, request=None):
    """Raises MALFORMED_RESPONSE if a payment is invalid, or is not what the request asked for."""
    v = Violations()
    v.id("payment.payment_id", payment.payment_id)
    v.require(not payment.idempotency_key or is_key(payment.idempotency_key), "payment.idempotency_key", "is not a key")
    v.text("payment.reference", payment.reference, 255)
    v.require(payment.status, "payment.status", "is absent")
    v.amount("payment.amount", payment, "amount")
    v.amount("payment.amount_refunded", payment, "amount_refunded")
    v.require(payment.HasField("created_at"), "payment.created_at", "is absent")
    failed = payment.status == pb.PAYMENT_STATUS_FAILED
    v.require(payment.HasField("failure") == failed, "payment.failure", "must be set exactly for FAILED")
    if payment.HasField("next_action"):
        _check_action(v, "payment.next_action", payment.next_action)
    _compare_payment(v, payment, request)
    _refuse(v, "payment_id", payment.payment_id)


def _check_action(v, field, action):
    match action.WhichOneof("action"):
        case "redirect":
            problem = web_url_problem(action.redirect.url)
            v.require(problem is None, f"{field}.redirect.url", problem)
            secure = is_https(action.redirect.url)
            v.require(action.redirect.insecure != secure, f"{field}.redirect.insecure", "must be true exactly if the link is not https")
        case "display_qr":
            code = action.display_qr
            v.require(code.payload or code.HasField("image"), f"{field}.display_qr", "has neither a payload nor an image")
            v.require(size(code.payload) <= _MAX_QR_PAYLOAD, f"{field}.display_qr.payload", "is longer than a code can be")
            if code.image.url:
                problem = secure_url_problem(code.image.url)
                v.require(problem is None, f"{field}.display_qr.image.url", problem)


def _compare_payment(v, payment, request):
    match request:
        case pb.CreatePaymentRequest():
            _compare_key(v, "payment", payment, request.attempt.key)
            _compare_amount(v, "payment", payment, request)
            v.require(payment.method == request.method, "payment.method", "is not the method of the request")
        case pb.CancelPaymentRequest():
            _compare_id(v, "payment.payment_id", payment.payment_id, request.payment_id)
            v.require(payment.status != pb.PAYMENT_STATUS_PENDING, "payment.status", "is still pending")
        case pb.GetStatusRequest() if request.WhichOneof("by") == "payment_id":
            _compare_id(v, "payment.payment_id", payment.payment_id, request.payment_id)
        case pb.GetStatusRequest():
            _compare_key(v, "payment", payment, request.attempt.key)


def check_refund(refund, request=None):
    """Raises MALFORMED_RESPONSE if a refund is invalid, or is not what the request asked for."""
    v = Violations()
    v.id("refund.refund_id", refund.refund_id)
    v.id("refund.payment_id", refund.payment_id)
    v.require(not refund.idempotency_key or is_key(refund.idempotency_key), "refund.idempotency_key", "is not a key")
    v.require(refund.status, "refund.status", "is absent")
    v.amount("refund.amount", refund, "amount")
    v.require(refund.HasField("created_at"), "refund.created_at", "is absent")
    if request is not None:
        _compare_id(v, "refund.payment_id", refund.payment_id, request.payment_id)
    match request:
        case pb.RefundRequest():
            _compare_key(v, "refund", refund, request.attempt.key)
            _compare_amount(v, "refund", refund, request)
        case pb.GetRefundRequest() if request.WhichOneof("by") == "refund_id":
            _compare_id(v, "refund.refund_id", refund.refund_id, request.refund_id)
        case pb.GetRefundRequest():
            _compare_key(v, "refund", refund, request.attempt.key)
    _refuse(v, "refund_id", refund.refund_id)


def _compare_id(v, field, given, asked):
    v.require(given == asked, field, "is not the id of the request")


def _compare_key(v, name, answer, key):
    v.require(answer.idempotency_key == key, f"{name}.idempotency_key", "is not the key of the request")


def _compare_amount(v, name, answer, request):
    v.require(same(answer.amount, request.amount), f"{name}.amount",
              f"is {shown(answer.amount)}, and {shown(request.amount)} was asked for")


def _refuse(v, id_name, identity):
    if v.list:
        raise malformed("it is not legal, or not what was asked for", v.list).with_metadata(id_name, identity)


def check_mode(live, mode, id_name="", identity=""):
    """Raises an error if the gateway says that something is of the other mode."""
    if live != (mode == pb.MODE_LIVE):
        there, here = ("live", "test") if live else ("test", "live")
        raise malformed(f"it is of {there} mode, and the provider is in {here} mode").with_metadata(id_name, identity)
