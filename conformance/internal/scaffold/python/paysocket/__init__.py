"""What a payment provider in Python needs besides its gateway: how it is started,
connected and ended by a host (docs/other-languages.md of Paysocket), and the rules
of the contract (paymentprovider.proto). README.md says what is in which module.
"""

import os

from .descriptors import claim

# gRPC prepares for forks by default, which a provider has no use for: its threads
# would be stopped whenever something starts a program. The variables are read when
# grpc is imported.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")

# Before anything else is imported, since it may print.
HANDSHAKE = claim(os.environ)

VERSION = "0.1.0"

# The version of the contract that this package was written for.
SPEC_VERSION = "0.1.0"
