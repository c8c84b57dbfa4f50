"""The small parts: log, certificate, encoding of errors, times, URLs, money, signatures."""

import datetime
import hashlib
import hmac
import json
import os
import socket
import tempfile
import unittest

from cryptography import x509

from paysocket import google_rpc, times
from paysocket import paymentprovider_pb2 as pb
from paysocket.certificate import make_certificate
from paysocket.errors import REASONS, ContractError
from paysocket.handshake import handshake_line, started_by_host
from paysocket.lifetime import remove_sockets
from paysocket.log import Logger, level_of
from paysocket.money import exponent_of, is_retired, money
from paysocket.signature import verify
from paysocket.status import cut, encode_error
from paysocket.urls import secure_url_problem, web_url_problem


class LogTest(unittest.TestCase):
    def logged(self, level, write):
        lines = []
        log = Logger(level, lines.append)
        write(log)
        return lines

    def test_a_line_has_the_three_names_that_a_host_reads(self):
        [line] = self.logged("info", lambda log: log.warn("careful", order=7))
        read = json.loads(line)
        self.assertRegex(read.pop("@timestamp"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        self.assertEqual(read, {"@level": "warn", "@message": "careful", "order": 7})

    def test_the_host_chooses_the_lowest_level(self):
        self.assertEqual([level_of({"PAYSOCKET_LOG_LEVEL": asked}) for asked in ("DEBUG", "loud", "")], ["debug", "info", "info"])
        self.assertEqual(self.logged("warn", lambda log: log.info("x")), [])

    def test_a_line_that_would_be_truncated_is_not_written(self):
        [line] = self.logged("info", lambda log: log.info("long", text="é" * 40_000))
        self.assertEqual(json.loads(line)["@message"], "a log line was dropped: it was too long")

    def test_secrets_are_redacted_in_every_form(self):
        secret = 'sk/"hidden"+1?'

        def write(log):
            log.hide([secret, "abc"])
            log.info(f"key {secret}", url="https://x/?k=sk%2F%22hidden%22%2B1%3F", header="c2svImhpZGRlbiIrMT8=", other="abc")

        [line] = self.logged("info", write)
        read = json.loads(line)
        self.assertEqual((read["@message"], read["url"], read["header"], read["other"]),
                         ("key [redacted]", "https://x/?k=[redacted]", "[redacted]=", "abc"))


class HandshakeTest(unittest.TestCase):
    def test_the_line_has_the_certificate_without_padding(self):
        self.assertEqual(handshake_line("/s", b"\x01"), "1|1|unix|/s|grpc|AQ\n")
        self.assertEqual(handshake_line("/s", b""), "1|1|unix|/s|grpc|\n")

    def test_only_the_cookie_says_that_a_host_started_the_program(self):
        self.assertTrue(started_by_host({"PAYSOCKET_PLUGIN": "b1f0c9e47a2d4d86a35b6c1de8f27409"}))
        self.assertFalse(started_by_host({"PAYSOCKET_PLUGIN": "1"}))

    def test_the_certificate_is_for_localhost_from_a_day_ago(self):
        key, pem, der = make_certificate(datetime.datetime(2026, 11, 30))
        self.assertTrue(key.startswith(b"-----BEGIN PRIVATE KEY-----"))
        made = x509.load_der_x509_certificate(der)
        self.assertEqual(made, x509.load_pem_x509_certificate(pem))
        names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        self.assertEqual(names.get_values_for_type(x509.DNSName), ["localhost"])
        self.assertEqual(made.not_valid_before, datetime.datetime(2026, 11, 29))

    def test_sockets_are_removed_with_the_folders_that_a_host_made(self):
        root = self.enterContext(tempfile.TemporaryDirectory())
        folder = os.path.join(root, "paysocket-1", "plugin-dir")
        os.makedirs(folder)
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(os.path.join(folder, "provider-1"))
        remove_sockets(folder)
        self.assertEqual(os.listdir(root), [])
        remove_sockets("relative")


class StatusTest(unittest.TestCase):
    def test_an_error_is_encoded_as_the_page_shows_it(self):
        code, message, encoded = encode_error(ContractError("NOT_CONFIGURED", "the provider has no configuration yet; call Configure first"), True)
        self.assertEqual(code.value[0], 9)
        self.assertEqual(encoded.hex(), (
            "0809123b" + message.encode().hex() + "1a500a28" + b"type.googleapis.com/google.rpc.ErrorInfo".hex() +
            "12240a0e" + b"NOT_CONFIGURED".hex() + "1212" + b"paymentprovider.v1".hex() +
            "1a3d0a37" + b"type.googleapis.com/paymentprovider.v1.OperationOutcome".hex() + "12020801"))

    def test_a_read_has_no_outcome(self):
        _, _, encoded = encode_error(ContractError("PAYMENT_NOT_FOUND", "no"), False)
        self.assertNotIn(b"OperationOutcome", encoded)

    def test_an_outcome_that_the_reason_does_not_allow_is_indeterminate(self):
        _, _, encoded = encode_error(ContractError("PROVIDER_FAULT", "no", outcome="REJECTED"), True)
        self.assertTrue(encoded.endswith(b"\x08\x03"))

    def test_an_error_fits_into_a_header(self):
        error = ContractError("INVALID_REQUEST", "x" * 100_000, violations=[("f" * 1000, "ช" * 1000)] * 100,
                              metadata={str(i): "y" * 1000 for i in range(100)})
        self.assertLess(len(encode_error(error, True)[2]), 7 << 10 | 1 << 10)

    def test_a_text_is_cut_between_characters(self):
        self.assertEqual(cut("aชb", 3), "a")

    def test_numbers_are_varints(self):
        self.assertEqual(google_rpc.retry_info(300 * times.SECOND + 5)[1], b"\x0a\x05\x08\xac\x02\x10\x05")

    def test_every_reason_has_a_code_of_grpc(self):
        for reason in REASONS:
            encode_error(ContractError(reason, "x"), True)


class TimesTest(unittest.TestCase):
    def test_times_keep_their_nanoseconds(self):
        for text in ("2026-02-03T04:05:06.789000001Z", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59.5Z"):
            self.assertEqual(times.show(times.parse(text)), text)
        self.assertEqual(times.parse("2026-02-03T04:05:06+07:00"), times.parse("2026-02-02T21:05:06Z"))
        for text in ("2026-02-30T00:00:00Z", "2026-02-03 04:05:06Z", "2026-02-03T04:05:06", "２026-02-03T04:05:06Z"):
            self.assertIsNone(times.parse(text))

    def test_a_time_before_1970_is_a_legal_message(self):
        message = pb.Payment()
        times.put(message.created_at, -1)
        self.assertEqual((message.created_at.seconds, message.created_at.nanos), (-1, 999_999_999))
        times.put(message.updated_at, None)
        self.assertFalse(message.HasField("updated_at"))
        times.put(message.expires_at, 0)
        self.assertTrue(message.HasField("expires_at"))

    def test_durations_are_those_of_the_contract(self):
        for text, seconds in (("90s", 90), ("2m30s", 150), ("1.5h", 5400), ("0", 0), (".5s", 0.5)):
            self.assertEqual(times.parse_duration(text), seconds * times.SECOND, text)
        for text in ("", "5", "-5s", "s", ".s", "5 s", "5s ", "1d", "９s", "9999999999h"):
            self.assertIsNone(times.parse_duration(text), text)


class URLTest(unittest.TestCase):
    def test_only_whole_urls_are_accepted(self):
        for url in ("https://a.test", "HTTP://a.test:80/x?y#z", "http://[::1]:1/", "https://xn--a.test/%20", "https://127.0.0.1/"):
            self.assertIsNone(web_url_problem(url), url)
        for url in ("https:a.test", "https:///x", "https://a.test:x/", "https://a b.test/", "https://[::1/", "ftp://a.test", "//a.test",
                    "https://a.test\n", "https://u:p@a.test/", "https://1.2.3/", "https://a.test/" + "x" * 2048, "https://a<b.test/"):
            self.assertIsNotNone(web_url_problem(url), url)

    def test_only_this_machine_may_be_reached_without_tls(self):
        self.assertIsNone(secure_url_problem("http://127.0.0.1:80/"))
        self.assertIsNone(secure_url_problem("http://localhost/"))
        self.assertIsNotNone(secure_url_problem("http://localhost.test/"))


class MoneyTest(unittest.TestCase):
    def test_the_exponents_are_those_of_the_standard(self):
        self.assertEqual([exponent_of(code) for code in ("THB", "JPY", "KWD", "HRK", "thb", "XXX")], [2, 0, 3, 2, None, None])
        self.assertTrue(is_retired("HRK"))
        self.assertEqual(money("JPY", 5), pb.Money(currency="JPY", minor_units=5, exponent=0))


class SignatureTest(unittest.TestCase):
    def reason(self, value, body=b"{}", secrets=("new", "old"), at=1000):
        request = pb.ParseWebhookRequest(body=body, headers=[{"name": "x-sig", "value": value}] if value else [])
        times.put(request.received_at, at * times.SECOND)
        try:
            verify(request, "X-Sig", secrets, 300 * times.SECOND)
        except ContractError as error:
            return error.reason.removeprefix("WEBHOOK_SIGNATURE_")
        return ""

    def test_a_webhook_is_genuine_only_with_a_signature_of_its_time_and_body(self):
        signed = hmac.new(b"old", b"1000.{}", hashlib.sha256).hexdigest().encode()
        good = b"t=1000 , v1=00, ,v1=" + signed
        self.assertEqual(self.reason(good), "")
        self.assertEqual(self.reason(b""), "MISSING")
        self.assertEqual(self.reason(good, body=b"{} "), "INVALID")
        self.assertEqual(self.reason(good, secrets=("new",)), "INVALID")
        self.assertEqual(self.reason(b"t=1001,v1=" + signed), "INVALID")
        self.assertEqual(self.reason(b"t=1000,t=1000,v1=" + signed), "INVALID")
        self.assertEqual(self.reason(b"t=1000" + b",v1=" + b",v1=".join([signed] * 10)), "INVALID")
        self.assertEqual(self.reason(b"\xff=,v1=" + signed), "INVALID")
        self.assertEqual(self.reason(good, at=1301), "STALE")
        self.assertEqual(self.reason(good, at=699), "STALE")
