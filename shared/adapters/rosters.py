"""The roster as decisions need it: each adjudicator with open cases and recent parties, read from a view."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shared.adapters.roster_file import read_roster
from shared.eventing.reading import Reader
from shared.eventing.views import View
from shared.kernel.actors import Actor
from shared.kernel.roster import RosterEntry


class Rosters:
    """Loads are read from a view that is indexed by the adjudicator's id, so they may lag by a moment."""

    def __init__(
        self, file: Path | None, reader: Reader, view: View[Any], key: str, open_statuses: Sequence[str]
    ) -> None:
        self._actors = read_roster(file)
        self._reader = reader
        self._view = view
        self._key = key
        self._open = frozenset(open_statuses)

    async def entries(self) -> tuple[RosterEntry, ...]:
        return tuple([await self._entry(actor) for actor in self._actors])

    async def _entry(self, actor: Actor) -> RosterEntry:
        handled = await self._reader.many(self._view, {self._key: actor.id}, limit=500)
        sides = [seen.document.parties for seen in handled if seen.document.parties]
        parties = {party for both in sides for party in (both.buyer_id, both.seller_id)}
        load = sum(1 for seen in handled if seen.document.status in self._open)
        return RosterEntry(actor=actor, load=load, recent_parties=tuple(sorted(parties)))
