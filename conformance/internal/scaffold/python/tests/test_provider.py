"""What this provider does itself: its settings, and the translation of the gateway's words.
The conformance suite checks the rest.
"""

import unittest

from paysocket import paymentprovider_pb2 as pb
from paysocket.errors import REJECTED, ContractError
from paysocket.gateway import Answer
from provider.payment_object import to_payment
from provider.provider import Provider
from provider.refusal import refused

SECRETS = {"secret_key": "mk_test_x", "webhook_secrets": "whsec_12345678"}


def answer(**changes):
    """A payment of the gateway's."""
    return {
        "id": "pay_1", "object": "payment", "live": False, "idempotency_key": "k", "amount": 2000, "currency": "THB",
        "amount_refunded": 0, "method": "wallet", "status": "succeeded", "paid_at": "2026-02-03T04:05:06Z",
        "created_at": "2026-02-03T04:05:00.123Z", **changes,
    }


def pending(**changes):
    return answer(**{"status": "pending", "paid_at": None, "pay_url": "https://pay.test/", **changes})


class ConfigureTest(unittest.TestCase):
    def problems(self, settings=None, **secrets):
        request = pb.ConfigureRequest(mode="MODE_TEST", settings=settings or {}, secrets={**SECRETS, **secrets})
        try:
            session = Provider().configure(request, None)
        except ContractError as error:
            return [error.reason] + [field for field, _ in error.violations]
        self.assertEqual([method.code for method in session.account.payment_methods], ["wallet", "qr", "phone"])
        return []

    def test_settings_are_checked_without_a_request(self):
        self.assertEqual(self.problems(), [])
        self.assertEqual(self.problems(secret_key="mk_live_x"), ["MODE_MISMATCH"])
        self.assertEqual(self.problems(secret_key="other"), ["INVALID_CONFIG", "secrets[secret_key]"])
        self.assertEqual(self.problems(webhook_secrets="whsec_12345678,x"), ["INVALID_CONFIG", "secrets[webhook_secrets]"])
        for base in ("http://gateway.test", "https://gateway.test/v1", "https://gateway.test?x"):
            self.assertEqual(self.problems({"api_base": base}), ["INVALID_CONFIG", "settings[api_base]"], base)
        self.assertEqual(self.problems({"timeout": "5s"}), ["INVALID_CONFIG", "settings[min_time_left]"])


class PaymentTest(unittest.TestCase):
    def test_a_status_is_never_guessed(self):
        for given, expected in (
            (answer(), "SUCCEEDED"), (pending(), "PENDING"), (pending(status="canceled"), "CANCELED"), (pending(status="expired"), "EXPIRED"),
            (pending(status="failed", failure_code="declined"), "FAILED"), (pending(status="new"), "UNKNOWN"),
            (pending(status="succeeded"), "UNKNOWN"), (answer(status="pending"), "UNKNOWN"), (answer(failure_code="declined"), "UNKNOWN"),
            (answer(amount_refunded=2001), "UNKNOWN"), (pending(amount_refunded=1), "UNKNOWN"),
        ):
            with self.subTest(given):
                self.assertEqual(to_payment(given).status, pb.PaymentStatus.Value(f"PAYMENT_STATUS_{expected}"))

    def test_what_is_not_a_payment_is_malformed_and_keeps_its_id(self):
        for changes in ({"object": "refund"}, {"live": 1}, {"amount": "2000"}, {"amount": True}, {"amount_refunded": None}, {"created_at": "x"},
                        {"currency": "XXX"}, {"idempotency_key": "a b"}):
            with self.subTest(changes), self.assertRaises(ContractError) as raised:
                to_payment(answer(**changes))
            self.assertEqual((raised.exception.reason, raised.exception.metadata["payment_id"]), ("MALFORMED_RESPONSE", "pay_1"))
        with self.assertRaises(ContractError):
            to_payment(None)

    def test_texts_for_people_make_no_payment_unreadable(self):
        self.assertEqual(to_payment(answer(reference="order 7")).reference, "order 7")
        for reference in (7, "x" * 256, "a\x00", "\ufffd"):
            self.assertEqual(to_payment(answer(reference=reference)).reference, "")
        self.assertEqual(to_payment(answer(idempotency_key=None, reference="x")).reference, "", "the dashboard made it")

    def test_a_pending_payment_says_what_the_payer_has_to_do(self):
        self.assertEqual(to_payment(pending()).next_action.redirect, pb.Redirect(url="https://pay.test/"))
        self.assertTrue(to_payment(pending(pay_url="http://pay.test/")).next_action.redirect.insecure)
        self.assertEqual(to_payment(pending(method="qr", qr_payload="000201")).next_action.display_qr.payload, "000201")
        with self.assertRaises(ContractError):
            to_payment(pending(pay_url=None))


class RefusalTest(unittest.TestCase):
    def test_a_status_that_leaves_it_open_is_no_refusal(self):
        for status, body, reason, certain in (
            (400, b'{"error":{"code":"amount_out_of_range","field":"amount"}}', "AMOUNT_OUT_OF_RANGE", True),
            (401, b"", "PROVIDER_AUTH_FAILED", True), (404, b"<html>", "PROVIDER_REJECTED", True), (409, b"{}", "ATTEMPT_UNSETTLED", False),
            (408, b"", "PROVIDER_TIMEOUT", False), (424, b"", "PROVIDER_FAULT", False), (503, b"", "PROVIDER_FAULT", False),
            (302, b"", "MALFORMED_RESPONSE", False), (500, b'{"error":{"code":"payment_not_found"}}', "PROVIDER_FAULT", False),
        ):
            with self.subTest(status):
                error = refused(Answer(status, {}, body))
                self.assertEqual((error.reason, error.outcome == REJECTED), (reason, certain))

    def test_a_refusal_quotes_nothing_but_codes_and_ids(self):
        error = refused(Answer(409, {}, b'{"error":{"code":"key_reused","payment_id":"pay_1","message":"secret","refund_id":"a b"}}'))
        self.assertEqual(error.metadata, {"http_status": "409", "provider_code": "key_reused", "payment_id": "pay_1"})
        self.assertNotIn("secret", error.message)
