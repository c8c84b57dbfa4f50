"""Makes a self-signed certificate for one connection. The host makes another for
every plugin that it starts, and each end trusts only the certificate of the other.
"""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_HOST_NAME = "localhost"  # the name that the host verifies
_DAY = datetime.timedelta(days=1)


def make_certificate(now=None):
    """Returns a key in PEM, and a certificate in PEM and in DER."""
    now = now or datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _HOST_NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)  # clocks differ
        .not_valid_after(now + 3650 * _DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(_HOST_NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (
        key_pem,
        certificate.public_bytes(serialization.Encoding.PEM),
        certificate.public_bytes(serialization.Encoding.DER),
    )
