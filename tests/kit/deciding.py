"""given(facts).when(command).then(...): the three words for decisions, views and policies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from shared.eventing.decider import Decider
from shared.eventing.messages import Command, Fact, Published
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.actors import SYSTEM
from shared.kernel.refusals import Refused
from tests.kit.refusals import saw

D = TypeVar("D", bound=BaseModel)

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Decided:
    """What a decision came to, ready to be compared."""

    outcome: Any

    def then(self, *facts: Fact) -> None:
        """Exactly these facts happened."""
        assert not isinstance(self.outcome, Refused), f"refused: {self.outcome}"
        assert list(self.outcome) == list(facts)
        self._hold_failures()

    def then_types(self, *types: type[Fact]) -> Sequence[Any]:
        """Facts of exactly these types happened; returns them for a closer look."""
        assert not isinstance(self.outcome, Refused), f"refused: {self.outcome}"
        assert [type(fact) for fact in self.outcome] == list(types), self.outcome
        self._hold_failures()
        return list(self.outcome)

    def then_nothing(self) -> None:
        """What was asked already held."""
        assert not isinstance(self.outcome, Refused), f"refused: {self.outcome}"
        assert list(self.outcome) == []

    def then_refused(self, rule: str) -> Refused:
        """The named rule said no."""
        assert isinstance(self.outcome, Refused), f"not refused: {self.outcome}"
        assert self.outcome.rule == rule, self.outcome
        saw(self.outcome)
        return self.outcome

    def _hold_failures(self) -> None:
        """What a screening found amiss is told to callers just as a refusal is."""
        for fact in self.outcome:
            for failure in getattr(fact, "failures", ()):
                saw(Refused(failure.rule, failure.detail, clause=failure.clause, cure=failure.cure))


@dataclass(frozen=True)
class History:
    """A stream as it stands after some facts."""

    decider: Decider[Any, Any, Any]
    facts: tuple[Fact, ...]

    @property
    def state(self) -> Any:
        """The state these facts lead to."""
        state = self.decider.initial
        for fact in self.facts:
            state = self.decider.evolve(state, fact)
        return state

    def when(self, command: Command) -> Decided:
        """Decide the command on this history."""
        return Decided(self.decider.decide(command, self.state))

    def after(self, command: Command) -> "History":
        """The history with what the command decided; fails when it was refused."""
        outcome = self.decider.decide(command, self.state)
        assert not isinstance(outcome, Refused), f"refused: {outcome}"
        return History(self.decider, (*self.facts, *outcome))


def given(decider: Decider[Any, Any, Any], *facts: Fact) -> History:
    """Start from a history of facts."""
    return History(decider, facts)


def document_of(view: View[D], *messages: Fact | Published, stream: str = "case-1", at: datetime = NOON) -> D | None:
    """The document a view shows after these messages, one entry each."""
    document: D | None = None
    for version, message in enumerate(messages, start=1):
        entry = Entry(stream=stream, version=version, at=at, by=SYSTEM, message=message, position=version)
        document = view.evolve(document, entry)
    return document
