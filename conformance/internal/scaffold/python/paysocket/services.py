"""The gRPC services of a plugin: the contract's, gRPC's health service, and the one that
ends the plugin. Messages of the last two are so small that they are written as bytes.
"""

import json

import grpc

from . import paymentprovider_pb2 as pb
from .errors import ContractError
from .gate import OPERATIONS
from .status import TRAILER, encode_error

_SERVING, _NOT_SERVING = b"\x08\x01", b"\x08\x02"  # HealthCheckResponse{status}
_ASKED = (b"", b"\x0a\x06plugin")  # HealthCheckRequest{service}: all, and the one that a host asks for

# A host that wants the process confined hears that it is not: see PAYSOCKET_SANDBOX in
# docs/other-languages.md.
_CONFINEMENT = (("paysocket-hardening", json.dumps({
    "level": "none",
    "why": "a program in Python does not confine itself; confine the host's service, or set confinement: off for this plugin",
})),)


def contract_service(gate):
    """The handlers of the contract's service."""
    service = pb.DESCRIPTOR.services_by_name["PaymentProvider"]
    handlers = {rpc: _handler(gate, rpc, getattr(pb, f"{rpc}Request")) for rpc in OPERATIONS}
    return grpc.method_handlers_generic_handler(service.full_name, handlers)


def _handler(gate, rpc, request_class):
    # Always the same bytes for the same answer, which Describe promises.
    return grpc.unary_unary_rpc_method_handler(
        lambda request, context: _handle(gate, rpc, request, context),
        request_deserializer=request_class.FromString,
        response_serializer=lambda message: message.SerializeToString(deterministic=True),
    )


def _handle(gate, rpc, request, context):
    if rpc in ("Describe", "Configure"):
        context.send_initial_metadata(_CONFINEMENT)
    try:
        return gate.handle(rpc, request, context)
    except ContractError as error:
        code, message, encoded = encode_error(error, OPERATIONS[rpc].moves_money)
    context.set_trailing_metadata(((TRAILER, encoded),))
    context.abort(code, message)


def health_service(lifetime):
    """It answers NOT_SERVING when the end has begun, so that the host starts another process in time."""

    def check(request, context):
        if request not in _ASKED:
            context.abort(grpc.StatusCode.NOT_FOUND, "there is no such service")
        return _NOT_SERVING if lifetime.ending else _SERVING

    return grpc.method_handlers_generic_handler("grpc.health.v1.Health", {"Check": grpc.unary_unary_rpc_method_handler(check)})


def controller_service(lifetime):
    """The part of hashicorp/go-plugin that ends a plugin."""

    def shut_down(_, context):
        context.add_callback(lifetime.shut_down)  # once the answer was sent
        return b""

    return grpc.method_handlers_generic_handler("plugin.GRPCController", {"Shutdown": grpc.unary_unary_rpc_method_handler(shut_down)})
