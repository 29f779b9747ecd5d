"""What a request counts as where rates are kept, and the refusal when there were too many."""

import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Protocol

from fastapi import Request

from shared.kernel.refusals import Refused

RATE_RULE: Final = "rate_must_be_kept"


class Kind(StrEnum):
    """What is counted apart."""

    COMMAND = "command"
    READ = "read"
    UPLOAD = "upload"
    STRANGER = "stranger"
    """A request of somebody who does not say who it is, or whose token does not count."""


class Rates(Protocol):
    """Counts requests."""

    @property
    def most(self) -> Mapping[Kind, int]:
        """How many a minute are taken; 0 where there is no limit."""
        ...

    def wait(self, kind: Kind, who: str) -> float:
        """Count one request; answers 0, or the seconds until it is worth asking again, and then did not count it."""
        ...


class TooOftenError(Exception):
    """A caller asked more often than is taken from one; worth trying again after `seconds`."""

    def __init__(self, refused: Refused, seconds: int) -> None:
        super().__init__(refused.rule)
        self.refused = refused
        self.seconds = seconds


def count(request: Request, who: str) -> None:
    """Count a request of a caller. Raises TooOftenError, before any store is asked."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        kind = Kind.READ
    elif request.app.state.service.definition.bounds_itself(request.url.path):
        kind = Kind.UPLOAD
    else:
        kind = Kind.COMMAND
    _keep(request, kind, who)


def count_stranger(request: Request) -> None:
    """Count a request of nobody who is known, by the address that it came from. Raises TooOftenError.

    Only what failed is counted: behind a proxy strangers and callers have one address, and the former must not shut
    out the latter. What a header says of addresses is not believed.
    """
    _keep(request, Kind.STRANGER, request.client.host if request.client else "")


def _keep(request: Request, kind: Kind, who: str) -> None:
    rates: Rates = request.app.state.service.rates
    if wait := rates.wait(kind, who):
        seconds = math.ceil(wait)
        refused = Refused(
            RATE_RULE,
            detail=f"{rates.most[kind]} requests a minute ({kind}) are taken from one caller",
            cure=f"send it again, with the same key, after {seconds} seconds",
        )
        raise TooOftenError(refused, seconds)
