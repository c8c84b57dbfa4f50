import threading
import unittest

from paysocket import paymentprovider_pb2 as pb
from paysocket import times
from paysocket.errors import INDETERMINATE, REJECTED, ContractError
from paysocket.keys import Keys, Use

from .fixture import create

SETTLE = 25 * times.SECOND
MADE = pb.Payment(payment_id="p1")


def make(_):
    return MADE


def lost(_):
    raise ContractError("CONNECTION_LOST", "no")


def refused(_):
    raise ContractError("PROVIDER_REJECTED", "no", outcome=REJECTED)


def absent(_):
    raise ContractError("PAYMENT_NOT_FOUND", "no", metadata={"complete": "true", "settled": "true"})


class KeysTest(unittest.TestCase):
    def setUp(self):
        self.now = 1000 * times.SECOND
        self.keys = Keys(limit=3, clock=lambda: self.now)

    @staticmethod
    def of(credentials, name):
        return Use(name, "refund_id" if name.startswith("refund") else "payment_id", credentials, SETTLE)

    def use(self, call, credentials="one", name="k", **attempt):
        try:
            return self.keys.use(self.of(credentials, name), create(attempt={"key": name, **attempt}), call)
        except ContractError as error:
            return error

    def look_up(self, call, credentials="one", name="k"):
        request = create(attempt={"key": name, "first_at": {"seconds": 1}})
        try:
            return self.keys.look_up(self.of(credentials, name), request, call)
        except ContractError as error:
            return error

    def test_a_lost_call_is_part_of_the_attempt_of_the_next(self):
        self.assertEqual(self.use(lost).reason, "CONNECTION_LOST")
        self.now += 5 * times.SECOND
        seen = []

        def call(request):
            seen.append(request.attempt)
            return MADE

        self.use(call)
        self.assertEqual(seen[0].first_at.seconds, 1000)
        self.assertEqual(seen[0].last_unknown_at.seconds, 1000)

    def test_a_certain_refusal_after_a_lost_call_is_not_certain(self):
        self.use(lost)
        self.assertEqual(self.use(refused).outcome, INDETERMINATE)

    def test_a_certain_refusal_releases_the_key(self):
        self.assertEqual(self.use(refused).outcome, REJECTED)
        self.assertEqual(self.use(make, credentials="two"), MADE)

    def test_a_key_that_led_to_something_is_refused_to_another_account(self):
        self.assertEqual(self.use(make), MADE)
        error = self.use(lambda _: self.fail("it was called"), credentials="two")
        self.assertEqual((error.reason, error.outcome, error.metadata), ("ATTEMPT_UNSETTLED", INDETERMINATE, {"payment_id": "p1"}))
        self.assertEqual(self.look_up(absent, credentials="two").metadata["settled"], "false")

    def test_a_probe_that_found_the_same_account_allows_other_credentials(self):
        self.use(make)
        self.keys.found("one", "account")
        self.keys.found("two", "account")
        self.assertEqual(self.use(make, credentials="two"), MADE)

    def test_a_look_up_during_a_call_proves_nothing(self):
        entered, release = threading.Event(), threading.Event()

        def wait(_):
            entered.set()
            release.wait(10)
            return MADE

        caller = threading.Thread(target=self.use, args=(wait,))
        caller.start()
        entered.wait(10)
        self.assertEqual(self.look_up(absent).metadata["settled"], "false")
        release.set()
        caller.join(10)

    def test_a_look_up_that_proves_absence_releases_the_key(self):
        self.use(lost)
        self.assertEqual(self.look_up(absent).metadata["settled"], "true")
        self.assertEqual(self.use(make, credentials="two"), MADE)

    def test_keys_that_may_still_lead_to_something_are_not_forgotten(self):
        for name in "abc":
            self.use(lost, name=name)
        self.assertEqual(self.use(make, name="d").reason, "PROVIDER_UNREACHABLE")
        self.now += SETTLE + 1
        self.assertEqual(self.use(make, name="d"), MADE)

    def test_an_error_that_nobody_expected_leaves_the_result_unknown(self):
        with self.assertRaises(RuntimeError):
            self.use(lambda _: exec("raise RuntimeError"))
        self.assertEqual(self.use(refused).outcome, INDETERMINATE)

    def test_a_call_that_is_uncertain_only_because_of_earlier_ones_binds_a_key_to_no_account(self):
        def earlier(request):
            raise ContractError("PROVIDER_AUTH_FAILED", "no").for_attempt(request.attempt)

        error = self.use(earlier, first_at={"seconds": 1}, last_unknown_at={"seconds": 2})
        self.assertEqual((error.reason, error.outcome), ("PROVIDER_AUTH_FAILED", INDETERMINATE))
        self.assertEqual(self.use(make, credentials="two"), MADE)

    def test_the_key_of_a_refund_is_released_where_there_is_not_even_the_payment(self):
        def missing(_):
            raise ContractError("PAYMENT_NOT_FOUND", "no")

        def refund(_):
            return pb.Refund(refund_id="r1")

        self.use(lost, name="refund-k")
        self.look_up(missing, name="refund-k")
        self.assertEqual(self.use(refund, credentials="two", name="refund-k").reason, "ATTEMPT_UNSETTLED")
        self.now += SETTLE
        self.look_up(missing, name="refund-k")
        self.assertEqual(self.use(refund, credentials="two", name="refund-k").refund_id, "r1")
