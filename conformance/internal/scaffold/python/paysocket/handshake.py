"""How a host and a plugin recognise each other. Nothing here ever changes, so that
hosts can use plugins that were built years ago.
"""

import base64
import re

# A variable in the environment of every plugin. It is not a secret: it says that a
# host started the plugin.
MAGIC_COOKIE = ("PAYSOCKET_PLUGIN", "b1f0c9e47a2d4d86a35b6c1de8f27409")

# The version of the protocol after the handshake.
PROTOCOL_VERSION = 1

_CORE_VERSION = 1


def started_by_host(environment):
    """Whether a host started this process."""
    name, value = MAGIC_COOKIE
    return environment.get(name) == value


def host_descriptor(environment):
    """The descriptor of the pipe that the system closes when the host has ended, or None."""
    announced = environment.get("PAYSOCKET_HOST_FD", "")
    return int(announced) if re.fullmatch("[0-9]{1,5}", announced) and int(announced) >= 3 else None


def handshake_line(socket_path, certificate):
    """The line that a host waits for. The certificate is DER, or b"" if the host sent none."""
    encoded = base64.b64encode(certificate).decode("ascii").rstrip("=")
    return f"{_CORE_VERSION}|{PROTOCOL_VERSION}|unix|{socket_path}|grpc|{encoded}\n"
