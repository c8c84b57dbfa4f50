"""Encodes the messages of google.rpc that errors need (google/rpc/status.proto and
error_details.proto). Python has packages with them, but a process can load each message
from one package only, and another library of the provider may have loaded it already.

    message Status    { int32 code = 1; string message = 2; repeated Any details = 3; }
    message Any       { string type_url = 1; bytes value = 2; }
    message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
    message RetryInfo { Duration retry_delay = 1; }
    message BadRequest {
      message FieldViolation { string field = 1; string description = 2; }
      repeated FieldViolation field_violations = 1;
    }
    message Duration  { int64 seconds = 1; int32 nanos = 2; }
"""

_NANOSECONDS = 10**9


def status(code, message, details):
    """Details are pairs of a message's full name and its encoding."""
    packed = [_bytes(3, _text(1, f"type.googleapis.com/{name}") + _bytes(2, value)) for name, value in details]
    return _number(1, code) + _text(2, message) + b"".join(packed)


def error_info(reason, domain, metadata):
    pairs = [_bytes(3, _text(1, key) + _text(2, value)) for key, value in metadata.items()]
    return "google.rpc.ErrorInfo", _text(1, reason) + _text(2, domain) + b"".join(pairs)


def bad_request(violations):
    encoded = [_bytes(1, _text(1, field) + _text(2, description)) for field, description in violations]
    return "google.rpc.BadRequest", b"".join(encoded)


def retry_info(delay):
    """The delay is in nanoseconds."""
    seconds, nanos = divmod(delay, _NANOSECONDS)
    return "google.rpc.RetryInfo", _bytes(1, _number(1, seconds) + _number(2, nanos))


def _text(field, value):
    return _bytes(field, value.encode("utf-8", "replace")) if value else b""


def _number(field, value):
    return _varint(field << 3) + _varint(value) if value else b""


def _bytes(field, value):
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value):
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
