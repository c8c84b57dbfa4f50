import threading
import unittest

from paysocket import paymentprovider_pb2 as pb
from paysocket.errors import INDETERMINATE, NOT_ATTEMPTED, ContractError

from .fixture import Context, Gated, Session, configuration, create, payment

UNKNOWN = {"key": "k", "first_at": {"seconds": 1}, "last_unknown_at": {"seconds": 2}}

# Requests that must not reach the provider: the change, the reason, and the first field.
REFUSED = (
    ({"account": "other"}, "CAPABILITY_UNSUPPORTED", None),
    ({"attempt": None}, "INVALID_REQUEST", "attempt.key"),
    ({"attempt": {"key": "k", "first_at": {"nanos": -1}}}, "INVALID_REQUEST", "attempt.first_at"),
    ({"reference": ""}, "INVALID_REQUEST", "reference"),
    ({"reference": "é" * 128}, "INVALID_REQUEST", "reference"),
    ({"reference": "a\x00b"}, "INVALID_REQUEST", "reference"),
    ({"amount": None}, "INVALID_REQUEST", "amount.currency"),
    ({"amount": {"currency": "THB"}}, "AMOUNT_OUT_OF_RANGE", "amount.minor_units"),
    ({"amount": {"currency": "THB", "minor_units": -(1 << 63)}}, "AMOUNT_OUT_OF_RANGE", "amount.minor_units"),
    ({"amount": {"currency": "THB", "minor_units": 99}}, "AMOUNT_OUT_OF_RANGE", "amount.minor_units"),
    ({"amount": {"currency": "USD", "minor_units": 2000}}, "CURRENCY_UNSUPPORTED", "amount.currency"),
    ({"amount": {"currency": "HRK", "minor_units": 2000}}, "CURRENCY_UNSUPPORTED", "amount.currency"),
    ({"amount": {"currency": "THB", "minor_units": 2000, "exponent": 0}}, "CURRENCY_EXPONENT_MISMATCH", "amount.exponent"),
    ({"method": ""}, "INVALID_REQUEST", "method"),
    ({"method": "cash"}, "METHOD_UNSUPPORTED", "method"),
    ({"return_url": "shop.test"}, "INVALID_REQUEST", "return_url"),
    ({"return_url": "https:\\\\shop.test"}, "INVALID_REQUEST", "return_url"),
    ({"return_url": "https://user@shop.test/"}, "INVALID_REQUEST", "return_url"),
    ({"return_url": "https://shop.test/a b"}, "INVALID_REQUEST", "return_url"),
    ({"return_url": "https://ร้าน.test/"}, "INVALID_REQUEST", "return_url"),
    ({"return_url": "https://shop.test/?off=10%"}, "INVALID_REQUEST", "return_url"),
    ({"return_url": "https://shop.test:65536/"}, "INVALID_REQUEST", "return_url"),
    ({"return_url": "https://300.1.1.1/"}, "INVALID_REQUEST", "return_url"),
    ({"metadata": {"paysocket_key": "x"}}, "INVALID_REQUEST", "metadata[paysocket_key]"),
    ({"metadata": {str(i): "x" for i in range(21)}}, "INVALID_REQUEST", "metadata"),
    ({"payer": {"ip": "300.1.1.1"}}, "INVALID_REQUEST", "payer.ip"),
    ({"payer": {"platform": 77}}, "INVALID_REQUEST", "payer.platform"),
    ({"payer": {"phone": "0812345678"}}, "INVALID_REQUEST", "payer.phone"),
    ({"payer": {"phone": "+66812345678\n"}}, "INVALID_REQUEST", "payer.phone"),
    ({"method": "phone"}, "INVALID_REQUEST", "payer.phone"),
    ({"webhook_url": "https://shop.test/"}, "INVALID_REQUEST", "webhook_url"),
)


class GateTest(unittest.TestCase):
    def test_nothing_but_describe_and_configure_works_before_configure(self):
        gated = Gated(configured=False)
        self.assertEqual(gated.call("Describe", pb.DescribeRequest()).descriptor.provider_id, "test")
        error = gated.call("CreatePayment", create())
        self.assertEqual((error.reason, error.outcome), ("NOT_CONFIGURED", NOT_ATTEMPTED))

    def test_an_operation_that_is_not_declared_is_refused_first(self):
        error = Gated(configured=False).call("CancelPayment", pb.CancelPaymentRequest(account="other"))
        self.assertEqual(error.reason, "CAPABILITY_UNSUPPORTED")
        self.assertIn("CANCEL_PAYMENT", error.message)

    def test_a_request_that_is_not_legal_does_not_reach_the_provider(self):
        class Refuses(Session):
            def create_payment(self, request, call):
                raise AssertionError("it was called")

        gated = Gated(Refuses())
        for changes, reason, field in REFUSED:
            with self.subTest(changes):
                error = gated.call("CreatePayment", create(**changes))
                self.assertEqual((error.reason, error.outcome), (reason, NOT_ATTEMPTED))
                self.assertEqual(error.violations[0][0] if error.violations else None, field)

    def test_a_legal_request_reaches_the_provider(self):
        gated = Gated()
        for changes in ({}, {"payer": {"ip": "::1", "phone": "+66812345678"}}, {"return_url": "http://[::1]:8080/%E0?a=b#c"},
                        {"reference": "ช" * 85, "description": "a\nb"}, {"amount": {"currency": "THB", "minor_units": 2000, "exponent": 2}}):
            with self.subTest(changes):
                self.assertIsInstance(gated.call("CreatePayment", create(**changes)), pb.CreatePaymentResponse)

    def test_while_the_result_of_an_earlier_call_is_unknown_no_refusal_is_certain(self):
        without_first = {"key": "k", "last_unknown_at": {"seconds": 2}}
        for changes in ({"attempt": UNKNOWN, "reference": ""}, {"attempt": without_first}):
            error = Gated().call("CreatePayment", create(**changes))
            self.assertEqual((error.reason, error.outcome), ("INVALID_REQUEST", INDETERMINATE))

    def test_a_configuration_must_fit_the_descriptor(self):
        for changes, field in (
            ({"mode": "MODE_LIVE"}, "mode"),
            ({"secrets": {}}, "secrets[secret_key]"),
            ({"secrets": {"secret_key": " "}}, "secrets[secret_key]"),
            ({"settings": {"secret_key": "x"}, "secrets": {}}, "settings[secret_key]"),
            ({"settings": {"color": "red"}}, "settings[color]"),
            ({"settings": {"timeout": "soon"}}, "settings[timeout]"),
        ):
            with self.subTest(changes):
                error = Gated(configured=False).call("Configure", configuration(**changes))
                self.assertEqual((error.reason, error.violations[0][0]), ("INVALID_CONFIG", field))

    def test_a_configuration_that_fails_leaves_the_previous_one_in_force(self):
        gated = Gated()
        gated.provider.configure = lambda request, call: self.fail_with("PROVIDER_AUTH_FAILED")
        self.assertEqual(gated.call("Configure", configuration(probe=True)).reason, "PROVIDER_AUTH_FAILED")
        self.assertIsInstance(gated.call("CreatePayment", create()), pb.CreatePaymentResponse)

    def fail_with(self, reason, **more):
        raise ContractError(reason, "no", **more)

    def test_a_call_keeps_the_session_that_it_began_with(self):
        entered, release = threading.Event(), threading.Event()

        class Waits(Session):
            def create_payment(self, request, call):
                entered.set()
                release.wait(10)
                return payment(request)

        gated, answers = Gated(Waits()), []
        caller = threading.Thread(target=lambda: answers.append(gated.call("CreatePayment", create())))
        caller.start()
        entered.wait(10)
        gated.provider.session = Session()
        del gated.provider.session.account.payment_methods[:]
        gated.call("Configure", configuration())
        release.set()
        caller.join(10)
        self.assertIsInstance(answers[0], pb.CreatePaymentResponse)
        self.assertEqual(gated.call("CreatePayment", create()).reason, "METHOD_NOT_ENABLED")

    def test_a_call_whose_deadline_has_passed_or_that_was_canceled_is_not_begun(self):
        error = Gated().call("CreatePayment", create(), Context(left=0.0))
        self.assertEqual((error.reason, error.code), ("DEADLINE_TOO_SHORT", "DEADLINE_EXCEEDED"))
        canceled = Context()
        canceled.add_callback = lambda callback: False  # as gRPC does after the end of a call
        error = Gated().call("CreatePayment", create(), canceled)
        self.assertEqual((error.reason, error.code), ("DEADLINE_TOO_SHORT", "CANCELLED"))

    def test_an_unexpected_error_is_a_bug_whose_text_is_shown_to_nobody(self):
        class Fails(Session):
            def create_payment(self, request, call):
                raise RuntimeError("sk_hidden")

        gated = Gated(Fails())
        error = gated.call("CreatePayment", create())
        self.assertEqual((error.reason, error.outcome), ("PROVIDER_BUG", INDETERMINATE))
        self.assertNotIn("sk_hidden", error.message + "".join(gated.lines))
        self.assertIn("test_gate.py", "".join(gated.lines))

    def test_calls_after_the_end_has_begun_are_not_attempted(self):
        gated = Gated()
        gated.lifetime.ending = True
        error = gated.call("CreatePayment", create())
        self.assertEqual((error.reason, error.outcome), ("PROVIDER_UNREACHABLE", NOT_ATTEMPTED))

    def test_an_answer_that_is_not_what_was_asked_for_is_malformed_and_has_its_id(self):
        for changes in ({"method": "phone"}, {"idempotency_key": "other"}, {"live": True}, {"status": 0}, {"created_at": None},
                        {"amount": {"currency": "THB", "minor_units": 2001}}, {"amount_refunded": None},
                        {"status": "PAYMENT_STATUS_FAILED"}, {"next_action": {"redirect": {"url": "http://a.test/"}}}):
            class Other(Session):
                def create_payment(self, request, call, changes=changes):
                    made = payment(request)
                    for name in changes:
                        made.ClearField(name)
                    made.MergeFrom(pb.Payment(**changes))
                    return made

            with self.subTest(changes):
                error = Gated(Other()).call("CreatePayment", create())
                self.assertEqual((error.reason, error.metadata.get("payment_id")), ("MALFORMED_RESPONSE", "p1"))

    def test_with_debug_live_mode_is_refused(self):
        gated = Gated(debug=True)
        gated.provider.descriptor.modes.append(pb.MODE_LIVE)
        error = gated.call("Configure", configuration(mode="MODE_LIVE"))
        self.assertEqual((error.reason, error.violations[0][0]), ("INVALID_CONFIG", "mode"))
