"""Serves a provider to the host that started this process, or to those that attach to it."""

import concurrent.futures
import json
import os
import sys
import tempfile
import threading

import grpc

from . import HANDSHAKE
from .certificate import make_certificate
from .gate import Gate
from .handshake import PROTOCOL_VERSION, handshake_line
from .lifetime import Lifetime, remove_sockets
from .log import Logger, describe_bug, level_of
from .services import contract_service, controller_service, health_service

_MAX_MESSAGE = 4 << 20
_MAX_CALLS = 256  # at a time: each takes a thread, and health checks must not wait for one
_FLUSH = 0.05  # s, to write the answer of the last call

_OPTIONS = (
    ("grpc.max_receive_message_length", _MAX_MESSAGE),
    ("grpc.max_send_message_length", _MAX_MESSAGE),
    ("grpc.so_reuseport", 0),
    # A message is refused only once it is whole: let even one that is too large come quickly.
    ("grpc.http2.lookahead_bytes", _MAX_MESSAGE),
    # A host sends pings whether or not a call is in flight, and GOAWAY would end it all.
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 5000),
    ("grpc.http2.max_ping_strikes", 0),
)


def serve_host(provider, environment):
    log = Logger(level_of(environment))
    _end_on_bugs(log)
    lifetime = Lifetime(environment, log)
    lifetime.watch_signals()
    folder = environment.get("PLUGIN_UNIX_SOCKET_DIR") or "/tmp"
    socket = os.path.join(folder, f"provider-{os.getpid()}")
    credentials, certificate = _security(environment.get("PLUGIN_CLIENT_CERT", ""))
    server = _server(Gate(provider, lifetime, log), lifetime)
    _listen(server, socket, credentials)
    lifetime.watch_host()
    os.write(HANDSHAKE, handshake_line(socket, certificate).encode())
    _run(server, lifetime, lifetime.remove_sockets)


def serve_debug(provider):
    """Serves hosts of this user that attach to a process which a person started, perhaps in a
    debugger: without TLS, over a socket that nobody else can reach, one host after another.
    """
    log = Logger(level_of(os.environ))
    lifetime = Lifetime({}, log)
    lifetime.watch_signals(interactive=True)
    folder = tempfile.mkdtemp(prefix="paysocket-", dir=os.environ.get("XDG_RUNTIME_DIR") or None)
    socket = os.path.join(folder, "debug")
    server = _server(Gate(provider, lifetime, log, debug=True), lifetime, shuts_down=False)
    _listen(server, socket, None)
    print(json.dumps({"protocol": PROTOCOL_VERSION, "pid": os.getpid(), "socket": socket}, separators=(",", ":")), flush=True)
    print("It serves, without TLS, to hosts of this user in test mode. A host attaches to it with the line above:\n\n"
          "\tprovider, err := plugin.Attach(ctx, line, &plugin.OpenOptions{Debug: true, Configuration: ...})\n\n"
          "It ends with Ctrl-C.", file=sys.stderr)
    _run(server, lifetime, lambda: remove_sockets(folder))


def _end_on_bugs(log):
    """Ends the process after an error that nobody caught, since its state is unknown. The host
    then treats the calls in flight as INDETERMINATE.
    """

    def end(error):
        log.error("the plugin ends: an error was not caught", **describe_bug(error))
        os._exit(1)

    sys.excepthook = lambda _, error, __: end(error)
    threading.excepthook = lambda arguments: end(arguments.exc_value)


def _security(host_certificate):
    """Returns credentials for mutual TLS and the certificate in DER if the host sent one."""
    if not host_certificate:
        return None, b""
    key, certificate, der = make_certificate()
    credentials = grpc.ssl_server_credentials(
        [(key, certificate)], root_certificates=host_certificate.encode(), require_client_auth=True  # only the host may connect
    )
    return credentials, der


def _server(gate, lifetime, shuts_down=True):
    pool = concurrent.futures.ThreadPoolExecutor(_MAX_CALLS, thread_name_prefix="call")
    server = grpc.server(pool, options=_OPTIONS)
    services = [contract_service(gate), health_service(lifetime)]
    if shuts_down:
        services.append(controller_service(lifetime))
    server.add_generic_rpc_handlers(tuple(services))
    return server


def _listen(server, socket, credentials):
    address = f"unix:{socket}"
    try:
        bound = server.add_secure_port(address, credentials) if credentials else server.add_insecure_port(address)
    except RuntimeError:
        bound = 0
    if not bound:
        print(f"the socket {socket} cannot be made: check that the folder exists and that the path is short", file=sys.stderr)
        sys.exit(1)
    server.start()


def _run(server, lifetime, clean_up):
    """Returns never: threads that still wait for a gateway must not keep the process."""
    lifetime.wait()
    server.stop(_FLUSH).wait(2 * _FLUSH)
    clean_up()
    os._exit(0)
