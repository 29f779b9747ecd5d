"""Intake by name: lin bought a Longquan celadon teapot of qingyao-ceramics, and its spout is cracked."""

from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import yaml

from services.intake.domain import negotiating
from services.intake.domain.appealing import CloseAppealWindow, NoteAppealDismissed, NoteAppealOpened, NoteFinal
from services.intake.domain.decider import INTAKE
from services.intake.domain.erasing import ErasePerson, NotePersonErased
from services.intake.domain.filing import FileComplaint
from services.intake.domain.following import NoteFulfilled, NoteRuled, NoteSettled
from services.intake.domain.recording import RecordOrder
from services.intake.domain.reminding import Remind
from services.intake.domain.suspending import ConsentToSuspension, EndSuspension, ResumeComplaint, SuspendComplaint
from services.intake.domain.urging import Urge
from services.intake.domain.withdrawing import WithdrawComplaint
from services.intake.domain.words import AttestedNegotiation, DestroyedKey
from shared.eventing.messages import Command
from shared.kernel.actors import SYSTEM, Actor, Parties, Role, Side
from shared.kernel.clocks import Clock
from shared.kernel.money import Money
from shared.kernel.orders import Listing, Order, OrderLine
from shared.kernel.policy import Policy, PolicyBook
from shared.kernel.remedies import Demand, Remedy, Terms
from tests.kit.deciding import NOON, History, given

C = TypeVar("C", bound=Command)

CASE = "case-celadon-teapot"
ORDER = "order-88"
PERSON_LIN = "person:lin"
TEAPOT = "line-teapot"
TRAY = "line-tea-tray"
LIN = Actor(role=Role.BUYER, id="lin")
STRANGER = Actor(role=Role.BUYER, id="wang")
QINGYAO = Actor(role=Role.SELLER, id="qingyao-ceramics")
OTHER_SHOP = Actor(role=Role.SELLER, id="jingde-porcelain")
ZHAO = Actor(role=Role.FRONTLINE, id="zhao")
REVIEWER = Actor(role=Role.REVIEWER, id="reviewer-han")
PARTIES = Parties(buyer_id=LIN.id, seller_id=QINGYAO.id)
PRICE = Money(minor=36800)
SOON = NOON + timedelta(hours=3)
ANSWER_BY = NOON + timedelta(hours=72)
APPEAL_UNTIL = NOON + timedelta(days=17)
SUSPENDED_UNTIL = NOON + timedelta(days=30)
DESTROYED = DestroyedKey(at=NOON + timedelta(minutes=1), fingerprint="5e" * 32)
COURT_FILE = "(2026) Zhe 0192 Min Chu 4471"

RETURN_AND_REFUND = Demand(remedy=Remedy.RETURN_REFUND, amount=PRICE)
A_SMALL_REFUND = Terms(remedy=Remedy.REFUND, amount=Money(minor=5000))
A_REPAIR = Terms(remedy=Remedy.REPAIR)


def the_policy() -> Policy:
    path = Path(__file__).parents[2] / "shared" / "policy" / "2026-11.yaml"
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    version = document.pop("name")
    return Policy.model_validate({**document, "version": version})


POLICY = the_policy()
BOOK = PolicyBook(versions=(POLICY,))


def a_teapot(**changes: Any) -> OrderLine:
    listing = Listing(title="Longquan celadon teapot, 220 ml", after_sales_promise="repair within a year")
    plain = OrderLine(line_id=TEAPOT, product="Longquan celadon teapot", price_paid=PRICE, listing=listing)
    return plain.model_copy(update=changes)


def an_order(**changes: Any) -> Order:
    tray = OrderLine(
        line_id=TRAY, product="Bamboo tea tray", price_paid=Money(minor=9900), listing=Listing(title="Bamboo tea tray")
    )
    delivered = Order(
        order_id=ORDER,
        parties=PARTIES,
        lines=(a_teapot(), tray),
        paid_at=NOON - timedelta(days=6),
        shipped_at=NOON - timedelta(days=5),
        delivered_at=NOON - timedelta(days=2),
    )
    return delivered.model_copy(update=changes)


def an_attested_refusal(**changes: Any) -> AttestedNegotiation:
    refusal = AttestedNegotiation(
        channel="shop chat",
        opened_at=NOON - timedelta(days=1),
        outcome="refused",
        note="The shop says the crack came from my kettle.",
    )
    return refusal.model_copy(update=changes)


def asked(kind: type[C], changes: dict[str, Any], **plain: Any) -> C:
    """A command on the teapot case by the platform at noon, unless told otherwise."""
    return kind.model_validate({"id": kind.NAME, "case_id": CASE, "at": NOON, "by": SYSTEM} | plain | changes)


def record_order(version: int = 1, **changes: Any) -> RecordOrder:
    return asked(RecordOrder, changes, case_id=ORDER, version=version, order=an_order())


def open_negotiation(**changes: Any) -> negotiating.OpenNegotiation:
    return asked(
        negotiating.OpenNegotiation,
        changes,
        by=LIN,
        order_id=ORDER,
        line_id=TEAPOT,
        demand=RETURN_AND_REFUND,
        message="The spout arrived cracked; I want to return the teapot.",
        order=an_order(),
        policy=POLICY,
    )


def offer_in_negotiation(terms: Terms = A_SMALL_REFUND, **changes: Any) -> negotiating.OfferInNegotiation:
    message = "We are sorry; may we make it up to you like this?"
    return asked(negotiating.OfferInNegotiation, changes, at=SOON, by=QINGYAO, terms=terms, message=message)


def refuse_in_negotiation(**changes: Any) -> negotiating.RefuseInNegotiation:
    message = "It left our kiln whole."
    return asked(negotiating.RefuseInNegotiation, changes, at=SOON, by=QINGYAO, message=message, reason="refused")


def accept_offer(**changes: Any) -> negotiating.AcceptNegotiatedOffer:
    return asked(negotiating.AcceptNegotiatedOffer, changes, at=SOON, by=LIN)


def decline_offer(**changes: Any) -> negotiating.DeclineNegotiatedOffer:
    return asked(negotiating.DeclineNegotiatedOffer, changes, at=SOON, by=LIN)


def lapse_negotiation(**changes: Any) -> negotiating.LapseNegotiation:
    return asked(negotiating.LapseNegotiation, changes, at=ANSWER_BY)


def file_complaint(**changes: Any) -> FileComplaint:
    return asked(
        FileComplaint,
        changes,
        by=LIN,
        order_id=ORDER,
        line_id=TEAPOT,
        category="product_quality",
        sub_reason="broken",
        description="The spout of the teapot was cracked when I unpacked it on Saturday.",
        demand=RETURN_AND_REFUND,
        channel="order_page",
        attested=an_attested_refusal(),
        order=an_order(),
        policy=POLICY,
    )


def file_after_negotiation(**changes: Any) -> FileComplaint:
    return file_complaint(**({"at": ANSWER_BY, "attested": None} | changes))


def withdraw(**changes: Any) -> WithdrawComplaint:
    return asked(WithdrawComplaint, changes, by=LIN, reason="The shop sent a new teapot.")


def note_settled(**changes: Any) -> NoteSettled:
    return asked(NoteSettled, changes, owes=True)


def note_ruled(**changes: Any) -> NoteRuled:
    return asked(NoteRuled, changes, appeal_until=APPEAL_UNTIL, owes=True)


def note_fulfilled(basis: str = "ruling", **changes: Any) -> NoteFulfilled:
    return asked(NoteFulfilled, changes, basis=basis)


def note_appeal_opened(appeal_id: str = "appeal-qingyao", **changes: Any) -> NoteAppealOpened:
    return asked(NoteAppealOpened, changes, appeal_id=appeal_id)


def note_appeal_dismissed(appeal_id: str = "appeal-qingyao", **changes: Any) -> NoteAppealDismissed:
    return asked(NoteAppealDismissed, changes, appeal_id=appeal_id)


def note_final(**changes: Any) -> NoteFinal:
    return asked(NoteFinal, changes, upheld=False, owes=True)


def close_appeal_window(**changes: Any) -> CloseAppealWindow:
    return asked(CloseAppealWindow, changes, at=APPEAL_UNTIL)


def consent_to_suspension(**changes: Any) -> ConsentToSuspension:
    return asked(ConsentToSuspension, changes, by=LIN, policy=POLICY)


def suspend_complaint(**changes: Any) -> SuspendComplaint:
    return asked(SuspendComplaint, changes, by=ZHAO, reference=COURT_FILE, policy=POLICY)


def resume_complaint(**changes: Any) -> ResumeComplaint:
    return asked(ResumeComplaint, changes, at=SOON, by=LIN, reason="We found no way by ourselves.")


def end_suspension(**changes: Any) -> EndSuspension:
    return asked(EndSuspension, changes, at=SUSPENDED_UNTIL)


SELLERS_EVIDENCE = Clock(
    kind="evidence",
    key="first/seller/problem/request-1",
    owner=Side.SELLER,
    due_at=ANSWER_BY,
    consequence="it is closed",
)


def urge(**changes: Any) -> Urge:
    return asked(Urge, changes, by=LIN, policy=POLICY, step="evidence", owed=(SELLERS_EVIDENCE,))


def remind(**changes: Any) -> Remind:
    return asked(Remind, changes, at=NOON + timedelta(hours=36), clock="negotiation_answer", key="")


def erase_person(**changes: Any) -> ErasePerson:
    return asked(ErasePerson, {"by": SYSTEM, **changes}, case_id=PERSON_LIN, sealing=True)


def note_person_erased(**changes: Any) -> NotePersonErased:
    return asked(NotePersonErased, {"by": SYSTEM, **changes}, case_id=PERSON_LIN, destroyed=DESTROYED)


def nothing() -> History:
    return given(INTAKE)


def a_known_order() -> History:
    return nothing().after(record_order())


def an_open_negotiation() -> History:
    return nothing().after(open_negotiation())


def an_offered_negotiation(terms: Terms = A_SMALL_REFUND) -> History:
    return an_open_negotiation().after(offer_in_negotiation(terms))


def an_agreed_negotiation() -> History:
    return an_offered_negotiation().after(accept_offer())


def a_declined_negotiation(terms: Terms = A_SMALL_REFUND) -> History:
    return an_offered_negotiation(terms).after(decline_offer())


def a_refused_negotiation() -> History:
    return an_open_negotiation().after(refuse_in_negotiation())


def a_rejected_complaint() -> History:
    return nothing().after(file_complaint(attested=None))


def a_complaint_rejected_after_negotiation() -> History:
    return a_refused_negotiation().after(file_after_negotiation(category="bad_luck"))


def a_filed_complaint() -> History:
    return nothing().after(file_complaint())


def a_withdrawn_complaint() -> History:
    return a_filed_complaint().after(withdraw())


def a_settled_case() -> History:
    return a_filed_complaint().after(note_settled())


def a_ruled_case() -> History:
    return a_filed_complaint().after(note_ruled())


def an_appealed_case() -> History:
    return a_ruled_case().after(note_appeal_opened())


def a_case_past_its_appeal_window() -> History:
    return a_ruled_case().after(close_appeal_window())


def a_closed_ruled_case() -> History:
    return a_case_past_its_appeal_window().after(note_fulfilled())


def a_case_suspended_by_consent() -> History:
    return a_filed_complaint().after(consent_to_suspension()).after(consent_to_suspension(by=QINGYAO))


def a_case_suspended_for_a_lawsuit() -> History:
    return a_filed_complaint().after(suspend_complaint())


def a_resumed_case() -> History:
    return a_case_suspended_by_consent().after(resume_complaint())


def an_urged_case() -> History:
    return a_filed_complaint().after(urge())


def a_reminded_negotiation() -> History:
    return an_open_negotiation().after(remind())


def a_counterfeit_case() -> History:
    return nothing().after(file_complaint(category="seller_violation", sub_reason="counterfeit"))


def a_person_being_erased() -> History:
    return nothing().after(erase_person())


def an_erased_person() -> History:
    return a_person_being_erased().after(note_person_erased())
