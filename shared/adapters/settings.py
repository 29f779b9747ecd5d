"""What a process is configured with: environment variables REDRESS_*, and secrets as files."""

import os
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from shared.adapters.edge_settings import HttpSettings, OpsSettings, RateSettings
from shared.adapters.policy_files import SHIPPED
from shared.adapters.worker_pool import WorkerLimits
from shared.kernel.lanes import LANES

Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]
Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Ways to sign a token with a key that only its issuer has; the symmetric ones are not offered."""


class KafkaSettings(BaseModel):
    """How to reach Kafka."""

    model_config = ConfigDict(frozen=True)

    bootstrap: str = "127.0.0.1:9092"
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Mechanism = "SCRAM-SHA-512"
    username: str | None = None
    password: SecretStr | None = None
    token_file: Path | None = None
    """For OAUTHBEARER: a file in which something else, such as Kubernetes, keeps a token fresh."""
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    """Our own certificate and its key, for brokers that ask their clients for one."""
    session_timeout_ms: Annotated[int, Field(ge=1000)] = 30_000

    @property
    def uses_tls(self) -> bool:
        """Whether the connection is encrypted, and the broker's certificate checked."""
        return self.security_protocol.endswith("SSL")

    @property
    def uses_sasl(self) -> bool:
        """Whether we log in, besides any certificate."""
        return self.security_protocol.startswith("SASL")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        # Half a setting would be found out at the first connection, or never: a password that nobody asks for.
        wanting: dict[str, object] = {}
        if self.uses_sasl and self.sasl_mechanism == "OAUTHBEARER":
            wanting = {"token_file": self.token_file}
        elif self.uses_sasl:
            wanting = {"username": self.username, "password": self.password}
        if missing := [name for name, value in wanting.items() if not value]:
            raise ValueError(f"{self.sasl_mechanism} needs {' and '.join(missing)} as well")
        if not self.uses_sasl and (self.password or self.token_file):
            raise ValueError(f"a password is set that {self.security_protocol} never sends: set SASL_SSL")
        if self.key_file and not self.cert_file:
            raise ValueError("key_file needs cert_file as well")
        return self


class MongoSettings(BaseModel):
    """How to reach MongoDB. `url` may hold credentials; logs and errors never show it whole."""

    model_config = ConfigDict(frozen=True)

    url: SecretStr = SecretStr("mongodb://127.0.0.1:27017/?directConnection=true")
    database: str | None = None


class KeySettings(BaseModel):
    """The master keys under which the keys of people lie: `id:base64` of 32 bytes each, the first for new keys.

    Several are separated by commas or lines. A service starts without any only where `off` says so: what people write
    is then kept as it came.
    """

    model_config = ConfigDict(frozen=True)

    master: SecretStr | None = None
    master_file: Path | None = None
    off: bool = False
    database: str = "redress_keys"

    @property
    def given(self) -> bool:
        """Whether there is a master key; an empty variable is none."""
        return self.master_file is not None or bool(self.master and self.master.get_secret_value())


class AuthSettings(BaseModel):
    """How callers are known: by tokens of one issuer, or by headers of a gateway that alone reaches the process."""

    model_config = ConfigDict(frozen=True)

    mode: Literal["jwt", "gateway"] | None = None
    issuer: str | None = None
    audience: str | None = None
    jwks_url: HttpUrl | None = None
    jwks_file: Path | None = None
    algorithms: Annotated[frozenset[Algorithm], Field(min_length=1)] = frozenset({"RS256", "ES256", "EdDSA"})
    leeway_seconds: Annotated[int, Field(ge=0, le=300)] = 30
    role_claim: str = "redress_role"
    actor_claim: str = "sub"


class ReadSettings(BaseModel):
    """How long it is kept who read a case. A change holds for reads from then on."""

    model_config = ConfigDict(frozen=True)

    keep_days: Annotated[int, Field(ge=1, le=36_500)] = 1_096


class WorkerSettings(BaseModel):
    """Processes that read files from outside: how many, how much may wait, and what one file may take."""

    model_config = ConfigDict(frozen=True)

    size: Annotated[int, Field(ge=1, le=64)] = 2
    queue: Annotated[int, Field(ge=1, le=10_000)] = 64
    memory_bytes: Annotated[int, Field(ge=64 * 1024 * 1024)] = 512 * 1024 * 1024
    cpu_seconds: Annotated[int, Field(ge=1)] = 20
    wall_seconds: Annotated[int, Field(ge=1)] = 30

    @property
    def limits(self) -> WorkerLimits:
        """What one job may take."""
        return WorkerLimits(self.memory_bytes, self.cpu_seconds, self.wall_seconds)


class FileSettings(BaseModel):
    """Where evidence files lie, how long they are kept unnamed, and who may fetch them by a link."""

    model_config = ConfigDict(frozen=True)

    url: str | None = None
    endpoint: str | None = None
    region: str | None = None
    access_key_id: SecretStr | None = None
    secret_access_key: SecretStr | None = None
    grace_seconds: Annotated[int, Field(ge=3600)] = 86_400
    upload_seconds: Annotated[int, Field(ge=60)] = 86_400
    open_uploads: Annotated[int, Field(ge=1, le=1000)] = 10
    sweep_seconds: Annotated[int, Field(ge=1)] = 60
    link_secret: Annotated[SecretStr, Field(min_length=32)] | None = None
    link_seconds: Annotated[int, Field(ge=1, le=86_400)] = 300


class OtelSettings(BaseModel):
    """Where traces go, and how many of those that begin here are kept. Without an endpoint none are made."""

    model_config = ConfigDict(frozen=True)

    endpoint: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    ratio: Annotated[float, Field(ge=0, le=1)] = 0.1

    @property
    def traces_url(self) -> str:
        """The collector's path for traces; a bare host means the usual one."""
        url = (self.endpoint or "").rstrip("/")
        return url if url.endswith("/v1/traces") else f"{url}/v1/traces"


class Settings(BaseSettings):
    """One service process. Nested names join with two underscores: REDRESS_KAFKA__BOOTSTRAP."""

    model_config = SettingsConfigDict(
        env_prefix="REDRESS_",
        env_nested_delimiter="__",
        frozen=True,
        extra="ignore",
    )

    kafka: KafkaSettings = KafkaSettings()
    mongo: MongoSettings = MongoSettings()
    http: HttpSettings = HttpSettings()
    ops: OpsSettings = OpsSettings()
    rate: RateSettings = RateSettings()
    auth: AuthSettings = AuthSettings()
    reads: ReadSettings = ReadSettings()
    workers: WorkerSettings = WorkerSettings()
    keys: KeySettings = KeySettings()
    files: FileSettings = FileSettings()
    otel: OtelSettings = OtelSettings()
    instance: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")] | None = None
    """This replica's name where it has one that outlives a restart: Kafka's static membership goes by it.

    Without a name (replicas that compose scales) the member is dynamic and leaves its group when it stops.
    """
    lanes: Annotated[int, Field(ge=1, le=1024)] = LANES
    policies: Path = SHIPPED
    roster: Path | None = None
    bundle_key: Path | None = None
    """An Ed25519 private key in PEM, with which case bundles are signed; without one they are not."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # the signature pydantic-settings calls
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        secrets = NestedSecretsSettingsSource(
            file_secret_settings,
            secrets_dir=os.environ.get("REDRESS_SECRETS", "/run/secrets"),
            secrets_dir_missing="ok",  # pragma: allowlist secret
            secrets_prefix="",
            secrets_nested_delimiter="__",
        )
        return init_settings, env_settings, dotenv_settings, secrets
