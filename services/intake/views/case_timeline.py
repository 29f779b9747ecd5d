"""What happened on a case, in plain English: its status, its parties, and every step in order."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from services.intake.domain import events as own
from services.intake.domain.advising import Advice
from services.intake.domain.outside_help import Reason
from services.intake.domain.words import CaseOutcome, taken_up_key
from services.intake.views.wording import SENTENCES
from shared.contracts import appeals, mediation
from shared.eventing.messages import Fact, Published
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.actors import Actor, Parties, Role, Side, hidden_from
from shared.kernel.masking import masking
from shared.kernel.orders import OrderLine
from shared.kernel.reasons import Failure, RulingKind
from shared.kernel.values import Moment, Value

Status: TypeAlias = Literal[
    "negotiating",
    "negotiation_failed",
    "filed",
    "rejected",
    "in_process",
    "suspended",
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
    """A case from its first step on.

    `line` is the order line with its listing as it stood at filing, and `line_and_ground` is set while the case
    bars another one like it. `resumes_as` is the status under a suspension.
    """

    case_id: str
    status: Status
    parties: Parties
    order_id: str
    line_and_ground: str | None = None
    outcome: CaseOutcome | None = None
    policy_version: str | None = None
    line: OrderLine | None = None
    advice: tuple[Advice, ...] = ()
    failures: tuple[Failure, ...] = ()
    tier: Role | None = None
    tier_reasons: tuple[str, ...] = ()
    taken_up_at: Moment | None = None
    ruling_kind: RulingKind | None = None
    resumes_as: Status | None = None
    suspended_until: Moment | None = None
    urged: Mapping[str, int] = {}
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


def as_seen_by(case: CaseTimeline, by: Actor | None) -> CaseTimeline:
    """A party reads masked what others did, for a sentence may repeat their words; staff read it as it is."""
    hidden = hidden_from(by, case.parties)
    if not hidden:
        return case
    own = {case.parties.party_on(side) for side in Side if side not in hidden}
    return case.model_copy(
        update={"timeline": tuple(line if line.by in own else masking(line, "summary") for line in case.timeline)}
    )


OVER: frozenset[Status] = frozenset({"negotiation_failed", "rejected", "closed"})
"""Nothing is owed or awaited any more, though the buyer may take some of these up again."""


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
    return case.model_copy(update=changes | _standing(case, message) | _bearing(case, entry))


def _standing(case: CaseTimeline, message: Fact | Published) -> dict[str, object]:
    """What a step makes of the status; under a suspension it stays until the case goes on or is closed."""
    match message:
        case own.ComplaintSuspended():
            return {"resumes_as": case.status, "status": "suspended", "suspended_until": message.until}
        case own.ComplaintResumed():
            return {"resumes_as": None, "status": case.resumes_as or case.status, "suspended_until": None}
        case own.ComplaintClosed():
            return {"resumes_as": None, "status": "closed", "suspended_until": None}
        case _:
            status = STATUS.get(type(message))
            return {"resumes_as" if case.resumes_as else "status": status} if status else {}


def _begun(case: CaseTimeline | None, entry: Entry) -> CaseTimeline | None:
    """A case begins with its negotiation or its filing; the stream of an order never does."""
    match entry.message:
        case own.NegotiationOpened() | own.ComplaintFiled() as first:
            begun = CaseTimeline(case_id=entry.stream, status="filed", parties=first.parties, order_id=first.order_id)
            return begun.model_copy(update={"timeline": case.timeline}) if case else begun
        case _:
            return case


def _bearing(case: CaseTimeline, entry: Entry) -> dict[str, object]:
    match entry.message:
        case own.ComplaintFiled(line=line, advice=advice):
            return {"line": line, "advice": advice, "failures": ()}
        case own.ComplaintRejected(failures=failures, policy_version=version):
            return {"failures": failures, "policy_version": version}
        case own.ComplaintAccepted() as accepted:
            return {
                "line_and_ground": f"{accepted.order_id}/{accepted.line_id}/{accepted.category}",
                "policy_version": accepted.policy_version,
                "tier": accepted.tier,
                "tier_reasons": accepted.tier_reasons,
                "taken_up_at": entry.at,
            }
        case own.ComplaintUrged(side=side, count=count):
            return {"urged": {**case.urged, side.value: count}}
        case _:
            return _outcome(entry.message)


def _outcome(message: Fact | Published) -> dict[str, object]:
    match message:
        case mediation.RulingIssued(kind=kind):
            return {"ruling_kind": kind}
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


def beyond_help(case: CaseTimeline) -> Reason | None:
    """Why the process cannot help any more, or None while it can or ended by consent."""
    if case.status == "rejected":
        return "rejected"
    if case.ruling_kind is RulingKind.INSUFFICIENT_EVIDENCE and case.outcome != "appeal_decided":
        return "insufficient_evidence"
    return "final" if case.status == "final" or case.outcome in {"ruled", "appeal_decided"} else None


def _keys(case: CaseTimeline) -> dict[str, object]:
    """`open_party` is who is a party while the case is not over.

    `buyer_taken_up` and `seller_taken_up` put the cases of one party in the order in which they were taken up.
    """
    parties, at = case.parties, case.taken_up_at
    return {
        "status": case.status,
        "buyer_id": parties.buyer_id,
        "seller_id": parties.seller_id,
        "line_and_ground": case.line_and_ground,
        "open_party": [] if case.status in OVER else [parties.buyer_id, parties.seller_id],
        "buyer_taken_up": taken_up_key(parties.buyer_id, at) if at else "",
        "seller_taken_up": taken_up_key(parties.seller_id, at) if at else "",
    }


VIEW: View[CaseTimeline] = View(
    name="case_timeline",
    version=3,
    document=CaseTimeline,
    evolve=evolve,
    keys=_keys,
    indexed=("status", "line_and_ground", "open_party", "buyer_taken_up", "seller_taken_up"),
)
