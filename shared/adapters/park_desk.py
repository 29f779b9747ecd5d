"""Working the park: putting records away in sequence, and doing what operators ask of them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import structlog

from shared.adapters.wire import UnreadableError, envelope_of, received_of
from shared.eventing.hearing import Hearing
from shared.eventing.messages import Published
from shared.eventing.outcomes import Failed
from shared.eventing.parking import Action, Lineage, Park, Parked, Why
from shared.eventing.ports import Clock, Telemetry
from shared.kernel.lanes import lane_of

Announce: TypeAlias = Callable[[Parked], Awaitable[None]]
"""Tells the group's parked topic; returns when the broker has it."""

_log = structlog.get_logger(__name__)


class ParkDesk:
    """One consumer group's park, with what is blocked behind it."""

    def __init__(
        self,
        types: Mapping[str, type[Published]],
        *,
        hearing: Hearing,
        park: Park,
        announce: Announce,
        clock: Clock,
        telemetry: Telemetry,
        lanes: int,
    ) -> None:
        self._types = types
        self._hearing = hearing
        self.park = park
        self._announce = announce
        self._clock = clock
        self._telemetry = telemetry
        self._lanes = lanes
        self._blocked: dict[Lineage, int] = {}

    async def refresh(self) -> None:
        """Learn what is parked by now, by any process of the group."""
        self._blocked = dict(await self.park.blocked())

    def first_parked(self, lineage: Lineage) -> int | None:
        """The sequence a lineage is stuck at, or None."""
        return self._blocked.get(lineage)

    def is_behind(self, lineage: Lineage, seq: int) -> bool:
        """Whether a sequence must wait for one that is parked."""
        first = self._blocked.get(lineage)
        return first is not None and seq > first

    async def put(self, parked: Parked) -> None:
        """Park a record durably and tell the parked topic; only then may its offset be committed."""
        await self.park.put(parked)
        await self._announce(parked)
        if parked.seq:
            lineage = (parked.stream, parked.source)
            self._blocked[lineage] = min(parked.seq, self._blocked.get(lineage, parked.seq))
        self._telemetry.count("facts_parked", source=parked.source, why=parked.why)
        _log.error(
            "fact parked",
            id=parked.id,
            case=parked.stream,
            source=parked.source,
            seq=parked.seq,
            type=parked.type,
            # Not the reason: it may quote what a person wrote. `redress parked show` has it.
            why=parked.why,
        )

    async def heal(self, lineage: Lineage, seq: int) -> None:
        """A sound copy of a parked sequence was heard: let the lineage go on by itself."""
        if self._blocked.get(lineage) == seq:
            for parked in await self.park.of(lineage):
                await self.park.ask(parked.id, parked.action or Action.REPLAY)

    async def tend(self) -> None:
        """Carry out what was asked for, then learn what other processes parked."""
        for lineage in dict.fromkeys((parked.stream, parked.source) for parked in await self.park.asked()):
            await self._tend(lineage)
        await self.refresh()

    async def _tend(self, lineage: Lineage) -> None:
        """Go through a lineage in order until one stays parked; copies of one sequence stand for each other."""
        stuck: list[Parked] = []
        parked_here = await self.park.of(lineage)
        # A held fact is dropped for the sake of an earlier one, so what is dropped goes first.
        for parked in [*(p for p in parked_here if p.action is Action.DROP)]:
            await self._drop(parked)
        for parked in [p for p in parked_here if p.action is not Action.DROP]:
            if stuck and parked.seq != stuck[0].seq:
                if not await self._superseded(stuck):
                    return
                stuck = []
            if not await self._retry(parked):
                stuck.append(parked)
        await self._superseded(stuck)

    async def _superseded(self, copies: Sequence[Parked]) -> bool:
        """Remove copies of a record whose sequence is in the log by another copy; False when it is not there."""
        if not copies or not copies[0].seq:
            return True
        first = copies[0]
        lineage = (first.stream, first.source)
        known = await self._hearing.knows(lane_of(first.stream, self._lanes), lineage, first.seq)
        if known:
            for copy in copies:
                await self.park.remove(copy.id)
        return known

    async def _drop(self, parked: Parked) -> None:
        if parked.seq:
            await self._hearing.skip(lane_of(parked.stream, self._lanes), parked, self._clock.now())
        await self.park.remove(parked.id)

    async def _retry(self, parked: Parked) -> bool:
        """Try a record again; False when it stays parked."""
        reason, why = "", Why.FAILED
        try:
            received = received_of(envelope_of(parked), self._types)
        except UnreadableError as error:
            reason, why = str(error), Why.UNREADABLE
        else:
            (verdict,) = await self._hearing.hear(lane_of(received.stream, self._lanes), [received])
            if isinstance(verdict, Failed):
                reason = f"{type(verdict.error).__name__}: {verdict.error}"
        if reason:
            await self.park.put(replace(parked, attempts=parked.attempts + 1, reason=reason, why=why))
            await self.park.ask(parked.id, None)
            return False
        await self.park.remove(parked.id)
        return True
