"""Real sockets of this machine, and no gateway."""

import contextlib
import os
import select
import socket
import ssl
import tempfile
import threading
import time
import unittest.mock
import warnings

from paysocket import times
from paysocket.call import Call
from paysocket.certificate import make_certificate
from paysocket.errors import INDETERMINATE, NOT_ATTEMPTED, ContractError
from paysocket.gateway import Gateway, Request
from paysocket.log import Logger

from .fixture import Context

POST = Request("POST", "/v1/payments", body=b"{}", moves_money=True)


@contextlib.contextmanager
def listening(answer, tls=None):
    """A server that hands each connection to `answer`, and counts them."""
    served = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def serve():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    served.append(connection)
                    with contextlib.suppress(OSError), connection:
                        if tls is None:
                            answer(connection)
                            continue
                        with tls.wrap_socket(connection, server_side=True) as secure:
                            answer(secure)
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], served
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def says(text):
    def answer(connection):
        connection.recv(65536)
        connection.sendall(text.encode())
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):  # to close while something is unread would be a reset
            pass
    return answer


def send(port, request=POST, left=10.0, base="http://127.0.0.1", context=None, min_time_left=0):
    try:
        gateway = Gateway(f"{base}:{port}", lambda _: {"Authorization": "Bearer x"}, "test/1", min_time_left)
        return gateway.send(request, Call(context or Context(left), Logger(write=lambda _: None)))
    except ContractError as error:
        return error


class GatewayTest(unittest.TestCase):
    def assert_error(self, error, reason, outcome):
        self.assertIsInstance(error, ContractError)
        self.assertEqual((error.reason, error.outcome), (reason, outcome), error.message)

    def test_an_answer_is_returned_whatever_its_status(self):
        with listening(says("HTTP/1.1 302 Found\r\nLocation: /x\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nok")) as (port, served):
            answer = send(port)
        self.assertEqual((answer.status, answer.body, answer.retry_after), (302, b"ok", 7 * times.SECOND))
        self.assertEqual(len(served), 1, "a redirect is not followed")

    def test_what_was_not_sent_was_not_attempted(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self.assert_error(send(port), "PROVIDER_UNREACHABLE", NOT_ATTEMPTED)

    def test_what_may_have_been_sent_is_sent_once_and_indeterminate(self):
        for name, answer, reason in (
            ("closed", lambda connection: connection.recv(65536), "CONNECTION_LOST"),
            ("cut", says("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), "CONNECTION_LOST"),
            ("no HTTP", says("SSH-2.0-x\r\n"), "MALFORMED_RESPONSE"),
            ("too large", says("HTTP/1.1 200 OK\r\n\r\n" + "x" * (1 << 20 | 1)), "MALFORMED_RESPONSE"),
        ):
            with self.subTest(name), listening(answer) as (port, served):
                self.assert_error(send(port), reason, INDETERMINATE)
                self.assertEqual(len(served), 1)

    def test_an_answer_that_drips_does_not_outlast_the_call(self):
        def drip(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            more = True
            while more:  # until the other side is gone
                connection.sendall(b"x")
                readable, _, _ = select.select([connection], [], [], 0.02)
                more = connection.recv(65536) if readable else True

        began = time.monotonic()
        with listening(drip) as (port, _):
            self.assert_error(send(port, left=0.4), "PROVIDER_TIMEOUT", INDETERMINATE)
        self.assertLess(time.monotonic() - began, 5)

    def test_a_canceled_call_ends_its_request(self):
        context = Context(60.0)

        def cancel(connection):
            connection.recv(65536)
            context.cancel()
            while connection.recv(65536):  # until the other side ends it
                pass

        began = time.monotonic()
        with listening(cancel) as (port, _):
            self.assert_error(send(port, context=context), "CONNECTION_LOST", INDETERMINATE)
        self.assertLess(time.monotonic() - began, 30)

    def test_with_too_little_time_nothing_that_moves_money_is_begun(self):
        with listening(says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as (port, served):
            self.assert_error(send(port, left=5.0, min_time_left=10 * times.SECOND), "DEADLINE_TOO_SHORT", NOT_ATTEMPTED)
            self.assertEqual(served, [])
            self.assertEqual(send(port, Request("GET", "/v1/account"), left=5.0, min_time_left=10 * times.SECOND).status, 200)


class TLSTest(unittest.TestCase):
    def setUp(self):
        key, certificate, _ = make_certificate()
        self.file = os.path.join(self.enterContext(tempfile.TemporaryDirectory()), "both.pem")
        with open(self.file, "wb") as file:
            file.write(key + certificate)

    def reason(self, trusted, version=ssl.TLSVersion.TLSv1_3):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.file)
        tls.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that these are old
            tls.minimum_version = ssl.TLSVersion.TLSv1
            tls.maximum_version = version
        added = {"SSL_CERT_FILE": trusted} if trusted else {}
        with unittest.mock.patch.dict(os.environ, added), listening(says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), tls) as (port, _):
            return getattr(send(port, base="https://localhost"), "reason", "answered")

    def test_an_authority_that_the_operator_added_is_trusted(self):
        self.assertEqual(self.reason(self.file), "answered")

    def test_an_unknown_certificate_is_not_trusted(self):
        self.assertEqual(self.reason(None), "PROVIDER_UNREACHABLE")

    def test_a_file_that_cannot_be_read_is_an_error_at_once(self):
        for file in ("/nowhere.pem", __file__):
            with unittest.mock.patch.dict(os.environ, SSL_CERT_FILE=file), self.assertRaises(ContractError) as raised:
                Gateway("https://localhost", None, "", 0)
            self.assertEqual(raised.exception.reason, "PROVIDER_UNREACHABLE")

    def test_old_versions_of_tls_are_not_spoken(self):
        self.assertEqual(self.reason(self.file, ssl.TLSVersion.TLSv1_1), "PROVIDER_UNREACHABLE")
