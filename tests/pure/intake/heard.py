"""Published facts that intake hears about the teapot case."""

from datetime import timedelta
from typing import Literal

from shared.contracts.appeals import AppealDecided, AppealDismissed, AppealOpened
from shared.contracts.evidence import EvidenceClosed, EvidenceRequested, EvidenceSubmitted
from shared.contracts.mediation import (
    EnforcementOrdered,
    MediationOpened,
    OfferMade,
    RulingFulfilled,
    RulingIssued,
    SettlementReached,
)
from shared.contracts.platform import NoticeDelivered, OrderRecorded
from shared.eventing.messages import Published
from shared.kernel.actors import Side
from shared.kernel.items import Element, ItemType, Round
from shared.kernel.reasons import AppealGround, AppealOutcome, RulingKind
from shared.kernel.remedies import Duty, Obligation, Remedy, Terms
from tests.examples.intake import (
    APPEAL_UNTIL,
    CASE,
    LIN,
    PARTIES,
    POLICY,
    PRICE,
    QINGYAO,
    ZHAO,
    an_order,
)
from tests.kit.deciding import NOON

DUE = NOON + timedelta(hours=72)
REFUND = Obligation(id="refund-1", duty=Duty.REFUND, debtor=Side.SELLER, amount=PRICE, comply_by=DUE)
TERMS = Terms(remedy=Remedy.REFUND, amount=PRICE)


def an_order_recorded(version: int = 1) -> OrderRecorded:
    return OrderRecorded(at=NOON, version=version, order=an_order())


def a_notice_delivered(result: Literal["delivered", "failed"] = "delivered", detail: str = "") -> NoticeDelivered:
    return NoticeDelivered(case_id=CASE, at=NOON, version=1, notice_id="notice-1", result=result, detail=detail)


def evidence_requested() -> EvidenceRequested:
    return EvidenceRequested(
        case_id=CASE,
        at=NOON,
        request_id="request-1",
        round=Round.FIRST,
        side=Side.BUYER,
        element=Element.PROBLEM,
        items=(ItemType.PHOTO, ItemType.INSPECTION_REPORT),
        requested_by=ZHAO,
        due_at=DUE,
    )


def evidence_submitted(late: bool = False) -> EvidenceSubmitted:
    return EvidenceSubmitted(
        case_id=CASE,
        at=NOON,
        item_id="item-1",
        round=Round.FIRST,
        type=ItemType.PHOTO,
        element=Element.PROBLEM,
        submitter=Side.BUYER,
        caption="The crack in the spout",
        taken_at=None,
        submitted_at=NOON,
        late=late,
        files=(),
    )


def evidence_closed() -> EvidenceClosed:
    return EvidenceClosed(
        case_id=CASE, at=NOON, round=Round.FIRST, manifest=(), manifest_digest="d" * 64, reason="both_done"
    )


def mediation_opened() -> MediationOpened:
    return MediationOpened(case_id=CASE, at=NOON, adjudicator=ZHAO, due_at=DUE)


def an_offer_made() -> OfferMade:
    return OfferMade(case_id=CASE, at=NOON, offer_id="offer-1", made_by=QINGYAO, terms=TERMS, valid_until=DUE)


def a_settlement(obligations: tuple[Obligation, ...] = (REFUND,)) -> SettlementReached:
    return SettlementReached(case_id=CASE, at=NOON, offer_id="offer-1", terms=TERMS, obligations=obligations)


def a_ruling(terms: Terms | None = TERMS) -> RulingIssued:
    return RulingIssued(
        case_id=CASE,
        at=NOON,
        ruling_id="ruling-1",
        kind=RulingKind.GRANT if terms else RulingKind.DISMISS,
        findings=(),
        clauses=("quality.2",),
        seller_liability_percent=100,
        terms=terms,
        obligations=(REFUND,) if terms else (),
        freight_paid_by=Side.SELLER,
        explanation="The crack was there on arrival.",
        adjudicators=(ZHAO,),
        parties=PARTIES,
        price_paid=PRICE,
        manifest_digest="d" * 64,
        appeal_until=APPEAL_UNTIL,
        policy_version=POLICY.version,
    )


def a_fulfilment() -> RulingFulfilled:
    return RulingFulfilled(case_id=CASE, at=NOON, basis="ruling", obligations=(REFUND,))


def an_enforcement() -> EnforcementOrdered:
    return EnforcementOrdered(
        case_id=CASE, at=NOON, obligation=REFUND, debtor_id=PARTIES.seller_id, creditor_id=PARTIES.buyer_id
    )


def an_appeal_opened() -> AppealOpened:
    return AppealOpened(
        case_id=CASE,
        at=NOON,
        appeal_id="appeal-qingyao",
        appellant=QINGYAO,
        parties=PARTIES,
        grounds=(AppealGround.NEW_EVIDENCE, AppealGround.WRONG_FACTS),
        reason="The courier has now reported the fall.",
        evidence_due_at=DUE,
        policy_version=POLICY.version,
    )


def an_appeal_dismissed() -> AppealDismissed:
    return AppealDismissed(case_id=CASE, at=NOON, appeal_id="appeal-lin", appellant=LIN, failures=())


def an_appeal_decided(outcome: AppealOutcome = AppealOutcome.AMEND) -> AppealDecided:
    return AppealDecided(
        case_id=CASE,
        at=NOON,
        outcome=outcome,
        reviewer=ZHAO,
        findings=(),
        clauses=("quality.2",),
        seller_liability_percent=50,
        terms=TERMS,
        obligations=(REFUND,),
        what_changed="The courier bears half.",
        explanation="The parcel was dropped.",
    )


EVERYTHING: tuple[Published, ...] = (
    an_order_recorded(),
    a_notice_delivered(),
    evidence_requested(),
    evidence_submitted(),
    evidence_closed(),
    mediation_opened(),
    an_offer_made(),
    a_settlement(),
    a_ruling(),
    a_fulfilment(),
    an_enforcement(),
    an_appeal_opened(),
    an_appeal_dismissed(),
    an_appeal_decided(),
)
