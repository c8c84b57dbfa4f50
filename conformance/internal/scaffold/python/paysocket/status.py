"""Encodes an error of the contract as a gRPC status: a code, a message, and in the
trailer grpc-status-details-bin a google.rpc.Status with typed details.
"""

import grpc

from . import google_rpc
from . import paymentprovider_pb2 as pb
from .errors import INDETERMINATE, allows

TRAILER = "grpc-status-details-bin"
_DOMAIN = "paymentprovider.v1"

# A status is sent in trailers, and HTTP/2 bounds those: 8 KiB is what gRPC accepts by
# default.
_MAX_MESSAGE = 2 << 10
_MAX_VIOLATIONS = 16
_MAX_TEXT = 256
_MAX_PAIRS = 16
_MAX_RETRY = 24 * 3600 * 10**9
_MAX_DETAILS = 6 << 10


def encode_error(error, moves_money):
    """Returns the code, the message and the trailer's value."""
    code = grpc.StatusCode[error.code]
    message = cut(error.message, _MAX_MESSAGE)
    metadata = {key: cut(value, _MAX_TEXT) for key, value in list(error.metadata.items())[:_MAX_PAIRS]}
    first = [google_rpc.error_info(error.reason, _DOMAIN, metadata)]
    last = []
    if error.retry_after > 0:
        last.append(google_rpc.retry_info(min(error.retry_after, _MAX_RETRY)))
    if moves_money:
        # An outcome that contradicts the reason proves nothing.
        outcome = error.outcome if allows(error.reason, error.outcome) else INDETERMINATE
        detail = pb.OperationOutcome(outcome=f"OUTCOME_{outcome}")
        last.append(("paymentprovider.v1.OperationOutcome", detail.SerializeToString()))
    violations = [(cut(field, _MAX_TEXT), cut(text, _MAX_TEXT)) for field, text in error.violations[:_MAX_VIOLATIONS]]
    while True:
        between = [google_rpc.bad_request(violations)] if violations else []
        encoded = google_rpc.status(code.value[0], message, first + between + last)
        if len(encoded) <= _MAX_DETAILS or not violations:
            return code, message, encoded
        violations.pop()


def cut(text, limit):
    """Truncates a text to so many bytes of UTF-8, between two characters."""
    return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")
