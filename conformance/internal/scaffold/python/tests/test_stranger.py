"""What others made at the gateway, or merchants edited there, hides nothing of the host's."""

import hashlib
import hmac
import json
import types
import unittest

from paysocket import paymentprovider_pb2 as pb
from paysocket import strictjson
from paysocket.errors import ContractError, malformed
from provider.get_refund import get_refund
from provider.get_status import get_status
from provider.list_payments import list_payments
from provider.parse_webhook import parse_webhook

AT = 1770091506
SETTINGS = types.SimpleNamespace(webhook_secrets=["whsec_12345678"], webhook_tolerance=300 * 10**9)
STRANGER = {
    "id": "pay_stranger", "object": "payment", "live": False, "amount": 2000, "currency": "THB", "amount_refunded": 0, "method": "wallet",
    "status": "succeeded", "created_at": "2026-02-03T04:05:06Z", "updated_at": "2026-02-03T04:05:06Z", "paid_at": "2026-02-03T04:05:06Z",
}
OURS = {**STRANGER, "id": "pay_ours", "idempotency_key": "k1", "reference": "order-77"}
REFUND = {"id": "ref_ours", "object": "refund", "live": False, "payment_id": "pay_ours", "idempotency_key": "r1", "amount": 5, "currency": "THB",
          "status": "succeeded", "created_at": "2026-02-03T04:05:06Z"}
# What may be anybody's.
DOUBTFUL = ("null", "7", '"pay_1"', "[{}]", '{"id":"pay_stranger","idempotency_key":7}')
ODD = (None, 7, -1, 1.5, "x", "", True, [], {}, "\x00", "é" * 3000)


def strangers():
    """Texts of what others made, with content that would not be accepted of the host's own."""
    for name in STRANGER:
        for value in ODD:
            yield json.dumps({**STRANGER, name: value})
    plain = json.dumps(STRANGER)[:-1]
    yield "{}"
    for more in ('"idempotency_key":null', f'"x":{"[" * 500}{"]" * 500}', '"metadata":{"a":"1","a":"2"}', '"reference":"\\ud83c"',
                 f'"x":{"9" * 400}'):
        yield f"{plain},{more}}}"


class API:
    """A gateway whose every answer is a text; None for a payment that it does not have."""

    def __init__(self, text):
        self._text = text

    def get(self, path, call, query=None, judged=None):
        if self._text is None:
            raise ContractError("PAYMENT_NOT_FOUND", "there is no such payment")
        try:
            return strictjson.read_outline(self._text.encode(), judged) if judged else strictjson.read(self._text.encode())
        except strictjson.NotJSON as error:
            raise malformed(str(error)) from None


class Call:
    def part(self, _):
        return self


def webhook(body):
    signature = hmac.new(b"whsec_12345678", f"{AT}.".encode() + body, hashlib.sha256).hexdigest()
    header = {"name": "Memory-Signature", "value": f"t={AT},v2=QQ==,x, v1={signature}".encode()}
    request = pb.ParseWebhookRequest(headers=[header], body=body, received_at={"seconds": AT})
    return parse_webhook(API(None), SETTINGS, request, Call())


def event(kind, data):
    return f'{{"id":"evt_1","object":"event","type":"{kind}","live":false,"created_at":"2026-02-03T04:05:06Z","data":{data}}}'.encode()


EACH = (*strangers(), *DOUBTFUL)


class StrangerTest(unittest.TestCase):
    def test_an_event_about_what_others_made_is_not_judged(self):
        for text in EACH:
            with self.subTest(text[:200]):
                for kind in ("payment.updated", "refund.updated"):
                    self.assertEqual(webhook(event(kind, text)).disposition, pb.DISPOSITION_IGNORED)

    def test_a_list_has_the_hosts_payments_beside_those_of_others(self):
        window = pb.ListPaymentsRequest(created_from={"seconds": 1}, created_until={"seconds": 1900000000})
        for text in EACH:
            with self.subTest(text[:200]):
                page = list_payments(API(f'{{"payments":[{text},{json.dumps(OURS)}]}}'), window, Call())
                self.assertIn("pay_ours", [payment.payment_id for payment in page.payments])

    def test_a_look_up_finds_a_key_beside_what_others_made_and_proves_nothing_then(self):
        by_key = pb.GetStatusRequest(attempt={"key": "k1", "first_at": {"seconds": AT}})
        refund_by_key = pb.GetRefundRequest(payment_id="pay_ours", attempt={"key": "r1", "first_at": {"seconds": AT}})
        for text in EACH:
            with self.subTest(text[:200]):
                self.assertEqual(get_status(API(f'{{"payments":[{text},{json.dumps(OURS)}]}}'), by_key, Call()).payment_id, "pay_ours")
                found = get_refund(API(f'{{"refunds":[{text},{json.dumps(REFUND)}]}}'), refund_by_key, Call())
                self.assertEqual(found.refund_id, "ref_ours")
                for find, request, name in ((get_status, by_key, "payments"), (get_refund, refund_by_key, "refunds")):
                    with self.assertRaises(ContractError) as raised:
                        find(API(f'{{"{name}":[{text}]}}'), request, Call())
                    self.assertRegex(raised.exception.reason, "NOT_FOUND$")
                    self.assertEqual(raised.exception.metadata["complete"], "false")

    def test_texts_for_people_never_decide_about_money(self):
        for value in (None, 7, [], {}, "", "a\x00b", "\ud83c", "ก" * 4000, "\ufffd", "<b>"):
            shown = json.dumps({**OURS, "reference": value, "description": value, "failure_message": value})
            payment = get_status(API(shown), pb.GetStatusRequest(payment_id="pay_ours"), Call())
            self.assertEqual(payment.status, pb.PAYMENT_STATUS_SUCCEEDED, value)
            self.assertEqual(payment.reference, "<b>" if value == "<b>" else "", value)
            self.assertEqual(webhook(event("payment.updated", shown)).events[0].payment.status, pb.PAYMENT_STATUS_SUCCEEDED)
