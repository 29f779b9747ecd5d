"""The roster as decisions need it: each adjudicator with open cases and recent parties, read from a view."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from shared.adapters.failures import Misconfigured
from shared.adapters.roster_file import SHIPPED, read_roster
from shared.eventing.reading import Reader, Seen
from shared.eventing.views import View
from shared.kernel.actors import Actor
from shared.kernel.roster import Handled, RosterEntry

_log = structlog.get_logger(__name__)


class Rosters:
    """Loads are read from a view that is indexed by the adjudicator's id, so they may lag by a moment."""

    def __init__(
        self,
        file: Path | None,
        reader: Reader,
        view: View[Any],
        key: str,
        open_statuses: Sequence[str],
        handled_at: Callable[[Any], datetime | None] | None = None,
    ) -> None:
        self._file = file or SHIPPED
        self._read_at = self._changed_at()
        self._actors = read_roster(file)
        self._handled_at = handled_at
        self._reader = reader
        self._view = view
        self._key = key
        self._open = frozenset(open_statuses)

    async def entries(self) -> tuple[RosterEntry, ...]:
        """Who is on duty now: a roster that was edited counts from the next decision on."""
        if (changed_at := self._changed_at()) not in {None, self._read_at}:
            self._take_up(changed_at)
        return tuple([await self._entry(actor) for actor in self._actors])

    def _changed_at(self) -> int | None:
        try:
            return self._file.stat().st_mtime_ns
        except OSError:
            return None

    def _take_up(self, changed_at: int | None) -> None:
        # A roster that is being edited must not stop the assignment of cases: the last sound one goes on.
        self._read_at = changed_at
        try:
            self._actors = read_roster(self._file)
        except Misconfigured as error:
            _log.warning("roster not taken up", error=str(error))

    async def _entry(self, actor: Actor) -> RosterEntry:
        handled = await self._reader.many(self._view, {self._key: actor.id}, limit=500)
        sides = [seen.document.parties for seen in handled if seen.document.parties]
        if self._handled_at is not None:
            return RosterEntry(actor=actor, load=self._load(handled), handled=self._when(handled))
        parties = {party for both in sides for party in (both.buyer_id, both.seller_id)}
        return RosterEntry(actor=actor, load=self._load(handled), recent_parties=tuple(sorted(parties)))

    def _load(self, handled: Sequence[Seen[Any]]) -> int:
        return sum(1 for seen in handled if seen.document.status in self._open)

    def _when(self, handled: Sequence[Seen[Any]]) -> tuple[Handled, ...]:
        last: dict[str, datetime] = {}
        for document in (seen.document for seen in handled):
            at = self._handled_at(document) if self._handled_at else None
            if at is not None:
                both = document.parties
                last |= {party: max(last.get(party, at), at) for party in (both.buyer_id, both.seller_id)}
        return tuple(Handled(party=party, at=at) for party, at in sorted(last.items()))
