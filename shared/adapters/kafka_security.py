"""How a client proves to Kafka who it is, and has Kafka prove the same: TLS, passwords, certificates, tokens."""

import asyncio
import ssl
from pathlib import Path
from typing import Any

from aiokafka.abc import AbstractTokenProvider
from faststream.security import BaseSecurity, SASLOAuthBearer, SASLPlaintext, SASLScram256, SASLScram512

from shared.adapters.failures import Misconfigured
from shared.adapters.settings import KafkaSettings


class TokenFile(AbstractTokenProvider):  # type: ignore[misc]
    """A token that something else keeps fresh in a file; read anew for each connection."""

    def __init__(self, file: Path) -> None:
        self._file = file

    async def token(self) -> str:
        """The token. An OSError is an outage to aiokafka: it tries the next broker, and later again."""
        return (await asyncio.to_thread(self._file.read_text, "utf-8")).strip()


def client_options(kafka: KafkaSettings) -> dict[str, Any]:
    """Options that every aiokafka client takes. Raises Misconfigured for files that are none."""
    options: dict[str, Any] = {
        "bootstrap_servers": kafka.bootstrap,
        "security_protocol": kafka.security_protocol,
    }
    if kafka.uses_tls:
        options["ssl_context"] = tls(kafka)
    if kafka.uses_sasl:
        options["sasl_mechanism"] = kafka.sasl_mechanism
        options["sasl_plain_username"] = kafka.username
        options["sasl_plain_password"] = kafka.password.get_secret_value() if kafka.password else None
        options["sasl_oauth_token_provider"] = token_provider(kafka)
    return options


def broker_security(kafka: KafkaSettings) -> BaseSecurity | None:
    """The same as FastStream takes it; the token provider it takes apart."""
    context = tls(kafka) if kafka.uses_tls else None
    if not kafka.uses_sasl:
        return BaseSecurity(ssl_context=context, use_ssl=True) if context else None
    if kafka.sasl_mechanism == "OAUTHBEARER":
        return SASLOAuthBearer(ssl_context=context, use_ssl=context is not None)
    kinds = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}
    password = kafka.password.get_secret_value() if kafka.password else ""
    return kinds[kafka.sasl_mechanism](
        username=kafka.username or "", password=password, ssl_context=context, use_ssl=context is not None
    )


def token_provider(kafka: KafkaSettings) -> TokenFile | None:
    """Where the token of OAUTHBEARER comes from."""
    return TokenFile(kafka.token_file) if kafka.token_file and kafka.uses_sasl else None


def tls(kafka: KafkaSettings) -> ssl.SSLContext:
    """Checks the broker's certificate and that it is for the host we asked for; there is no setting not to."""
    ca_file, cert_file, key_file = kafka.ca_file, kafka.cert_file, kafka.key_file
    try:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(
            f"REDRESS_KAFKA__CA_FILE {ca_file} holds no certificate that can be used: {error}"
        ) from error
    if cert_file:
        try:
            context.load_cert_chain(cert_file, key_file)
        except (OSError, ssl.SSLError) as error:
            raise Misconfigured(
                f"REDRESS_KAFKA__CERT_FILE {cert_file} and REDRESS_KAFKA__KEY_FILE {key_file} are no pair: {error}"
            ) from error
    return context
