"""A Longquan celadon teapot arrived with a cracked spout; its ruling is contested. Messages and states by name."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from services.appeals.domain.appeal_evidence import NoteAppealEvidence
from services.appeals.domain.assignment import AssignReviewer
from services.appeals.domain.case_file import AppealRules, CaseFile, ContestedRuling, SealedItem
from services.appeals.domain.decider import APPEALS
from services.appeals.domain.first_round import NoteFirstEvidence, NoteMediator, NoteRuling, NoteSettlement, OpenFile
from services.appeals.domain.lodging import LodgeAppeal
from services.appeals.domain.overdue import NoteAssignmentOverdue, NoteReviewOverdue
from services.appeals.domain.pausing import ResumeCase, SuspendCase
from services.appeals.domain.reminding import Remind
from services.appeals.domain.review import DecideAppeal
from services.appeals.domain.withdrawal import WithdrawAppeal
from shared.eventing.messages import Command
from shared.kernel.actors import SYSTEM, Actor, Parties, Role, Side
from shared.kernel.ids import derived_id
from shared.kernel.items import Element
from shared.kernel.money import Money
from shared.kernel.obligations import ComplianceHours, obligations_for
from shared.kernel.policy import Policy, PolicyBook
from shared.kernel.reasons import AppealGround, AppealOutcome, Finding
from shared.kernel.remedies import Remedy, Terms
from shared.kernel.roster import RosterEntry
from tests.kit.deciding import NOON, History, given

CASE = "case-1"
LIN = Actor(role=Role.BUYER, id="lin")
QINGYAO = Actor(role=Role.SELLER, id="qingyao-ceramics")
STRANGER = Actor(role=Role.BUYER, id="passer-by")
WEN = Actor(role=Role.FRONTLINE, id="mediator-wen")
GAO = Actor(role=Role.SPECIALIST, id="specialist-gao")
GAO_AS_REVIEWER = Actor(role=Role.REVIEWER, id="specialist-gao")
SONG = Actor(role=Role.REVIEWER, id="reviewer-song")
TANG = Actor(role=Role.REVIEWER, id="reviewer-tang")
PARTIES = Parties(buyer_id=LIN.id, seller_id=QINGYAO.id)

ISSUED = NOON - timedelta(days=1)
APPEAL_UNTIL = ISSUED + timedelta(days=7)
EVIDENCE_DUE = NOON + timedelta(hours=72)
SEALED = EVIDENCE_DUE
ASSIGNED = SEALED + timedelta(minutes=1)
ASSIGN_BY = SEALED + timedelta(hours=24)
REVIEW_DUE = ASSIGNED + timedelta(days=10)
REMIND_AT = (ASSIGNED + timedelta(days=5), ASSIGNED + timedelta(days=9))
SUSPENDED = ASSIGNED + timedelta(days=1)
PAUSE = timedelta(days=4)
SECOND_DUE = NOON + timedelta(days=5, hours=72)
DECIDED = ASSIGNED + timedelta(days=3)

PAID = Money(minor=68_800)
RETURN_REFUND = Terms(remedy=Remedy.RETURN_REFUND, amount=PAID)
PARTIAL = Terms(remedy=Remedy.REFUND, amount=Money(minor=30_000))
HOURS = ComplianceHours(ship_return=168, refund=24, refund_after_receipt=48, remedy=168)
RULED = obligations_for(RETURN_REFUND, "ruling-1", ISSUED, HOURS)

CRACK_PHOTO = SealedItem(item_id="photo-of-the-crack", disclosed_at=ISSUED - timedelta(days=5))
KILN_CERTIFICATE = SealedItem(item_id="kiln-certificate", disclosed_at=SEALED - timedelta(hours=30))
UNSEEN_VIDEO = SealedItem(item_id="unpacking-video", disclosed_at=DECIDED + timedelta(days=1))


def the_policy() -> Policy:
    path = Path(__file__).parents[2] / "shared" / "policy" / "2026-11.yaml"
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Policy.model_validate({"version": content.pop("name"), **content})


POLICY = the_policy()
BOOK = PolicyBook(versions=(POLICY,))
FILE = CaseFile(parties=PARTIES, rules=AppealRules.of(POLICY))


def a_contested_ruling(terms: Terms | None = RETURN_REFUND) -> ContestedRuling:
    return ContestedRuling(
        ruling_id="ruling-1",
        terms=terms,
        obligations=RULED if terms else (),
        seller_liability_percent=100,
        price_paid=PAID,
        appeal_until=APPEAL_UNTIL,
        freight_paid_by=Side.SELLER,
    )


def open_file() -> OpenFile:
    return OpenFile(id="open-1", case_id=CASE, at=ISSUED, by=SYSTEM, file=FILE)


def note_mediator(mediator: Actor = WEN) -> NoteMediator:
    return NoteMediator(id=f"note-{mediator.id}", case_id=CASE, at=ISSUED, by=SYSTEM, mediator_id=mediator.id)


def note_first_evidence(*items: SealedItem) -> NoteFirstEvidence:
    return NoteFirstEvidence(id="first-evidence", case_id=CASE, at=ISSUED, by=SYSTEM, items=items or (CRACK_PHOTO,))


def note_ruling(terms: Terms | None = RETURN_REFUND) -> NoteRuling:
    return NoteRuling(
        id="note-ruling-1",
        case_id=CASE,
        at=ISSUED,
        by=SYSTEM,
        file=FILE,
        ruling=a_contested_ruling(terms),
        adjudicator_ids=(WEN.id, GAO.id),
    )


def note_settlement() -> NoteSettlement:
    return NoteSettlement(id="note-settlement", case_id=CASE, at=ISSUED, by=SYSTEM)


def an_appeal(
    by: Actor = QINGYAO,
    *,
    grounds: tuple[AppealGround, ...] = (AppealGround.NEW_EVIDENCE,),
    reason: str = "The kiln certificate shows that the spout was whole when it was packed.",
    new_evidence: tuple[str, ...] = ("certificate of the kiln in Longquan, dated the day of packing",),
    late_evidence: tuple[str, ...] = (),
    at: datetime = NOON,
    request: str = "appeal",
) -> LodgeAppeal:
    return LodgeAppeal(
        id=f"{request}-of-{by.id}",
        case_id=CASE,
        at=at,
        by=by,
        grounds=grounds,
        reason=reason,
        new_evidence=new_evidence,
        late_evidence=late_evidence,
    )


def a_second_appeal() -> LodgeAppeal:
    """The buyer's, five days after the seller's."""
    return an_appeal(LIN, at=NOON + timedelta(days=5))


def a_withdrawal(by: Actor = QINGYAO, at: datetime = SUSPENDED) -> WithdrawAppeal:
    return WithdrawAppeal(
        id=f"withdrawal-of-{by.id}", case_id=CASE, at=at, by=by, reason="We have found the crack ourselves."
    )


def a_late_appeal(by: Actor = QINGYAO) -> LodgeAppeal:
    return an_appeal(by, at=APPEAL_UNTIL + timedelta(milliseconds=1))


def appeal_id_of(command: LodgeAppeal) -> str:
    return derived_id(command.id, "appeal")


def note_appeal_evidence(*items: SealedItem, at: datetime = SEALED) -> NoteAppealEvidence:
    return NoteAppealEvidence(id="appeal-evidence", case_id=CASE, at=at, by=SYSTEM, items=items or (KILN_CERTIFICATE,))


def on_duty(actor: Actor, load: int = 0, *recent_parties: str) -> RosterEntry:
    return RosterEntry(actor=actor, load=load, recent_parties=recent_parties)


def assign_reviewer(*roster: RosterEntry) -> AssignReviewer:
    return AssignReviewer(id="assign", case_id=CASE, at=ASSIGNED, by=SYSTEM, roster=roster or (on_duty(SONG),))


def note_review_overdue(*roster: RosterEntry, at: datetime = REVIEW_DUE) -> NoteReviewOverdue:
    return NoteReviewOverdue(id="overdue", case_id=CASE, at=at, by=SYSTEM, roster=roster or (on_duty(SONG),))


def note_assignment_overdue(at: datetime = ASSIGN_BY) -> NoteAssignmentOverdue:
    return NoteAssignmentOverdue(id="nobody-found", case_id=CASE, at=at, by=SYSTEM)


def remind(clock: str = "review_due", at: datetime = REMIND_AT[0]) -> Remind:
    return Remind(id="remind", case_id=CASE, at=at, by=SYSTEM, clock=clock)


def suspend(at: datetime = SUSPENDED) -> SuspendCase:
    return SuspendCase(id="suspend", case_id=CASE, at=at, by=SYSTEM)


def resume(at: datetime = SUSPENDED + PAUSE) -> ResumeCase:
    return ResumeCase(id="resume", case_id=CASE, at=at, by=SYSTEM)


def a_finding(*cites: str, element: Element = Element.RESPONSIBILITY) -> Finding:
    return Finding(element=element, shown=True, reasoning="The crack runs under the glaze.", cites=cites)


def a_decision(
    outcome: AppealOutcome = AppealOutcome.UPHOLD,
    *,
    by: Actor = SONG,
    findings: tuple[Finding, ...] | None = None,
    clauses: tuple[str, ...] = ("quality.2", "appeal.final"),
    liability: int = 100,
    terms: Terms | None = None,
    freight: Side | None = None,
    what_changed: str = "",
    at: datetime = DECIDED,
) -> DecideAppeal:
    return DecideAppeal(
        id="decide-1",
        case_id=CASE,
        at=at,
        by=by,
        outcome=outcome,
        findings=(a_finding(CRACK_PHOTO.item_id, KILN_CERTIFICATE.item_id),) if findings is None else findings,
        clauses=clauses,
        seller_liability_percent=liability,
        terms=terms,
        freight_paid_by=freight,
        what_changed=what_changed,
        explanation="A firing crack under the glaze cannot come from the journey.",
    )


def an_amendment(terms: Terms | None = PARTIAL) -> DecideAppeal:
    return a_decision(
        AppealOutcome.AMEND, terms=terms, liability=50, what_changed="The teapot still serves; half the price is due."
    )


def an_overturning(terms: Terms | None = None) -> DecideAppeal:
    return a_decision(
        AppealOutcome.OVERTURN, terms=terms, liability=0, what_changed="The certificate shows a whole spout."
    )


def nothing_known() -> History:
    return given(APPEALS)


def after(*commands: Command) -> History:
    history = nothing_known()
    for command in commands:
        history = history.after(command)
    return history


def a_case_in_its_first_round() -> History:
    return after(open_file(), note_mediator(), note_first_evidence())


def a_settled_case() -> History:
    return a_case_in_its_first_round().after(note_settlement())


def an_appealable_ruling(terms: Terms | None = RETURN_REFUND) -> History:
    return a_case_in_its_first_round().after(note_ruling(terms))


def an_appeal_with_open_evidence(terms: Terms | None = RETURN_REFUND) -> History:
    return an_appealable_ruling(terms).after(an_appeal())


def an_appeal_ready_for_review(*items: SealedItem, terms: Terms | None = RETURN_REFUND) -> History:
    return an_appeal_with_open_evidence(terms).after(note_appeal_evidence(*items))


def an_appeal_under_review(*items: SealedItem, terms: Terms | None = RETURN_REFUND) -> History:
    return an_appeal_ready_for_review(*items, terms=terms).after(assign_reviewer())


def a_final_decision() -> History:
    return an_appeal_under_review().after(a_decision())


def an_appeal_opened_again() -> History:
    """The buyer appealed while the seller's appeal was under review; the reviewer waits."""
    return an_appeal_under_review().after(a_second_appeal())


def a_withdrawn_appeal() -> History:
    return an_appeal_under_review().after(a_withdrawal())


def a_suspended_review() -> History:
    return an_appeal_under_review().after(suspend())


def a_reassigned_review() -> History:
    return an_appeal_under_review().after(note_review_overdue(on_duty(SONG), on_duty(TANG)))


def an_appeal_nobody_reviews() -> History:
    return an_appeal_ready_for_review().after(note_assignment_overdue())


def every_state() -> dict[str, History]:
    return {
        "nothing known": nothing_known(),
        "settled before it was filed": after(note_settlement()),
        "first round": a_case_in_its_first_round(),
        "settled": a_settled_case(),
        "appealable": an_appealable_ruling(),
        "dismissed": an_appealable_ruling().after(an_appeal(new_evidence=())),
        "under appeal": an_appeal_with_open_evidence(),
        "ready": an_appeal_ready_for_review(),
        "nobody found": an_appeal_nobody_reviews(),
        "under review": an_appeal_under_review(),
        "overdue": an_appeal_under_review().after(note_review_overdue()),
        "reassigned": a_reassigned_review(),
        "opened again": an_appeal_opened_again(),
        "withdrawn": a_withdrawn_appeal(),
        "suspended": a_suspended_review(),
        "suspended in the first round": a_case_in_its_first_round().after(suspend()),
        "resumed": a_suspended_review().after(resume()),
        "final": a_final_decision(),
    }
