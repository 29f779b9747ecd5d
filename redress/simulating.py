"""What a draft policy would have changed: closed cases decided again on what they rested, by intake's own decisions.

Each recorded request is decided under the policy it was decided by, and under the draft. Only when the first comes out
as recorded does a difference of the second say something about the draft; what does not is reported, not compared.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from redress.logs import every_commit
from redress.redeciding import Asked, Change, Unexplained, filing, heard, negotiation
from services.intake.domain.case import Closed, Rejected, State
from services.intake.domain.events import (
    ComplaintAccepted,
    ComplaintFiled,
    ComplaintRejected,
    NegotiationOpened,
    OrderRecorded,
)
from services.intake.model import MODEL
from shared.eventing.commits import Commit
from shared.eventing.messages import Fact, Published
from shared.eventing.model import About
from shared.eventing.ports import EventLog
from shared.eventing.streams import Codec
from shared.kernel.lanes import lane_of
from shared.kernel.orders import Order
from shared.kernel.policy import Policy, PolicyBook

_CASES_AT_ONCE: Final = 200
_CODEC: Final = Codec(MODEL)


@dataclass(frozen=True, slots=True)
class Differing:
    """A case in which something would have come out otherwise."""

    case_id: str
    pinned: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A case of which something cannot be told, and why."""

    case_id: str
    why: tuple[Unexplained, ...]


@dataclass(slots=True)
class Simulation:
    """What a draft would have changed, over how many cases."""

    draft: str
    replayed: int = 0
    differing: list[Differing] = field(default_factory=list)
    doubtful: list[Doubtful] = field(default_factory=list)


async def simulate(
    log: EventLog, lanes: int, book: PolicyBook, draft: Policy, *, unfinished: bool = False
) -> Simulation:
    """Decide every closed or rejected case of intake's log again under a draft; `unfinished` takes all cases."""
    simulation = Simulation(draft.version)
    async for case_id, commits, orders in _cases(log, lanes):
        asked, state = _told(commits, orders)
        if not (unfinished or isinstance(state, Closed | Rejected)):
            continue
        simulation.replayed += 1
        found = list(_under(asked, book, draft))
        pinned = next((one.version for one in reversed(asked) if one.version), None)
        if changes := tuple(one for one in found if isinstance(one, Change)):
            simulation.differing.append(Differing(case_id, pinned or "none", changes))
        if why := tuple(one for one in found if isinstance(one, Unexplained)):
            simulation.doubtful.append(Doubtful(case_id, why))
    simulation.differing.sort(key=lambda one: one.case_id)
    simulation.doubtful.sort(key=lambda one: one.case_id)
    return simulation


def _under(asked: Sequence[Asked], book: PolicyBook, draft: Policy) -> Iterator[Change | Unexplained]:
    for one in asked:
        try:
            policy = book.pinned(one.version) if one.version else book.in_force(one.at)
        except LookupError as error:
            yield Unexplained(one.of, one.at, str(error))
            continue
        found = list(one.under(policy, draft))
        yield from found
        if any(change.what == "outcome" for change in found if isinstance(change, Change)):
            # From here on the case would have gone another way, and nothing recorded says which.
            return


async def _cases(
    log: EventLog, lanes: int
) -> AsyncIterator[tuple[str, Sequence[Commit], Mapping[str, Sequence[Commit]]]]:
    """Every case that was negotiated or filed, with its commits and those of the orders it names."""
    begins = {NegotiationOpened.TYPE, ComplaintFiled.TYPE}
    for lane in range(lanes):
        names: dict[str, None] = {}
        async for commit in every_commit(log, lane):
            if any(record.type in begins for record in commit.facts):
                names[commit.stream] = None
        for at in range(0, len(names), _CASES_AT_ONCE):
            cases = await log.load(lane, list(names)[at : at + _CASES_AT_ONCE])
            orders = await _orders(log, lanes, cases)
            for name, commits in cases.items():
                yield name, commits, orders


async def _orders(log: EventLog, lanes: int, cases: Mapping[str, Sequence[Commit]]) -> Mapping[str, Sequence[Commit]]:
    wanted: dict[int, set[str]] = {}
    for commits in cases.values():
        for fact in (_CODEC.fact(record) for commit in commits for record in commit.facts):
            if isinstance(fact, NegotiationOpened | ComplaintFiled):
                wanted.setdefault(lane_of(fact.order_id, lanes), set()).add(fact.order_id)
    found: dict[str, Sequence[Commit]] = {}
    for lane, names in wanted.items():
        found |= await log.load(lane, sorted(names))
    return found


def _told(commits: Sequence[Commit], orders: Mapping[str, Sequence[Commit]]) -> tuple[Sequence[Asked], State]:
    """Everything a case was asked that a policy answers, and how it stands at the end."""
    asked: list[Asked] = []
    pinned: str | None = None
    state: State = MODEL.decider.initial
    for commit in commits:
        messages = [entry.message for entry in _CODEC.entries(commit, commits)]
        about = About(commit.stream, commit.at, commit.by)
        answer = next((one for one in messages if isinstance(one, ComplaintAccepted | ComplaintRejected)), None)
        pinned = answer.policy_version if answer else pinned
        for message in messages:
            match message:
                case NegotiationOpened():
                    asked.append(negotiation(message, about, _known(orders, message.order_id, about.at), state))
                case ComplaintFiled() if answer is not None:
                    asked.append(filing(message, answer, about, _known(orders, message.order_id, about.at), state))
                case Published():
                    asked += heard(message, pinned)
                case _:
                    pass
            if isinstance(message, Fact):
                state = MODEL.decider.evolve(state, message)
    return asked, state


def _known(orders: Mapping[str, Sequence[Commit]], order_id: str, at: datetime) -> Order | None:
    """The order in the newest version that was recorded by then."""
    known: Order | None = None
    for commit in orders.get(order_id, ()):
        for entry in _CODEC.entries(commit):
            if isinstance(entry.message, OrderRecorded) and entry.at <= at:
                known = entry.message.order
    return known
