"""Where a case stands, and who owes what by when: from intake's own facts and from what the others told."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TypeAlias

from services.intake.domain import events as own
from services.intake.domain.clocks import ANSWER
from services.intake.domain.words import Step
from shared.contracts import appeals, evidence, mediation
from shared.eventing.messages import Fact, Published
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.actors import Side
from shared.kernel.clocks import Clock
from shared.kernel.items import Round
from shared.kernel.remedies import Obligation
from shared.kernel.values import Moment, Value

EVIDENCE = "evidence"
MEDIATION = "mediation"
OFFER = "offer"
OBLIGATION = "obligation"
BOTH = (Side.BUYER, Side.SELLER)

Message: TypeAlias = Fact | Published


class Duties(Value):
    """The step of a case and everything owed on it, soonest first; while it is suspended nothing runs."""

    step: Step
    owed: tuple[Clock, ...] = ()
    suspended_at: Moment | None = None

    @property
    def shown_step(self) -> Step:
        return "suspended" if self.suspended_at else self.step

    def at(self, step: Step, *owed: Clock) -> "Duties":
        """At a new step, owing only this."""
        return self.model_copy(update={"step": step, "owed": owed})

    def owing(self, *clocks: Clock) -> "Duties":
        """Owing these as well, each in place of an earlier one of its kind and key."""
        replaced = {(clock.kind, clock.key) for clock in clocks}
        kept = [clock for clock in self.owed if (clock.kind, clock.key) not in replaced]
        return self._with((*kept, *clocks))

    def without(self, kind: str, key: str = "") -> "Duties":
        """Without what is owed of a kind, or only of keys that begin so."""
        return self._with(clock for clock in self.owed if clock.kind != kind or not clock.key.startswith(key))

    def later(self, by: timedelta) -> "Duties":
        """Going on after a suspension, with what was left of everything."""
        moved = tuple(clock.model_copy(update={"due_at": clock.due_at + by}) for clock in self.owed)
        return self.model_copy(update={"owed": moved, "suspended_at": None})

    def _with(self, owed: Iterable[Clock]) -> "Duties":
        return self.model_copy(update={"owed": tuple(sorted(owed, key=lambda clock: clock.due_at))})


def evolve(duties: Duties | None, entry: Entry) -> Duties | None:
    message = entry.message
    return _begun(message) if duties is None else _moved(duties, message)


def _moved(duties: Duties, message: Message) -> Duties:
    match message:
        case evidence.EvidenceRequested() | evidence.EvidenceSubmitted() | evidence.EvidenceClosed():
            return _after_evidence(duties, message)
        case mediation.MediationOpened() | mediation.OfferMade():
            return _in_mediation(duties, message)
        case Published():
            return _after_a_decision(duties, message)
        case own.ComplaintSuspended() | own.ComplaintResumed():
            return _suspended(duties, message)
        case _:
            return _after_own(duties, message)


def _suspended(duties: Duties, message: own.SuspensionFact) -> Duties:
    match message:
        case own.ComplaintSuspended(suspended_at=suspended_at):
            return duties.model_copy(update={"suspended_at": suspended_at})
        case own.ComplaintResumed(suspended_at=suspended_at, resumed_at=resumed_at):
            return duties.later(resumed_at - suspended_at)


def _begun(message: Message) -> Duties | None:
    match message:
        case own.NegotiationOpened(answer_by=answer_by):
            consequence = "the negotiation counts as failed, and the buyer may file a complaint"
            answer = Clock(kind=ANSWER, owner=Side.SELLER, due_at=answer_by, consequence=consequence)
            return Duties(step="negotiation", owed=(answer,))
        case own.ComplaintFiled():
            return Duties(step="screening")
        case _:
            return None


def _after_evidence(
    duties: Duties, message: evidence.EvidenceRequested | evidence.EvidenceSubmitted | evidence.EvidenceClosed
) -> Duties:
    match message:
        case evidence.EvidenceRequested(side=side, element=element, request_id=request, due_at=due_at):
            return duties.owing(_evidence(side, f"{message.round}/{side}/{element}/{request}", due_at))
        case evidence.EvidenceSubmitted(submitter=side, element=element):
            return duties.without(EVIDENCE, f"{message.round}/{side}/{element}")
        case evidence.EvidenceClosed(round=Round.FIRST):
            return duties.at("mediation")
        case evidence.EvidenceClosed():
            return duties.without(EVIDENCE)


def _after_a_decision(duties: Duties, message: Published) -> Duties:
    match message:
        case mediation.RulingIssued(obligations=obligations):
            return duties.at("ruling", *_obligations(obligations))
        case mediation.SettlementReached(obligations=obligations) | appeals.AppealDecided(obligations=obligations):
            return duties.at("compliance", *_obligations(obligations))
        case mediation.RulingFulfilled():
            return duties.without(OBLIGATION)
        case mediation.EnforcementOrdered(obligation=obligation):
            return duties.without(OBLIGATION, obligation.id)
        case appeals.AppealOpened(evidence_due_at=due_at):
            # An appeal stays what has not been carried out, so nothing of the ruling is owed meanwhile.
            return duties.at("appeal", *(_evidence(side, f"appeal/{side}", due_at) for side in BOTH))
        case _:
            return duties


def _in_mediation(duties: Duties, message: mediation.MediationOpened | mediation.OfferMade) -> Duties:
    match message:
        case mediation.MediationOpened(adjudicator=adjudicator, due_at=due_at):
            consequence = "mediation has failed and the case is ruled on"
            ending = Clock(kind=MEDIATION, owner=adjudicator.role, due_at=due_at, consequence=consequence)
            return duties.at("mediation", ending)
        case mediation.OfferMade(made_by=made_by, valid_until=valid_until):
            asked = [side for side in BOTH if side.value != made_by.role.value]
            lapse = "the offer lapses"
            answers = [Clock(kind=OFFER, key=s, owner=s, due_at=valid_until, consequence=lapse) for s in asked]
            return duties.without(OFFER).owing(*answers)


def _after_own(duties: Duties, message: Message) -> Duties:
    match message:
        case own.NegotiationOffered():
            return duties.without(ANSWER)
        case own.ComplaintFiled() | own.NegotiationFailed():
            return duties.at("screening")
        case own.ComplaintAccepted():
            return duties.at("evidence")
        case own.DecisionBecameFinal():
            return duties.model_copy(update={"step": "final"})
        case own.ComplaintClosed():
            return Duties(step="closed")
        case _:
            return duties


def _evidence(side: Side, key: str, due_at: Moment) -> Clock:
    consequence = "the evidence is closed on what is there"
    return Clock(kind=EVIDENCE, key=key, owner=side, due_at=due_at, consequence=consequence)


def _obligations(obligations: Iterable[Obligation]) -> Iterable[Clock]:
    """What has an instant to comply by; what follows a return has none until the goods are back."""
    for obligation in obligations:
        if obligation.comply_by:
            yield Clock(
                kind=OBLIGATION,
                key=obligation.id,
                owner=obligation.debtor,
                due_at=obligation.comply_by,
                consequence=f"the platform is asked to enforce: {obligation.duty.replace('_', ' ')}",
            )


VIEW: View[Duties] = View(
    name="duties",
    version=1,
    document=Duties,
    evolve=evolve,
    keys=lambda duties: {"step": duties.shown_step},
)
