"""Many cases from few: what one service's log holds of simulated cases, stamped again under names of their own.

The simulator decides some hundred cases with the services themselves, which costs 0.2 s each. Their commits, with other
ids in every text and a digest chain of their own, are cases as good as the first ones to a log, a load and a view.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from redress.simulator.world import World
from shared.adapters.policy_files import read_policies
from shared.eventing.commits import Commit
from shared.kernel.ids import derived_id
from shared.kernel.lanes import lane_of

_LABEL: Final = "w0000000"
"""Orders, buyers and waybills of the simulated world carry it; each world stamped from it has its own, as long."""

_MOMENT: Final = 0x019A_0000_0000
"""Milliseconds of the first case's id: cases made one after the other have ids in order, as UUIDv7 gives them."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """What the log of one service holds of some simulated cases: for each, its order's commits and its own."""

    service: str
    cases: Sequence[tuple[str, Sequence[Commit]]]
    """Each case's id and commits, in the order of the log."""
    played: int
    """How many cases were simulated; the longest of them may have been left out."""

    @property
    def commits_per_case(self) -> float:
        return sum(len(commits) for _, commits in self.cases) / len(self.cases)

    def stamped(self, number: int) -> list[Commit]:
        """The `number`-th case: the commits of one of the shapes under ids that no other case has, unplaced."""
        world, shape = divmod(number, len(self.cases))
        old, commits = self.cases[shape]
        new, label = case_id(number), f"w{world:07d}"

        def own(text: str) -> str:
            return text.replace(old, new).replace(_LABEL, label)

        chain: dict[str, str] = {}
        made: list[Commit] = []
        for place, commit in enumerate(commits):
            stream = own(commit.stream)
            one = commit._replace(
                stream=stream,
                lane=lane_of(stream),
                cause=commit.cause._replace(id=derived_id("stamped", number, place)),
                by=commit.by.model_copy(update={"id": own(commit.by.id)}),
                facts=tuple([r._replace(id=derived_id(new, place, r.id), data=own(r.data)) for r in commit.facts]),
                heard=commit.heard and commit.heard._replace(data=own(commit.heard.data)),
                out=tuple([o._replace(id=derived_id(new, place, o.id), data=own(o.data)) for o in commit.out]),
                prev=chain.get(stream, ""),
                position=0,
            ).sealed()
            chain[stream] = one.digest
            made.append(one)
        return made


async def shapes(service: str, *, seed: int, size: int, longest: int | None = None) -> Shapes:
    """Play a world of `size` cases; of the service's log keep the cases with at most `longest` commits."""
    world = World(seed, _LABEL, size, read_policies())
    await world.play()
    streams: Mapping[str, str] = {case.order.order_id: case.id for case in world.cases.values()}
    found: dict[str, list[Commit]] = defaultdict(list)
    async for commit in world.system.services[service].commits():
        found[streams.get(commit.stream, commit.stream)].append(commit)
    kept = [(case, commits) for case, commits in found.items() if longest is None or len(commits) <= longest]
    return Shapes(service, kept, len(found))


def waves(made: Shapes, begin: int, end: int, *, batch: int) -> Iterator[list[Commit]]:
    """The commits of cases `begin` up to `end`, as a log gets them: many cases go on beside each other.

    Each wave opens `batch` cases and takes every open one a commit further. All are at their end after the last wave.
    """
    open_cases: list[Iterator[Commit]] = []
    number = begin
    while open_cases or number < end:
        upto = min(number + batch, end)
        open_cases += [iter(made.stamped(case)) for case in range(number, upto)]
        number = upto
        wave: list[Commit] = []
        going: list[Iterator[Commit]] = []
        for case in open_cases:
            if (commit := next(case, None)) is not None:
                wave.append(commit)
                going.append(case)
        open_cases = going
        if wave:
            yield wave


def case_id(number: int) -> str:
    """A UUIDv7 of the case's number: in order of time, and the same in every run."""
    noise = sha256(b"stamped %d" % number).hexdigest()
    moment = f"{_MOMENT + number:012x}"
    return f"{moment[:8]}-{moment[8:]}-7{noise[:3]}-8{noise[3:6]}-{noise[6:18]}"
