"""What other services and the platform tell, and what intake then asks of itself."""

from collections.abc import Sequence
from typing import assert_never

from services.intake.domain.appealing import NoteAppealDismissed, NoteAppealOpened, NoteFinal
from services.intake.domain.following import NoteFulfilled, NoteRuled, NoteSettled
from services.intake.domain.recording import RecordOrder
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
from shared.eventing.messages import Command, Published
from shared.kernel.actors import SYSTEM
from shared.kernel.ids import derived_id
from shared.kernel.policy import PolicyBook
from shared.kernel.reasons import AppealOutcome

HEARS: tuple[type[Published], ...] = (
    OrderRecorded,
    NoticeDelivered,
    EvidenceRequested,
    EvidenceSubmitted,
    EvidenceClosed,
    MediationOpened,
    OfferMade,
    SettlementReached,
    RulingIssued,
    RulingFulfilled,
    EnforcementOrdered,
    AppealOpened,
    AppealDismissed,
    AppealDecided,
)


def react(fact: Published, book: PolicyBook) -> Sequence[Command]:
    """Every case here was pinned to its policy when it was filed, so the book is not consulted."""
    del book
    match fact:
        case OrderRecorded():
            return [when_order_recorded_keep_its_newest_version(fact)]
        case SettlementReached() | RulingIssued() | RulingFulfilled():
            return [_after_mediation(fact)]
        case AppealOpened() | AppealDismissed() | AppealDecided():
            return [_after_appeals(fact)]
        case _:
            return []


def _after_mediation(fact: SettlementReached | RulingIssued | RulingFulfilled) -> Command:
    match fact:
        case SettlementReached():
            return when_settlement_reached_note_it(fact)
        case RulingIssued():
            return when_ruling_issued_note_until_when_it_can_be_appealed(fact)
        case RulingFulfilled():
            return when_ruling_fulfilled_note_it(fact)
        case _:
            assert_never(fact)


def _after_appeals(fact: AppealOpened | AppealDismissed | AppealDecided) -> Command:
    match fact:
        case AppealOpened():
            return when_appeal_opened_hold_the_case_open(fact)
        case AppealDismissed():
            return when_appeal_dismissed_note_it(fact)
        case AppealDecided():
            return when_appeal_decided_the_decision_is_final(fact)
        case _:
            assert_never(fact)


def when_order_recorded_keep_its_newest_version(fact: OrderRecorded) -> RecordOrder:
    order_id = fact.order.order_id
    cause = derived_id(fact.TYPE, order_id, fact.version)
    return RecordOrder(id=cause, case_id=order_id, at=fact.at, by=SYSTEM, version=fact.version, order=fact.order)


def when_settlement_reached_note_it(fact: SettlementReached) -> NoteSettled:
    cause = _cause(fact, fact.offer_id)
    return NoteSettled(id=cause, case_id=fact.case_id, at=fact.at, by=SYSTEM, owes=bool(fact.obligations))


def when_ruling_issued_note_until_when_it_can_be_appealed(fact: RulingIssued) -> NoteRuled:
    return NoteRuled(
        id=_cause(fact, fact.ruling_id),
        case_id=fact.case_id,
        at=fact.at,
        by=SYSTEM,
        appeal_until=fact.appeal_until,
        owes=bool(fact.obligations),
    )


def when_ruling_fulfilled_note_it(fact: RulingFulfilled) -> NoteFulfilled:
    return NoteFulfilled(id=_cause(fact, fact.basis), case_id=fact.case_id, at=fact.at, by=SYSTEM, basis=fact.basis)


def when_appeal_opened_hold_the_case_open(fact: AppealOpened) -> NoteAppealOpened:
    cause = _cause(fact, fact.appeal_id)
    return NoteAppealOpened(id=cause, case_id=fact.case_id, at=fact.at, by=SYSTEM, appeal_id=fact.appeal_id)


def when_appeal_dismissed_note_it(fact: AppealDismissed) -> NoteAppealDismissed:
    cause = _cause(fact, fact.appeal_id)
    return NoteAppealDismissed(id=cause, case_id=fact.case_id, at=fact.at, by=SYSTEM, appeal_id=fact.appeal_id)


def when_appeal_decided_the_decision_is_final(fact: AppealDecided) -> NoteFinal:
    return NoteFinal(
        id=_cause(fact, "decided"),
        case_id=fact.case_id,
        at=fact.at,
        by=SYSTEM,
        upheld=fact.outcome is AppealOutcome.UPHOLD,
        owes=bool(fact.obligations),
    )


def _cause(fact: Published, what: str) -> str:
    return derived_id(fact.TYPE, fact.case_id, what)
