"""Connections to a gateway: names, TCP and TLS, all within a time.

Nothing has been sent before `connect` returns. From then on bytes may have been sent.
"""

import concurrent.futures
import os
import socket
import ssl
import time

_CONNECT_TIME = 5.0  # s, including the TLS handshake
_RESOLVERS = 16

# The system's resolver has no time-out, so it runs in threads of its own.
_resolvers = concurrent.futures.ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="resolver")


class NotConnected(Exception):
    """Its text is for operators: it names no URL."""


def trust():
    """Returns the settings of TLS. OpenSSL itself reads SSL_CERT_FILE and SSL_CERT_DIR, by which
    an operator adds authorities, and passes over a file that it cannot read. That raises OSError.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if file := os.environ.get("SSL_CERT_FILE"):
        context.load_verify_locations(file)
    return context


def connect(host, port, tls, left):
    """Returns a connected socket, with TLS unless tls is None. Left is how many seconds are left."""
    until = time.monotonic() + min(left, _CONNECT_TIME)
    plain = _dial(_resolve(host, port, until), until)
    if tls is None:
        return plain
    try:
        plain.settimeout(_remaining(until))
        secure = tls.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
    except OSError:
        plain.close()
        raise NotConnected("TLS could not be begun") from None
    try:
        secure.settimeout(_remaining(until))
        secure.do_handshake()
    except ssl.SSLCertVerificationError as error:
        secure.close()
        raise NotConnected(f"its certificate is not trusted: {error.verify_message}; SSL_CERT_FILE can name another authority") from None
    except OSError:
        secure.close()
        raise NotConnected("the TLS handshake failed") from None
    return secure


def _remaining(until):
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _resolve(host, port, until):
    found = _resolvers.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        return found.result(_remaining(until))
    except (OSError, concurrent.futures.TimeoutError, UnicodeError):
        found.cancel()
        raise NotConnected("its name was not found in time") from None


def _dial(addresses, until):
    for at, (family, kind, protocol, _, address) in enumerate(addresses):
        connection = socket.socket(family, kind, protocol)
        try:
            # An address that does not answer leaves time for the next.
            connection.settimeout(_remaining(until) / (len(addresses) - at))
            connection.connect(address)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
        except OSError:
            connection.close()
    raise NotConnected("it accepted no connection in time")
