"""A world: some hundred cases and their people, from the first order until nothing more can happen."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Any, Final

from redress.registry import DEFINITIONS
from redress.simulator.cases import SimulatedCase, Temper, Turn, a_case
from redress.simulator.moves import MOVES
from redress.simulator.system import System, Wire
from shared.adapters.wire import envelope_of
from shared.contracts.platform import OrderRecorded
from shared.contracts.topology import CONTRACTS
from shared.eventing.messages import Command
from shared.eventing.outcomes import Accepted, Rejected
from shared.kernel.actors import Actor, Role
from shared.kernel.policy import PolicyBook

START: Final = datetime(2026, 11, 2, 8, tzinfo=UTC)
HORIZON: Final = timedelta(days=400)
"""A case that is open after so long is stuck."""

_TYPES: Final = {contract.TYPE: contract for contract in CONTRACTS}
_PATIENCE: Final = {
    Temper.HONEST: 18.0,
    Temper.APPEALING: 18.0,
    Temper.ABUSIVE: 9.0,
    Temper.CONTRADICTORY: 14.0,
    Temper.LATE: 90.0,
    Temper.SILENT: 900.0,
}
"""Hours between two looks at a case, on average."""
_STAFF_HOURS: Final = 20.0
_SLOW_STAFF: Final = 0.08
"""Share of cases whose adjudicators are slow."""


@dataclass(order=True)
class _Look:
    """Somebody will look at a case."""

    at: datetime
    n: int
    case: SimulatedCase = field(compare=False)
    by: Actor = field(compare=False)
    temper: Temper = field(compare=False)
    fruitless: int = field(compare=False, default=0)
    """How often in a row it found nothing to do."""


@dataclass
class Tally:
    """What was asked and what came of it."""

    outcomes: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    contradictions: list[str] = field(default_factory=list)
    """Where the list of allowed actions and the answer disagree."""


class World:
    """Plays one population to its end."""

    def __init__(self, seed: int, label: str, size: int, book: PolicyBook) -> None:
        self.chance = random.Random(f"{seed}/{label}")  # noqa: S311  # a seed is the point
        self.policy = book.in_force(START)
        self.cases = {
            case.id: case for case in (a_case(n, label, self.chance, self.policy, START) for n in range(size))
        }
        self.system = System(START, book, self.chance, self._hear)
        self.tally = Tally()
        self._looks: list[_Look] = []
        self._count = 0

    async def play(self) -> None:
        """From the orders to the end of everything."""
        await self.system.start()
        for case in self.cases.values():
            await self.system.order(OrderRecorded(at=START, version=1, order=case.order))
        await self.system.settle()
        for case in self.cases.values():
            start = START + timedelta(minutes=self.chance.randrange(72 * 60))
            for by, temper in ((case.buyer, case.buyer_temper), (case.seller, case.seller_temper)):
                # Whoever is silent later did file: otherwise there would be no case.
                self._look(case, by, temper, start if by == case.buyer else start + timedelta(hours=1))
            staff = Temper.LATE if self.chance.random() < _SLOW_STAFF else Temper.HONEST
            self._look(case, _SOMEBODY, staff, start + timedelta(hours=2))
        while (at := await self._next()) is not None and at < START + HORIZON:
            self.system.wait_until(at)
            if self._looks and self._looks[0].at <= at:
                await self._move(heappop(self._looks))
            else:
                await self.system.fire()

    async def _next(self) -> datetime | None:
        """The next instant at which something happens; a deadline comes before a person of the same instant."""
        due = await self.system.next_due()
        look = self._looks[0].at if self._looks else None
        return min((at for at in (due, look) if at is not None), default=None)

    def _look(self, case: SimulatedCase, by: Actor, temper: Temper, at: datetime, fruitless: int = 0) -> None:
        self._count += 1
        heappush(self._looks, _Look(at, self._count, case, by, temper, fruitless))

    async def _move(self, look: _Look) -> None:
        case = look.case
        if case.closed:
            return
        done = False
        for service in DEFINITIONS:
            by = await self._staff(service, case) if look.by == _SOMEBODY else look.by
            if by is not None:
                done |= await self._try(service, case, by, look.temper)
        hours = _STAFF_HOURS if look.by == _SOMEBODY and look.temper is Temper.HONEST else _PATIENCE[look.temper]
        look.fruitless = 0 if done else look.fruitless + 1
        if look.fruitless < _GIVES_UP or look.by == _SOMEBODY:
            wait = timedelta(minutes=max(30, round(self.chance.expovariate(1 / hours) * 60)))
            self._look(case, look.by, look.temper, self.system.clock.now() + wait, look.fruitless)

    async def _try(self, service: str, case: SimulatedCase, by: Actor, temper: Temper) -> bool:
        """Do one of what may be done now, or, being abusive, anything at all; answers whether something came of it."""
        definition = DEFINITIONS[service]
        now = self.system.clock.now()
        state = await self.system.services[service].state(case.id)
        allowed = definition.model.allowed(by, now, state)
        bold = temper is Temper.ABUSIVE and self.chance.random() < _BOLD
        commands = [c for c in definition.open_commands if bold or allowed.get(c.NAME) is None]
        self.chance.shuffle(commands)
        turn = Turn(case, by, temper, now, self.policy, self.chance)
        for command in commands[:3]:
            body = MOVES[command.NAME](turn)
            if body is None:
                continue
            outcome = await self.system.ask(service, command, by, case.id, body)
            self._note(command, outcome, allowed.get(command.NAME), bold=bold)
            if isinstance(outcome, Accepted):
                return True
        return False

    def _note(self, command: type[Command], outcome: Any, refused: Any, *, bold: bool) -> None:
        self.tally.outcomes[type(outcome).__name__.lower()] += 1
        if isinstance(outcome, Rejected):
            self.tally.refusals[f"{command.NAME}: {outcome.refused.rule}"] += 1
        if refused is not None and not bold:
            self.tally.contradictions.append(f"{command.NAME} was tried though {refused.rule}")
        if refused is not None and isinstance(outcome, Accepted):
            self.tally.contradictions.append(f"{command.NAME} was accepted though {refused.rule} was shown")

    async def _staff(self, service: str, case: SimulatedCase) -> Actor | None:
        """Who is at work on the case in this service, if anybody."""
        state = await self.system.services[service].state(case.id)
        if service == "evidence":
            state = await self.system.services["mediation"].state(case.id)
        return staff_of(state)

    def _hear(self, wires: Sequence[Wire]) -> None:
        """People read what is published about their case."""
        for wire in wires:
            envelope = envelope_of(wire)
            case = self.cases.get(envelope.subject)
            if case is not None:
                case.facts.append(_TYPES[envelope.type].model_validate_json(envelope.data))


def staff_of(state: Any) -> Actor | None:
    """The adjudicator a state names; a case that stands still names none."""
    for name in ("reviewer", "adjudicator"):
        found = getattr(state, name, None)
        if isinstance(found, Actor):
            return found
    return None


_SOMEBODY: Final = Actor(role=Role.FRONTLINE, id="whoever-has-the-case")
_BOLD: Final = 0.3
_GIVES_UP: Final = 40
"""Looks in vain after which a party does not look any more: then only deadlines go on. Whoever has a case goes on."""
