"""The program: what it does, by how it was started. Begin to read here."""

import os
import sys

from .handshake import PROTOCOL_VERSION, started_by_host


def main(provider):
    """The whole program: `provider` is as gate.py describes it."""
    words = sys.argv[1:]
    # gRPC is imported only to serve: that is most of the time that a start takes.
    if not words and started_by_host(os.environ):
        from .serve import serve_host

        serve_host(provider, os.environ)
    elif words == ["--debug"]:
        from .serve import serve_debug

        serve_debug(provider)
    else:
        sys.exit(_explain(provider.descriptor, words))


def _explain(descriptor, words):
    """What the program does if a person runs it instead of a host."""
    if words == ["--version"]:
        print(f"{descriptor.provider_id} {descriptor.version} (contract {descriptor.spec_version}, protocol {PROTOCOL_VERSION})")
        return 0
    if words == ["--describe"]:
        from google.protobuf import json_format

        print(json_format.MessageToJson(descriptor, preserving_proto_field_name=True))
        return 0
    name = sys.argv[0]
    print(f"""{name} is a payment provider for Paysocket: {descriptor.display_name}, version {descriptor.version}.
It is a plugin: a host starts it and calls it. Run it by hand only with one of these flags:

\t{name} --version    its version
\t{name} --describe   what it can do, as JSON
\t{name} --debug      serve hosts that attach to it, to follow their calls in a debugger
""", file=sys.stderr, end="")
    return 2
