"""What the other services tell appeals about the cracked teapot, by name."""

from datetime import timedelta

from services.appeals.domain.case_file import SealedItem
from shared.contracts.evidence import EvidenceClosed
from shared.contracts.intake import ComplaintAccepted, ComplaintResumed, ComplaintSuspended
from shared.contracts.mediation import MediationOpened, RulingIssued, SettlementReached
from shared.kernel.actors import Actor, Role, Side
from shared.kernel.items import Element, ItemType, ManifestItem, Round
from shared.kernel.reasons import RulingKind
from shared.kernel.remedies import Demand, Remedy
from tests.examples.appeals import (
    APPEAL_UNTIL,
    CASE,
    CRACK_PHOTO,
    GAO,
    ISSUED,
    LIN,
    PAID,
    PARTIAL,
    PARTIES,
    PAUSE,
    POLICY,
    RETURN_REFUND,
    RULED,
    SEALED,
    SUSPENDED,
    WEN,
    a_finding,
)


def a_manifest_item(item: SealedItem) -> ManifestItem:
    return ManifestItem(
        item_id=item.item_id,
        type=ItemType.STATEMENT,
        element=Element.PROBLEM,
        submitter=Side.BUYER,
        submitted_at=item.disclosed_at,
        disclosed_at=item.disclosed_at,
        late=False,
        files=(),
    )


def a_complaint_accepted() -> ComplaintAccepted:
    return ComplaintAccepted(
        case_id=CASE,
        at=ISSUED,
        order_id="order-1",
        line_id="line-1",
        parties=PARTIES,
        category="product_quality",
        sub_reason="broken",
        demand=Demand(remedy=Remedy.RETURN_REFUND, amount=PAID),
        price_paid=PAID,
        product="Longquan celadon teapot",
        tier=Role.FRONTLINE,
        policy_version=POLICY.version,
    )


def a_mediation_opened(adjudicator: Actor = WEN) -> MediationOpened:
    return MediationOpened(case_id=CASE, at=ISSUED, adjudicator=adjudicator, due_at=ISSUED + timedelta(days=7))


def evidence_closed(round_: Round, item: SealedItem) -> EvidenceClosed:
    return EvidenceClosed(
        case_id=CASE,
        at=ISSUED if round_ is Round.FIRST else SEALED,
        round=round_,
        manifest=(a_manifest_item(item),),
        manifest_digest="a" * 64,
        reason="both_done",
    )


def a_complaint_suspended() -> ComplaintSuspended:
    return ComplaintSuspended(
        case_id=CASE,
        at=SUSPENDED,
        by=LIN,
        grounds="court_or_authority",
        reference="Longquan people's court 2026/118",
        until=SUSPENDED + timedelta(days=30),
    )


def a_complaint_resumed() -> ComplaintResumed:
    return ComplaintResumed(
        case_id=CASE, at=SUSPENDED + PAUSE, by=LIN, suspended_at=SUSPENDED, reason="The court has closed its file."
    )


def a_settlement_reached() -> SettlementReached:
    return SettlementReached(case_id=CASE, at=ISSUED, offer_id="offer-1", terms=PARTIAL, obligations=())


def a_ruling_issued() -> RulingIssued:
    return RulingIssued(
        case_id=CASE,
        at=ISSUED,
        ruling_id="ruling-1",
        kind=RulingKind.GRANT,
        findings=(a_finding(CRACK_PHOTO.item_id),),
        clauses=("quality.2",),
        seller_liability_percent=100,
        terms=RETURN_REFUND,
        obligations=RULED,
        freight_paid_by=Side.SELLER,
        explanation="The spout was cracked on arrival.",
        adjudicators=(WEN, GAO),
        parties=PARTIES,
        price_paid=PAID,
        manifest_digest="a" * 64,
        appeal_until=APPEAL_UNTIL,
        policy_version=POLICY.version,
    )
