"""Where to cut four logs that go on being written, so that nothing in the copy was heard from outside of it.

A fact that one service has heard and its teller's copy lacks would be fatal: restored, the teller would give its
number to another fact, which everybody drops as known. What a case leads to stays in its lane in every service, so
each lane is cut by itself (ADR 0028).
"""

from collections.abc import AsyncIterator, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from shared.eventing.commits import CauseKind, Commit
from shared.eventing.ports import EventLog
from shared.kernel.lanes import lane_at, lane_start

_PAGE: Final = 500
_STREAMS: Final = 100

Cut: TypeAlias = Mapping[str, Sequence[int]]
"""By service, the last position of each lane that belongs to a copy."""


@dataclass(frozen=True, slots=True)
class _Heard:
    at: int
    source: str
    stream: str
    seq: int


async def consistent_cut(logs: Mapping[str, EventLog], lanes: int) -> Cut:
    """The latest cut that holds the teller's commit for every fact that was heard in it.

    What stood when this was called is in it: the heads are read twice, and all that the first heads rest on was
    stored before the second were read. So only commits between the two can be in want of something, and those that
    are, with what follows them in their lane, are left to the next copy.
    """
    before = {service: await _heads(log, lanes) for service, log in logs.items()}
    after = {service: await _heads(log, lanes) for service, log in logs.items()}
    cut: dict[str, list[int]] = {service: [] for service in logs}
    for lane in range(lanes):
        ends = await _cut_lane(
            logs, lane, {s: heads[lane] for s, heads in before.items()}, {s: heads[lane] for s, heads in after.items()}
        )
        for service, end in ends.items():
            cut[service].append(end)
    return cut


async def _heads(log: EventLog, lanes: int) -> list[int]:
    return [await log.head(lane) for lane in range(lanes)]


async def _cut_lane(
    logs: Mapping[str, EventLog], lane: int, before: Mapping[str, int], after: Mapping[str, int]
) -> Mapping[str, int]:
    heard = {service: await _heard(log, before[service], after[service], logs) for service, log in logs.items()}
    told = await _told(logs, lane, [one for of_service in heard.values() for one in of_service])
    ends = dict(after)
    moved = True
    while moved:
        moved = False
        for service, facts in heard.items():
            for fact in facts:
                if fact.at > ends[service]:
                    break
                # What its source does not have even now is a stranger's record under a service's name: no want of ours.
                place = told.get((fact.source, fact.stream, fact.seq), lane_start(lane))
                if place > ends[fact.source]:
                    ends[service], moved = fact.at - 1, True
                    break
    return ends


async def _heard(log: EventLog, after: int, until: int, services: Container[str]) -> list[_Heard]:
    """What was heard of these services between two positions of a lane, in order."""
    found: list[_Heard] = []
    async for commit in _between(log, after, until):
        cause = commit.cause
        if cause.kind is CauseKind.FACT and cause.seq and cause.source in services:
            found.append(_Heard(commit.position, cause.source, commit.stream, cause.seq))
    return found


async def _between(log: EventLog, after: int, until: int) -> AsyncIterator[Commit]:
    while after < until and (page := await log.read(lane_at(until), after, _PAGE)):
        for commit in page:
            if commit.position <= until:
                yield commit
        after = page[-1].position


async def _told(logs: Mapping[str, EventLog], lane: int, heard: Sequence[_Heard]) -> Mapping[tuple[str, str, int], int]:
    """Where each of these facts was told, by source, stream and sequence."""
    streams: dict[str, dict[str, None]] = {service: {} for service in logs}
    for fact in heard:
        streams[fact.source][fact.stream] = None
    places: dict[tuple[str, str, int], int] = {}
    for source, names in streams.items():
        for start in range(0, len(names), _STREAMS):
            loaded = await logs[source].load(lane, list(names)[start : start + _STREAMS])
            for stream, commits in loaded.items():
                for commit in commits:
                    places |= {(source, stream, out.seq): commit.position for out in commit.out if out.seq}
    return places
