"""A Kafka that asks everybody who they are and lets nobody do what was not granted: TLS, SCRAM and an authorizer.

Nothing is unencrypted, not even between broker and controller; the one super user logs in with a password as well.
"""

import base64
import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import jwt
import trustme
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from pymongo import MongoClient

from redress.acl.secrets import ADMIN
from shared.adapters.settings import KafkaSettings
from tests.kit.ports import free_ports
from tests.kit.servers import stack

AUDIENCE: Final = "kafka"
SECANTUS: Final = Path.home() / ".cache" / "redress-stack" / "bin" / "secantusd-rs"


@dataclass(frozen=True)
class Guarded:
    """Where it listens, and what its clients need."""

    scram: str
    """Asks for a SCRAM-SHA-512 password."""
    mutual: str
    """Asks for a certificate."""
    tokens: str
    """Asks for a signed token."""
    admin: KafkaSettings
    folder: Path
    authority: trustme.CA
    signer: RSAPrivateKey

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def secrets(self) -> Path:
        """A folder of `redress acl secrets`."""
        return self.folder / "secrets"

    def login(self, user: str) -> KafkaSettings:
        """How a user reaches Kafka, with the password of its secret file."""
        return KafkaSettings.model_validate(
            {
                "bootstrap": self.scram,
                "security_protocol": "SASL_SSL",
                "username": user,
                "password": (self.secrets / user / "kafka__password").read_text().strip(),
                "ca_file": self.ca_file,
            }
        )

    def token(self, user: str, seconds: int = 600) -> str:
        """A token for a user, as an identity provider would sign it."""
        import time  # noqa: PLC0415  # a signed token holds real time, which the broker compares with its own

        now = int(time.time())  # noqa: TID251
        claims = {"sub": user, "aud": AUDIENCE, "iat": now, "exp": now + seconds, "scope": "kafka"}
        return jwt.encode(claims, self.signer, algorithm="RS256", headers={"kid": "one"})


@contextmanager
def guarded_kafka(script: str, folder: Path) -> Iterator[Guarded]:
    """A broker of its own from the stack's control script, for as long as the `with` block runs."""
    scram, controller, admin, mutual, tokens, mongo = free_ports(6)  # the script puts the controller after the first
    authority, signer = trustme.CA(), generate_private_key(65537, 2048)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    _keep_pair(authority.issue_cert("127.0.0.1"), folder / "broker.pem")
    (folder / "keys.json").write_text(_key_set(signer))
    password = secrets.token_urlsafe(24)
    told = {
        **_listeners({"SCRAM": scram, "CONTROLLER": controller, "ADMIN": admin, "MUTUAL": mutual, "TOKENS": tokens}),
        **_certificates(folder),
        **_logins(password, folder / "keys.json"),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:{ADMIN}",
        "allow.everyone.if.no.acl.found": "false",
    }
    words = [word for name, value in told.items() for word in ("--property", f"{name}={value}")]
    # Kafka reads keys for tokens only from addresses that its JVM was told of.
    allowed = f"-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=file://{folder / 'keys.json'}"
    with stack(script, scram, mongo, *words, KAFKA_HEAP=f"-Xms256m -Xmx512m {allowed}"):
        yield Guarded(
            f"127.0.0.1:{scram}",
            f"127.0.0.1:{mutual}",
            f"127.0.0.1:{tokens}",
            KafkaSettings.model_validate(
                {
                    "bootstrap": f"127.0.0.1:{admin}",
                    "security_protocol": "SASL_SSL",
                    "sasl_mechanism": "PLAIN",
                    "username": ADMIN,
                    "password": password,
                    "ca_file": folder / "ca.pem",
                }
            ),
            folder,
            authority,
            signer,
        )


def _listeners(ports: dict[str, int]) -> dict[str, str]:
    addresses = {name: f"{name}://127.0.0.1:{port}" for name, port in ports.items()}
    return {
        "listeners": ",".join(addresses.values()),
        "advertised.listeners": ",".join(where for name, where in addresses.items() if name != "CONTROLLER"),
        "listener.security.protocol.map": ",".join(
            f"{name}:{'SSL' if name == 'MUTUAL' else 'SASL_SSL'}" for name in ports
        ),
        "inter.broker.listener.name": "ADMIN",
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        "sasl.mechanism.controller.protocol": "PLAIN",
    }


def _certificates(folder: Path) -> dict[str, str]:
    return {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(folder / "broker.pem"),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(folder / "ca.pem"),
        "listener.name.mutual.ssl.client.auth": "required",
        "listener.name.mutual.ssl.principal.mapping.rules": r"RULE:^.*CN=([a-z-]+).*$/$1/,DEFAULT",
    }


def _logins(password: str, keys: Path) -> dict[str, str]:
    plain = (
        f'org.apache.kafka.common.security.plain.PlainLoginModule required username="{ADMIN}" password="{password}" '
        f'user_{ADMIN}="{password}";'
    )
    oauth = "org.apache.kafka.common.security.oauthbearer"
    return {
        "listener.name.scram.sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.scram.scram-sha-512.sasl.jaas.config": (
            "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        ),
        "listener.name.admin.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.admin.plain.sasl.jaas.config": plain,
        "listener.name.controller.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.controller.plain.sasl.jaas.config": plain,
        "listener.name.tokens.sasl.enabled.mechanisms": "OAUTHBEARER",
        "listener.name.tokens.oauthbearer.sasl.jaas.config": f"{oauth}.OAuthBearerLoginModule required;",
        "listener.name.tokens.oauthbearer.sasl.server.callback.handler.class": (
            f"{oauth}.OAuthBearerValidatorCallbackHandler"
        ),
        "listener.name.tokens.oauthbearer.sasl.oauthbearer.jwks.endpoint.url": f"file://{keys}",
        "listener.name.tokens.oauthbearer.sasl.oauthbearer.expected.audience": AUDIENCE,
    }


def _keep_pair(certificate: trustme.LeafCert, file: Path) -> None:
    """Key and chain in one PEM file, the key as PKCS 8: Kafka reads no other."""
    key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(pem + b"".join(one.bytes() for one in certificate.cert_chain_pems))
    file.chmod(0o600)


def _key_set(signer: RSAPrivateKey) -> str:
    numbers = signer.public_key().public_numbers()

    def coded(number: int) -> str:
        content = number.to_bytes((number.bit_length() + 7) // 8, "big")
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    key = {"kty": "RSA", "kid": "one", "use": "sig", "alg": "RS256", "n": coded(numbers.n), "e": coded(numbers.e)}
    return json.dumps({"keys": [key]})


@contextmanager
def guarded_mongo(folder: Path) -> Iterator[str]:
    """A MongoDB-wire server with SCRAM whose one user so far is the administrator; answers its host and port."""
    port, data = free_ports(1)[0], folder / "mongo"
    data.mkdir()
    with (folder / "mongo.log").open("wb") as log:
        process = subprocess.Popen(
            [str(SECANTUS), "--host", "127.0.0.1", "--port", str(port), "--storage-path", str(data), "--auth"],
            env={**os.environ, "SECANTUS_REPLSET": "rs0"},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        url = f"mongodb://127.0.0.1:{port}/?directConnection=true"
        with MongoClient[dict[str, object]](url, serverSelectionTimeoutMS=20_000) as client:
            client.admin.command("ping")
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def first_user(address: str, user: str, password: str) -> None:
    """Make the administrator: while there is no user, a server takes one from this machine."""
    with MongoClient[dict[str, object]](f"mongodb://{address}/?directConnection=true") as client:
        client.admin.command("createUser", user, pwd=password, roles=[{"role": "root", "db": "admin"}])
