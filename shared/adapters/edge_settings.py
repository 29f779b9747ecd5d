"""Where a process listens, and what it takes from callers: REDRESS_HTTP__*, REDRESS_OPS__* and REDRESS_RATE__*."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class HttpSettings(BaseModel):
    """Where to listen, and how long, how much and how many at a time. Loopback unless told otherwise."""

    model_config = ConfigDict(frozen=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    max_body_bytes: Annotated[int, Field(ge=1024)] = 1_048_576
    connections: Annotated[int, Field(ge=1)] = 1_000
    """Open at a time; one more is answered 503."""
    head_seconds: Annotated[float, Field(gt=0)] = 10
    """Within which the head of a request must have come."""
    body_seconds: Annotated[float, Field(gt=0)] = 10
    body_bytes_per_second: Annotated[int, Field(ge=1)] = 500
    """What must come of a body, looked at every `body_seconds`."""
    handling_seconds: Annotated[float, Field(gt=0)] = 60
    """Within which an answer must begin, from when the request has come whole. Longer than the log's own patience."""
    keep_alive_seconds: Annotated[int, Field(ge=1)] = 15
    """For which a connection is kept for a next request."""


class OpsSettings(BaseModel):
    """Where liveness, readiness and metrics are answered. Loopback unless told otherwise."""

    model_config = ConfigDict(frozen=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 9464
    """The default is the one of OpenTelemetry's exporters for Prometheus; 0 is any."""


class RateSettings(BaseModel):
    """How many requests a minute one replica takes from one caller; 0 is any number. The platform is not counted."""

    model_config = ConfigDict(frozen=True)

    commands: Annotated[int, Field(ge=0)] = 600
    reads: Annotated[int, Field(ge=0)] = 3_000
    uploads: Annotated[int, Field(ge=0)] = 600
    """Files and parts of files."""
    strangers: Annotated[int, Field(ge=0)] = 600
    """From one address without a caller that is known."""
