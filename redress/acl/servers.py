"""What a Kafka and a MongoDB with walls are started with, for trying: an authority, certificates, first passwords.

In production certificates come from your own authority, and the servers' first users from whoever runs them.
"""

import secrets
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from redress.acl.secrets import ADMIN, kafka_passwords, mongo_urls
from shared.adapters.failures import Misconfigured
from shared.adapters.mongo_users import password_in

AUTHORITY: Final = "authority/ca.crt"
"""The one file that everybody may read."""

_LOOPBACK: Final = x509.IPAddress(ip_address("127.0.0.1"))
_DAYS: Final = 825
_KEYFILE_BYTES: Final = 96
_PLAIN: Final = "org.apache.kafka.common.security.plain.PlainLoginModule"
_SCRAM: Final = "org.apache.kafka.common.security.scram.ScramLoginModule"


def make_servers(folder: Path, users: Path, now: datetime, *, kafka: str, mongo: str) -> bool:
    """Make in `folder` what the servers, reached under these host names, lack; False when all was there already.

    `users` is a folder of `redress acl secrets`, whose administrator is the first user of both. The authority's key
    is not kept, so all certificates are made together. Raises Misconfigured where a secret or the room is missing.
    """
    if (folder / AUTHORITY).exists():
        return False
    password = kafka_passwords(users, [ADMIN])[ADMIN]
    authority, key = _authority(now)
    pem = authority.public_bytes(Encoding.PEM)
    wanted = {
        "kafka/server.pem": _pair(_issued(kafka, now, authority, key), pem),
        "kafka/ca.crt": pem,
        "kafka/jaas.conf": _jaas(password).encode(),
        "kafka/admin.properties": _client(password).encode(),
        "mongo/server.pem": _pair(_issued(mongo, now, authority, key), pem),
        "mongo/ca.crt": pem,
        "mongo/keyfile": b64encode(secrets.token_bytes(_KEYFILE_BYTES)) + b"\n",
        "mongo/password": password_in(mongo_urls(users, [ADMIN])[ADMIN]).encode() + b"\n",
    }
    try:
        for name, content in wanted.items():
            _leave(folder / name, content, 0o400)
        _leave(folder / AUTHORITY, pem, 0o444)  # the last: what broke off before it is made anew
    except OSError as error:
        raise Misconfigured(f"nothing can be left in {folder}: {error.strerror}") from error
    return True


def _authority(now: datetime) -> tuple[x509.Certificate, EllipticCurvePrivateKey]:
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Redress, for trying")])
    signs = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    draft = _draft(name, name, key, now).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return draft.add_extension(signs, critical=True).sign(key, SHA256()), key


def _issued(
    host: str, now: datetime, authority: x509.Certificate, signer: EllipticCurvePrivateKey
) -> tuple[x509.Certificate, EllipticCurvePrivateKey]:
    key = generate_private_key(SECP256R1())
    names: Iterable[x509.GeneralName] = (*map(x509.DNSName, dict.fromkeys((host, "localhost"))), _LOOPBACK)
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    draft = (
        _draft(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]), authority.subject, key, now)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        # A member of a replica set, or a broker, is a client of the others as well.
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
        .add_extension(by, critical=False)
    )
    return draft.sign(signer, SHA256()), key


def _draft(
    subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # clocks differ
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _pair(issued: tuple[x509.Certificate, EllipticCurvePrivateKey], authority: bytes) -> bytes:
    """Key and chain in one file; the key as PKCS 8, for Kafka reads no other."""
    certificate, key = issued
    own = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return own + certificate.public_bytes(Encoding.PEM) + authority


def _jaas(password: str) -> str:
    """Everybody logs in by SCRAM; between brokers, and before there is any SCRAM, the administrator by PLAIN."""
    plain = f'{_PLAIN} required username="{ADMIN}" password="{password}" user_{ADMIN}="{password}";'
    sections = {"internal": f"{_SCRAM} required;", "host": f"{_SCRAM} required;", "admin": plain, "controller": plain}
    return "".join(f"{listener}.KafkaServer {{\n  {module}\n}};\n" for listener, module in sections.items())


def _client(password: str) -> str:
    return (
        "security.protocol=SASL_SSL\n"
        "sasl.mechanism=PLAIN\n"
        f'sasl.jaas.config={_PLAIN} required username="{ADMIN}" password="{password}";\n'
        "ssl.truststore.type=PEM\n"
        "ssl.truststore.location=/etc/redress/server/ca.crt\n"
    )


def _leave(file: Path, content: bytes, mode: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    file.touch(0o600)
    file.write_bytes(content)
    file.chmod(mode)
