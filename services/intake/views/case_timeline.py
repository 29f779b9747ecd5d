"""What happened on a case, in plain English: its status, its parties, and every step in order."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias

from services.intake.domain import events as own
from services.intake.domain.words import CaseOutcome
from shared.contracts import appeals, evidence, mediation
from shared.eventing.messages import Fact, Published
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.actors import Actor, Parties
from shared.kernel.remedies import Demand, Remedy, Terms
from shared.kernel.values import Moment, Value

Status: TypeAlias = Literal[
    "negotiating",
    "negotiation_failed",
    "filed",
    "rejected",
    "in_process",
    "settled",
    "ruled",
    "under_appeal",
    "final",
    "closed",
]


class Line(Value):
    """One step of a case."""

    version: int
    at: Moment
    by: Actor
    source: str
    type: str
    summary: str


class CaseTimeline(Value):
    """A case from its first step on. `line_and_ground` is set while the case bars another one like it."""

    case_id: str
    status: Status
    parties: Parties
    order_id: str
    line_and_ground: str | None = None
    outcome: CaseOutcome | None = None
    timeline: tuple[Line, ...] = ()


STATUS: Mapping[type[Fact | Published], Status] = {
    own.NegotiationOpened: "negotiating",
    own.NegotiationFailed: "negotiation_failed",
    own.ComplaintFiled: "filed",
    own.ComplaintAccepted: "in_process",
    own.ComplaintRejected: "rejected",
    own.CaseSettled: "settled",
    own.RulingNoted: "ruled",
    own.AppealNoted: "under_appeal",
    own.DecisionBecameFinal: "final",
    own.ComplaintClosed: "closed",
}

REMEDIES: Mapping[Remedy, str] = {
    Remedy.REFUND: "a refund",
    Remedy.RETURN_REFUND: "a refund against return",
    Remedy.EXCHANGE: "an exchange",
    Remedy.REPAIR: "a repair",
    Remedy.COMPENSATION: "compensation",
}

OUTCOMES: Mapping[CaseOutcome, str] = {
    "withdrawn": "the buyer withdrew",
    "negotiated": "the parties agreed by themselves",
    "settled": "the settlement is carried out",
    "ruled": "the ruling is final and carried out",
    "appeal_decided": "the appeal decision is carried out",
}

FAILED: Mapping[str, str] = {
    "no_response": "the seller did not answer in time",
    "refused": "the seller refused",
    "blame_shifted": "the seller put the blame elsewhere",
    "offer_unacceptable": "the buyer declined the offer",
}


DECIDED: Mapping[str, str] = {"uphold": "upheld", "amend": "amended", "overturn": "overturned"}


def when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def what(wanted: Demand | Terms) -> str:
    amount = f" of {wanted.amount}" if wanted.amount else ""
    extra = f" and compensation of {wanted.compensation}" if isinstance(wanted, Terms) and wanted.compensation else ""
    return f"{REMEDIES[wanted.remedy]}{amount}{extra}"


def plain(code: str) -> str:
    return code.replace("_", " ")


def article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"


def listed(codes: tuple[str, ...]) -> str:
    return ", ".join(map(plain, codes))


SENTENCES: Mapping[type[Fact | Published], Callable[[Any], str]] = {
    own.NegotiationOpened: lambda f: (
        f"The buyer asked the seller for {what(f.demand)}; the seller has until {when(f.answer_by)} to answer."
    ),
    own.NegotiationOffered: lambda f: f"The seller offered {what(f.terms)}.",
    own.NegotiationFailed: lambda f: f"The negotiation failed: {FAILED[f.outcome]}.",
    own.NegotiationAgreed: lambda f: f"The buyer accepted the seller's offer: {what(f.terms)}.",
    own.ComplaintFiled: lambda f: (
        f"A complaint was filed: {plain(f.category)}, {plain(f.sub_reason)}; {what(f.demand)} is demanded."
    ),
    own.ComplaintAccepted: lambda f: f"The complaint was taken up for {f.product}; a {f.tier} adjudicator handles it.",
    own.ComplaintRejected: lambda f: (
        "The complaint was not taken up, because of: " + "; ".join(failure.detail for failure in f.failures) + "."
    ),
    own.ComplaintWithdrawn: lambda _: "The buyer withdrew the complaint.",
    own.ComplaintClosed: lambda f: f"The case was closed: {OUTCOMES[f.outcome]}.",
    own.CaseSettled: lambda f: (
        "The settlement is final; the case waits for it to be carried out." if f.owes else "The settlement is final."
    ),
    own.RulingNoted: lambda f: f"Either party may appeal the ruling until {when(f.appeal_until)}.",
    own.OrdersFulfilled: lambda f: f"Everything owed under the {f.basis} was recorded as done.",
    own.AppealNoted: lambda _: "The decision is not final while the appeal is open.",
    own.AppealDismissalNoted: lambda _: "The appeal no longer holds the case open.",
    own.AppealDecisionNoted: lambda f: (
        f"The appeal decision {'leaves the ruling as it was' if f.upheld else 'takes the place of the ruling'}."
    ),
    own.AppealWindowClosed: lambda _: "The time to appeal has passed.",
    own.DecisionBecameFinal: lambda f: f"The {f.basis} {'decision ' if f.basis == 'appeal' else ''}became final.",
    evidence.EvidenceRequested: lambda f: (
        f"The {f.side} was asked for evidence ({listed(f.items)}) by {when(f.due_at)}."
    ),
    evidence.EvidenceSubmitted: lambda f: (
        f"The {f.submitter} submitted {article(plain(f.type))}{', after the time for it' if f.late else ''}."
    ),
    evidence.EvidenceClosed: lambda f: f"The evidence was sealed with {len(f.manifest)} items; nothing more enters.",
    mediation.MediationOpened: lambda f: f"A mediator took the case; mediation lasts until {when(f.due_at)}.",
    mediation.OfferMade: lambda f: (
        f"The {f.made_by.role} offered {what(f.terms)}; the offer is open until {when(f.valid_until)}."
    ),
    mediation.SettlementReached: lambda f: f"Both parties agreed on {what(f.terms)}.",
    mediation.RulingIssued: lambda f: (
        f"The ruling was issued: {what(f.terms) if f.terms else 'nothing is ordered'} ({plain(f.kind)})."
    ),
    mediation.RulingFulfilled: lambda f: f"Everything owed under the {f.basis} was done.",
    mediation.EnforcementOrdered: lambda f: (
        f"The {f.obligation.debtor} did not {plain(f.obligation.duty)} in time; the platform was asked to enforce it."
    ),
    appeals.AppealOpened: lambda f: (
        f"The {f.appellant.role} appealed ({listed(f.grounds)}); new evidence is due by {when(f.evidence_due_at)}."
    ),
    appeals.AppealDismissed: lambda f: f"The appeal of the {f.appellant.role} was not admitted; the ruling stands.",
    appeals.AppealWithdrawn: lambda f: (
        f"The {f.appellant.role} withdrew the appeal; "
        + ("the ruling stands." if f.ruling_stands else "the other party's appeal goes on.")
    ),
    appeals.AppealDecided: lambda f: f"The appeal was decided: the ruling is {DECIDED[f.outcome]}.",
}


def evolve(case: CaseTimeline | None, entry: Entry) -> CaseTimeline | None:
    message = entry.message
    case = _begun(case, entry)
    says = SENTENCES.get(type(message))
    if case is None or says is None:
        return case
    line = Line(
        version=entry.version,
        at=message.at if isinstance(message, Published) else entry.at,
        by=entry.by,
        source=message.SOURCE if isinstance(message, Published) else "intake",
        type=message.TYPE,
        summary=says(message),
    )
    changes: dict[str, object] = {"timeline": (*case.timeline, line)}
    if status := STATUS.get(type(message)):
        changes["status"] = status
    return case.model_copy(update=changes | _bearing(message))


def _begun(case: CaseTimeline | None, entry: Entry) -> CaseTimeline | None:
    """A case begins with its negotiation or its filing; the stream of an order never does."""
    match entry.message:
        case own.NegotiationOpened() | own.ComplaintFiled() as first:
            begun = CaseTimeline(case_id=entry.stream, status="filed", parties=first.parties, order_id=first.order_id)
            return begun.model_copy(update={"timeline": case.timeline}) if case else begun
        case _:
            return case


def _bearing(message: Fact | Published) -> dict[str, object]:
    match message:
        case own.ComplaintAccepted():
            return {"line_and_ground": f"{message.order_id}/{message.line_id}/{message.category}"}
        case own.ComplaintClosed(outcome="withdrawn" | "negotiated" as outcome):
            return {"outcome": outcome, "line_and_ground": None}
        case own.ComplaintClosed(outcome=outcome):
            return {"outcome": outcome}
        case own.AppealNoted():
            return {"outcome": None}
        case appeals.AppealWithdrawn(ruling_stands=True):
            return {"status": "ruled"}
        case _:
            return {}


VIEW: View[CaseTimeline] = View(
    name="case_timeline",
    version=1,
    document=CaseTimeline,
    evolve=evolve,
    keys=lambda case: {
        "status": case.status,
        "buyer_id": case.parties.buyer_id,
        "seller_id": case.parties.seller_id,
        "line_and_ground": case.line_and_ground,
    },
    indexed=("status", "line_and_ground"),
)
