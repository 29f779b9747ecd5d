"""One recorded request of a case decided again: what would come of it under another policy."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeAlias

from services.intake.domain.case import State
from services.intake.domain.decider import INTAKE, IntakeCommand
from services.intake.domain.events import ComplaintAccepted, ComplaintFiled, ComplaintRejected, NegotiationOpened
from services.intake.domain.refiling import file_by, filed_again, opened_again
from shared.contracts.evidence import EvidenceRequested
from shared.contracts.mediation import MediationOpened, OfferMade, RulingIssued
from shared.eventing.messages import Fact, Published
from shared.eventing.model import About
from shared.kernel.items import Round
from shared.kernel.orders import Order
from shared.kernel.policy import Policy
from shared.kernel.refusals import Refused

FILING: Final = "filing"

Answer: TypeAlias = ComplaintAccepted | ComplaintRejected

Came: TypeAlias = Mapping[str, str]
"""What a request came to, by name: its outcome, tier and deadlines."""


class Change(NamedTuple):
    """One thing that would have come out otherwise. `of` is what was asked, `at` when."""

    of: str
    at: datetime
    what: str
    recorded: str
    draft: str


class Unexplained(NamedTuple):
    """Something that does not come out as recorded under the policy it was decided by, and why."""

    of: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A recorded request: what came of it, and how to ask it again under a policy.

    `version` is the policy it was decided by; None where that was the one in force then.
    """

    of: str
    at: datetime
    version: str | None
    recorded: Came
    again: Callable[[Policy], Came]

    def under(self, pinned: Policy, draft: Policy) -> Iterator[Change | Unexplained]:
        """What the draft would change; or why that cannot be said."""
        then = self.again(pinned)
        differs = [name for name, value in self.recorded.items() if then.get(name) != value]
        if differs:
            said = "; ".join(
                f"{name} was {self.recorded[name]}, comes out {then.get(name, 'none')}" for name in differs
            )
            yield Unexplained(self.of, self.at, f"under {pinned.version} {said}")
            return
        now = self.again(draft)
        for name, before in then.items():
            # What only one of two outcomes has, as an accepted complaint has a tier, goes with the outcome.
            if name in now and now[name] != before:
                yield Change(self.of, self.at, name, before, now[name])


def filing(filed: ComplaintFiled, answer: Answer, about: About, order: Order | None, state: State) -> Asked:
    """A complaint that was filed and screened. `order` is the order and `state` the case as they were then."""

    def again(policy: Policy) -> Came:
        command = filed_again(filed, about, order, policy)
        until = file_by(command, filed.parties.buyer_id, state)
        return {**_decided(command, state), "file_by": _shown(until)}

    return Asked(FILING, about.at, answer.policy_version, _came(answer), again)


def negotiation(opened: NegotiationOpened, about: About, order: Order | None, state: State) -> Asked:
    """A negotiation that was opened. `order` is the order and `state` the case as they were then."""
    return Asked(
        "negotiation",
        about.at,
        None,
        _came(opened),
        lambda policy: _decided(opened_again(opened, about, order, policy), state),
    )


def heard(fact: Published, pinned: str | None) -> Iterator[Asked]:
    """The deadline that another service set and intake heard of, if the fact sets one."""
    if (due := _DUE.get(type(fact))) is None:
        return
    name, window = due
    recorded = {name: _shown(getattr(fact, name))}
    yield Asked(
        type(fact).TYPE.rpartition(".v")[0],
        fact.at,
        pinned,
        recorded,
        lambda policy: {name: _shown(fact.at + policy.windows.of(window(fact)))},
    )


# Intake's log has what the other services told, not what they were asked, so their decisions cannot be taken again.
# A due instant is compared only where it lies the pinned window after the fact: `Asked.under` checks that first.
_DUE: Final[Mapping[type[Published], tuple[str, Callable[[Any], str]]]] = {
    EvidenceRequested: ("due_at", lambda fact: "evidence" if fact.round is Round.FIRST else "appeal_evidence"),
    MediationOpened: ("due_at", lambda _: "mediation"),
    OfferMade: ("valid_until", lambda _: "offer_valid"),
    RulingIssued: ("appeal_until", lambda _: "appeal"),
}


def _decided(command: IntakeCommand, state: State) -> Came:
    decided = INTAKE.decide(command, state)
    if isinstance(decided, Refused):
        return {"outcome": f"refused ({decided.rule})"}
    return {name: value for fact in decided for name, value in _came(fact).items()}


def _came(fact: Fact) -> Came:
    match fact:
        case ComplaintAccepted():
            return {"outcome": "accepted", "tier": str(fact.tier), **_instants(fact)}
        case ComplaintRejected():
            rules = ", ".join(failure.rule for failure in fact.failures)
            return {"outcome": f"rejected ({rules})", **_instants(fact)}
        case _:
            return _instants(fact)


def _instants(fact: Fact) -> Came:
    """Every instant that a fact sets, whatever its name: a deadline added later is compared, too."""
    fields = ((name, getattr(fact, name)) for name in type(fact).model_fields)
    return {name: _shown(value) for name, value in fields if isinstance(value, datetime)}


def _shown(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else "none"
