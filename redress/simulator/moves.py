"""What somebody would send with each command, from what they know of the case: None where it would make no sense."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, TypeAlias

from redress.simulator.cases import MONEY, Temper, Turn
from shared.contracts.evidence import EvidenceRequested
from shared.contracts.intake import ComplaintRejected
from shared.contracts.mediation import RulingIssued
from shared.kernel.actors import Side
from shared.kernel.items import Element, ItemType
from shared.kernel.money import Money
from shared.kernel.reasons import AppealGround, AppealOutcome, RulingKind
from shared.kernel.remedies import Remedy

Body: TypeAlias = dict[str, Any]


Move: TypeAlias = Callable[[Turn], Body | None]


def _demand(turn: Turn) -> Body:
    return turn.case.demand.model_dump(mode="json")


def _terms(turn: Turn, generosity: float | None = None) -> Body:
    """Terms between nothing and all of what is demanded."""
    case = turn.case
    remedy = case.demand.remedy
    if remedy not in MONEY:
        return {"remedy": remedy}
    share = generosity if generosity is not None else turn.chance.choice([0.2, 0.5, 0.8, 1.0])
    minor = max(1, int(case.line.price_paid.minor * share))
    terms: Body = {"remedy": remedy, "amount": _money(minor)}
    if remedy is not Remedy.COMPENSATION and turn.likely(0.1):
        terms["compensation"] = _money(max(1, minor // 10))
    return terms


def _money(minor: int) -> Body:
    return Money(minor=minor).model_dump(mode="json")


def open_negotiation(turn: Turn) -> Body | None:
    case = turn.case
    return {
        "order_id": case.order.order_id,
        "line_id": case.line.line_id,
        "demand": _demand(turn),
        "message": "The spout was cracked when I unpacked it; please take it back.",
    }


def file_complaint(turn: Turn) -> Body | None:
    case = turn.case
    rejections = len(case.told(ComplaintRejected))
    if rejections >= _TRIES:
        return None
    if rejections:
        # Told what would cure it: ask for no more than was paid, and say how the seller refused.
        case.demand = case.demand.model_copy(
            update={"amount": case.line.price_paid if case.demand.remedy in MONEY else None}
        )
    body: Body = {
        "order_id": case.order.order_id,
        "line_id": case.line.line_id,
        "category": case.category,
        "sub_reason": case.sub_reason,
        "description": _ABUSE if turn.temper is Temper.ABUSIVE else "Model 220 ml, cracked on arrival on Saturday.",
        "demand": _demand(turn),
        "channel": turn.chance.choice(["order_page", "online"]),
        "caution_unread": turn.likely(0.03),
        "last_update_at": (turn.now - timedelta(hours=turn.chance.choice([20, 200]))).isoformat(),
    }
    if rejections or turn.likely(0.6):
        opened_at = turn.now - timedelta(hours=turn.chance.choice([3, 30, 80]))
        outcome = "refused" if rejections else turn.chance.choice(_OUTCOMES)
        note = "The shop says that my kettle did it."
        body["attested"] = {
            "channel": "shop chat", "opened_at": opened_at.isoformat(), "outcome": outcome, "note": note
        }  # fmt: skip
    return body


def submit_evidence(turn: Turn) -> Body | None:
    return submission(turn, "item")


def submission(turn: Turn, what: str) -> Body:
    """A statement that answers a request, or not."""
    case = turn.case
    case.turns += 1
    asked = [r for r in case.told(EvidenceRequested) if r.side is turn.side]
    answers = turn.chance.choice(asked) if asked and turn.likely(0.8) else None
    body: Body = {
        "item_id": f"{turn.side}-{what}-{case.turns}",
        # A simulated party has no files; a statement is the one item that may come without.
        "type": ItemType.STATEMENT,
        "element": answers.element if answers else turn.chance.choice(list(Element)),
        "caption": "What I saw, in order.",
        "request_id": answers.request_id if answers else None,
        "taken_at": (turn.now - timedelta(hours=5)).isoformat() if turn.likely(0.5) else None,
    }
    own = [item.item_id for item in case.items if item.submitter is turn.side]
    if turn.temper is Temper.CONTRADICTORY and own:
        body["supersedes"] = turn.chance.choice(own)
    return body


def acknowledge(turn: Turn) -> Body | None:
    theirs = [item.item_id for item in turn.case.items if item.submitter is turn.side.other]
    return {"item_ids": theirs} if theirs else None


def request_evidence(turn: Turn) -> Body | None:
    side = turn.chance.choice(list(Side))
    return {"side": side, "element": Element.RESPONSIBILITY, "items": [ItemType.STATEMENT], "note": "Please explain."}


def accept_offer(turn: Turn) -> Body | None:
    offer = turn.case.offer
    return {"offer_id": offer.offer_id} if offer and offer.made_by != turn.by else None


def decline_offer(turn: Turn) -> Body | None:
    offer = turn.case.offer
    return {"offer_id": offer.offer_id, "reason": "Not enough."} if offer and offer.made_by != turn.by else None


def findings(turn: Turn, *, shown: bool = True) -> list[Body]:
    cited = turn.case.citable
    return [
        {
            "element": element,
            "shown": shown or element is not Element.PROBLEM,
            "reasoning": "The statements of both sides were weighed.",
            "cites": turn.chance.sample(cited, min(len(cited), 2)),
        }
        for element in (Element.PURCHASE, Element.PROBLEM)
    ]


def issue_ruling(turn: Turn) -> Body | None:
    kind = turn.chance.choices(list(RulingKind), [6, 2, 1])[0]
    grant = kind is RulingKind.GRANT
    return {
        "kind": kind,
        "findings": findings(turn, shown=kind is not RulingKind.INSUFFICIENT_EVIDENCE),
        "clauses": [turn.policy.categories[turn.case.category].clause],
        "seller_liability_percent": 100 if grant else 0,
        "terms": _terms(turn, 1.0 if turn.likely(0.7) else 0.5) if grant else None,
        "freight_paid_by": Side.SELLER if grant else Side.BUYER,
        "inspection_paid_by": Side.SELLER if grant else Side.BUYER,
        "explanation": "The damage was there on arrival; the seller did not show otherwise.",
    }


def obligation_of(turn: Turn) -> str | None:
    """One of what this side owes."""
    owed = [one.id for one in turn.case.obligations if one.debtor is turn.side]
    return turn.chance.choice(owed) if owed else None


def report_performed(turn: Turn) -> Body | None:
    owed = obligation_of(turn)
    return {"obligation_id": owed, "proof": "Transfer 2026-1107, see the receipt."} if owed else None


def due_to_me(turn: Turn) -> str | None:
    owed = [one.id for one in turn.case.obligations if one.debtor is turn.side.other]
    return turn.chance.choice(owed) if owed else None


def confirm_performed(turn: Turn) -> Body | None:
    owed = due_to_me(turn)
    return {"obligation_id": owed} if owed else None


def dispute_performance(turn: Turn) -> Body | None:
    owed = due_to_me(turn)
    return {"obligation_id": owed, "reason": "Nothing arrived."} if owed and turn.likely(0.1) else None


def lodge_appeal(turn: Turn) -> Body | None:
    ground = turn.chance.choice(list(AppealGround))
    new = ["An inspection report of the maker."] if ground is AppealGround.NEW_EVIDENCE or turn.likely(0.3) else []
    late = ["The carrier's trace, which came after the time."] if ground is AppealGround.LATE_EVIDENCE_JUSTIFIED else []
    reason = "The ruling overlooks how it was packed." if turn.likely(0.9) else "No."
    return {"grounds": [ground], "reason": reason, "new_evidence": new, "late_evidence": late}


def decide_appeal(turn: Turn) -> Body | None:
    ruling: RulingIssued | None = turn.case.last(RulingIssued)
    if ruling is None:
        return None
    outcome = turn.chance.choices(list(AppealOutcome), [5, 3, 2])[0]
    body: Body = {
        "outcome": outcome,
        "findings": findings(turn),
        "clauses": [turn.policy.categories[turn.case.category].clause],
        "seller_liability_percent": ruling.seller_liability_percent,
        "explanation": "Weighed anew with what both sides brought forward.",
    }
    if outcome is AppealOutcome.UPHOLD:
        return body
    terms = None if outcome is AppealOutcome.OVERTURN and ruling.terms else _terms(turn, turn.chance.choice([0.3, 0.9]))
    return {**body, "terms": terms, "what_changed": "The packing is shown to be at fault only in part."}


def draft_of(turn: Turn) -> Body | None:
    """A draft that may or may not be there: people forget."""
    number = turn.chance.randint(1, turn.case.turns) if turn.case.turns else 0
    return {"item_id": f"{turn.side}-draft-{number}"} if number else None


def withdraw_offer(turn: Turn) -> Body | None:
    offer = turn.case.offer
    return {"offer_id": offer.offer_id} if offer and offer.made_by == turn.by and turn.likely(0.05) else None


def decide_dispute(turn: Turn) -> Body | None:
    owed = turn.case.obligations
    if not owed:
        return None
    return {"obligation_id": turn.chance.choice(owed).id, "performed": turn.likely(0.5), "reason": "By the receipt."}


def seldom(turn: Turn, share: float, **body: Any) -> Body | None:
    """The body, on so large a share of the occasions."""
    return body if turn.likely(share) else None


def nothing(_: Turn) -> Body:
    return {}


MOVES: Final[Mapping[str, Move]] = {
    "open_negotiation": open_negotiation,
    "offer_in_negotiation": lambda turn: {"terms": _terms(turn), "message": "This is what we can do."},
    "refuse_in_negotiation": lambda turn: {
        "message": "It left us whole.", "reason": turn.chance.choice(["refused", "blame_shifted"])
    },
    "accept_negotiated_offer": nothing,
    "decline_negotiated_offer": nothing,
    "file_complaint": file_complaint,
    "withdraw_complaint": lambda turn: {"reason": "We found each other."} if turn.likely(0.02) else None,
    "request_evidence": request_evidence,
    "submit_evidence": submit_evidence,
    "acknowledge_disclosure": acknowledge,
    "finish_evidence": nothing,
    "log_contact": lambda turn: {
        "channel": "phone", "with_side": turn.chance.choice(list(Side)), "note": "Asked for their view.",
        "outcome": "will think about it",
    },
    "make_offer": lambda turn: {"terms": _terms(turn)},
    "accept_offer": accept_offer,
    "decline_offer": decline_offer,
    "fail_mediation": lambda turn: {"reason": "They are too far apart."} if turn.likely(0.3) else None,
    "issue_ruling": issue_ruling,
    "report_performed": report_performed,
    "confirm_performed": confirm_performed,
    "dispute_performance": dispute_performance,
    "lodge_appeal": lodge_appeal,
    "decide_appeal": decide_appeal,
    "withdraw_appeal": lambda turn: seldom(turn, 0.02, reason="We have agreed after all."),
    "consent_to_suspension": lambda turn: seldom(turn, 0.05),
    "suspend_complaint": lambda turn: seldom(turn, 0.01, reference="(2026) Zhe 01 Min Chu 77"),
    "resume_complaint": lambda turn: seldom(turn, 0.3, reason="It is over."),
    "erase_person": nothing,
    "urge": lambda turn: seldom(turn, 0.6 if turn.temper is Temper.ABUSIVE else 0.05),
    "request_explanation": lambda turn: seldom(
        turn, 0.3, side=turn.chance.choice(list(Side)), element=Element.RESPONSIBILITY, question="How was it packed?"
    ),
    "save_draft": lambda turn: seldom(turn, 0.2, **submission(turn, "draft")),
    "submit_draft": draft_of,
    "discard_draft": lambda turn: draft_of(turn) if turn.likely(0.1) else None,
    "send_notice": lambda turn: seldom(
        turn, 0.1, with_side=turn.chance.choice(list(Side)), text="Please look at the offer."
    ),
    "withdraw_offer": withdraw_offer,
    "hand_over": lambda turn: seldom(turn, 0.1, reason="It takes somebody with more authority."),
    "request_specialist": lambda turn: seldom(turn, 0.2, reason="It drags on."),
    "reassign_case": lambda turn: seldom(turn, 0.02, reason="On leave from tomorrow."),
    "agree_with_ruling": nothing,
    "disagree_with_ruling": lambda turn: seldom(turn, 0.2, reason="The amount is too high."),
    "decide_dispute": decide_dispute,
}  # fmt: skip
"""By command name; a command without a move would never be tried, so a test asks for one each."""

_OUTCOMES: Final = ("no_response", "refused", "blame_shifted", "offer_unacceptable")
_TRIES: Final = 3
_ABUSE: Final = "You thieves!!! This shop is garbage and everyone there lies."
