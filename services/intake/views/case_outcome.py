"""One row per case for the figures: whose it was, how it came out, who decided it, and how long each step took."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from services.intake.domain import events as own
from shared.contracts import appeals, evidence, mediation
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.actors import Parties
from shared.kernel.items import Element, Round
from shared.kernel.reasons import AppealOutcome, RulingKind
from shared.kernel.remedies import against_seller
from shared.kernel.values import Moment, Value

Result: TypeAlias = Literal[
    "negotiating", "negotiated", "rejected", "withdrawn", "open", "settled", "won", "lost", "overturned"
]
"""As the seller sees it. `overturned`: a ruling against the seller that a review took back."""


class CaseOutcome(Value):
    """A case in figures. `against_seller` is the first ruling's; `counts` is whether the final one is, once decided."""

    parties: Parties
    began_at: Moment
    category: str | None = None
    sub_reason: str | None = None
    negotiation_ended_at: Moment | None = None
    filed_at: Moment | None = None
    screened_at: Moment | None = None
    taken_up_at: Moment | None = None
    evidence_closed_at: Moment | None = None
    decided_at: Moment | None = None
    fulfilled_at: Moment | None = None
    appealed_at: Moment | None = None
    reviewed_at: Moment | None = None
    closed_at: Moment | None = None
    outcome: str | None = None
    settled: bool = False
    ruling: RulingKind | None = None
    against_seller: bool = False
    shown: tuple[Element, ...] = ()
    review: AppealOutcome | None = None
    counts: bool | None = None
    adjudicators: tuple[str, ...] = ()
    reviewer: str | None = None

    @property
    def result(self) -> Result:  # noqa: PLR0911 - one answer per way a case goes
        """How the case stands or ended for its seller."""
        match self.outcome:
            case "negotiated":
                return "negotiated"
            case "withdrawn":
                return "withdrawn"
            case _ if self.review is AppealOutcome.OVERTURN and self.against_seller:
                return "overturned"
            case _ if self.ruling is not None:
                against = self.against_seller if self.counts is None else self.counts
                return "lost" if against else "won"
            case _ if self.settled:
                return "settled"
            case _ if self.taken_up_at:
                return "open"
            case _ if self.screened_at:
                return "rejected"
            case _:
                return "open" if self.filed_at else "negotiating"

    @property
    def basis(self) -> str | None:
        """What a ruling rested on: category, sub-reason and the elements held to be shown. None without a ruling."""
        if self.ruling is None or self.category is None:
            return None
        return f"{self.category}/{self.sub_reason}/{'+'.join(sorted(self.shown))}"

    @property
    def steps(self) -> Mapping[str, int | None]:
        """Whole hours that each step took, by name; None for a step that did not end or was not taken."""
        return {
            "negotiation": _hours(self.began_at, self.negotiation_ended_at),
            "screening": _hours(self.filed_at, self.screened_at),
            "evidence": _hours(self.taken_up_at, self.evidence_closed_at),
            "decision": _hours(self.evidence_closed_at, self.decided_at),
            "compliance": _hours(self.decided_at, self.fulfilled_at),
            "appeal": _hours(self.appealed_at, self.reviewed_at),
            "whole": _hours(self.filed_at, self.closed_at),
        }


def evolve(case: CaseOutcome | None, entry: Entry) -> CaseOutcome | None:
    case = _begun(case, entry)
    if case is None:
        return None
    changes = {**_filed(case, entry), **_decided(case, entry), **_reviewed(case, entry)}
    return case.model_copy(update=changes) if changes else case


def _begun(case: CaseOutcome | None, entry: Entry) -> CaseOutcome | None:
    match entry.message:
        case own.NegotiationOpened(parties=parties) | own.ComplaintFiled(parties=parties) if case is None:
            return CaseOutcome(parties=parties, began_at=entry.at)
        case _:
            return case


def _filed(case: CaseOutcome, entry: Entry) -> Mapping[str, object]:
    match entry.message:
        case own.NegotiationFailed() | own.NegotiationAgreed():
            return {"negotiation_ended_at": entry.at}
        case own.ComplaintFiled(category=category, sub_reason=sub_reason):
            # A case that was rejected and is filed again began when it was filed first, and awaits another answer.
            again = {"filed_at": case.filed_at or entry.at, "screened_at": None}
            return {"category": category, "sub_reason": sub_reason, **again}
        case own.ComplaintAccepted():
            return {"screened_at": entry.at, "taken_up_at": entry.at}
        case own.ComplaintRejected():
            return {"screened_at": entry.at}
        case own.ComplaintClosed(outcome=outcome):
            return {"outcome": outcome, "closed_at": entry.at}
        case _:
            return {}


def _decided(case: CaseOutcome, entry: Entry) -> Mapping[str, object]:
    match entry.message:
        case evidence.EvidenceClosed(round=Round.FIRST, at=at):
            return {"evidence_closed_at": case.evidence_closed_at or at}
        case mediation.MediationOpened(adjudicator=adjudicator):
            return {"adjudicators": _with(case.adjudicators, adjudicator.id)}
        case mediation.SettlementReached(at=at):
            return {"settled": True, "decided_at": at}
        case mediation.RulingIssued() as ruling:
            return {
                "decided_at": ruling.at,
                "ruling": ruling.kind,
                "against_seller": against_seller(ruling.terms, ruling.seller_liability_percent),
                "shown": tuple(finding.element for finding in ruling.findings if finding.shown),
                "adjudicators": _with(case.adjudicators, *(one.id for one in ruling.adjudicators)),
            }
        case mediation.RulingFulfilled(at=at):
            return {"fulfilled_at": at}
        case _:
            return {}


def _reviewed(case: CaseOutcome, entry: Entry) -> Mapping[str, object]:
    match entry.message:
        case appeals.AppealOpened(at=at):
            return {"appealed_at": case.appealed_at or at}
        case appeals.AppealDecided() as decided:
            counts = decided.counts_against_seller
            if counts is None:
                counts = against_seller(decided.terms, decided.seller_liability_percent)
            reviewed = {"review": decided.outcome, "reviewer": decided.reviewer.id, "reviewed_at": decided.at}
            return {**reviewed, "counts": counts}
        case _:
            return {}


def _with(known: tuple[str, ...], *more: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *more)))


def _hours(since: datetime | None, until: datetime | None) -> int | None:
    return max(0, (until - since) // timedelta(hours=1)) if since and until else None


def _keys(case: CaseOutcome) -> Mapping[str, object]:
    """What is counted by. `month` is that of the filing; of a case that was never filed, that of its negotiation."""
    days = (case.closed_at - case.filed_at) // timedelta(days=1) if case.filed_at and case.closed_at else None
    return {
        "seller_id": case.parties.seller_id,
        "buyer_id": case.parties.buyer_id,
        "category": case.category,
        "month": f"{case.filed_at or case.began_at:%Y-%m}",
        "filed_on": f"{case.filed_at:%Y-%m-%d}" if case.filed_at else None,
        "taken_up": case.taken_up_at is not None,
        "result": case.result,
        "days": days,
        "kind": case.ruling and case.ruling.value,
        "appealed": case.appealed_at is not None,
        "review": case.review and case.review.value,
        "basis": case.basis,
        "adjudicator_id": case.adjudicators,
        "reviewer_id": case.reviewer,
        **{f"{step}_hours": hours for step, hours in case.steps.items()},
    }


VIEW: View[CaseOutcome] = View(
    name="case_outcome",
    version=1,
    document=CaseOutcome,
    evolve=evolve,
    keys=_keys,
    indexed=(
        "seller_id+month",
        "buyer_id",
        "category+month",
        "adjudicator_id+month",
        "reviewer_id+month",
        "basis+month",
    ),
)
STEPS: tuple[str, ...] = ("negotiation", "screening", "evidence", "decision", "compliance", "appeal", "whole")
