"""What mediation's decisions need beyond the request: who is on duty."""

from collections.abc import Mapping
from typing import Any, Protocol

from shared.eventing.requests import Asked, Provider
from shared.kernel.roster import RosterEntry


class Roster(Protocol):
    """Where the adjudicators on duty are read from."""

    async def entries(self) -> tuple[RosterEntry, ...]: ...


def providers(roster: Roster) -> Mapping[str, Provider]:
    """One fetcher per given field."""

    async def on_duty(_asked: Asked, _state: Any) -> tuple[RosterEntry, ...]:
        return await roster.entries()

    return {"roster": on_duty}
