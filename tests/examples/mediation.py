"""A Longquan celadon teapot arrives with a cracked spout: mediation's messages and states, named by state."""

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from services.mediation.domain.appeal import LiftStay, ReplaceObligations, StayObligations
from services.mediation.domain.assignment import AssignAdjudicator
from services.mediation.domain.compliance import ConfirmPerformed, ReportPerformed
from services.mediation.domain.contacts import SendNotice
from services.mediation.domain.decider import MEDIATION
from services.mediation.domain.disputes import DisputePerformance
from services.mediation.domain.events import RulingDrafted
from services.mediation.domain.failing import FailMediation, NoteRulingOverdue
from services.mediation.domain.handover import HandOver
from services.mediation.domain.offers import AcceptOffer, MakeOffer
from services.mediation.domain.opening import OpenFile, OpenMediation, StopMediation
from services.mediation.domain.ruling import IssueRuling
from services.mediation.domain.second_opinion import AgreeWithRuling
from services.mediation.domain.suspending import ResumeCase, SuspendCase
from shared.contracts.intake import ComplaintClosed
from shared.eventing.messages import Command
from shared.kernel.actors import SYSTEM, Actor, Parties, Role, Side
from shared.kernel.clocks import reminders
from shared.kernel.ids import derived_id
from shared.kernel.items import Element, ItemType, ManifestItem
from shared.kernel.money import Money
from shared.kernel.obligations import obligations_for
from shared.kernel.policy import Policy, PolicyBook
from shared.kernel.reasons import Finding, RulingKind
from shared.kernel.remedies import Demand, Obligation, Remedy, Terms
from shared.kernel.roster import RosterEntry
from tests.kit.deciding import NOON, History, given

C = TypeVar("C", bound=Command)

CASE = "case-1"
LIN = Actor(role=Role.BUYER, id="lin")
QINGYAO = Actor(role=Role.SELLER, id="qingyao-ceramics")
PARTIES = Parties(buyer_id=LIN.id, seller_id=QINGYAO.id)
PASSER_BY = Actor(role=Role.BUYER, id="zhao")
MEI = Actor(role=Role.FRONTLINE, id="mei")
BAO = Actor(role=Role.FRONTLINE, id="bao")
GAO = Actor(role=Role.SPECIALIST, id="gao")
TAO = Actor(role=Role.SPECIALIST, id="tao")
YU = Actor(role=Role.SPECIALIST, id="yu")

BEYOND_ONE_SPECIALIST = Money(minor=3_000_000)
TEAPOT_PRICE = Money(minor=46_800)
REFUND = Terms(remedy=Remedy.REFUND, amount=TEAPOT_PRICE)
PARTIAL_REFUND = Terms(remedy=Remedy.REFUND, amount=Money(minor=15_000))
RETURN_REFUND = Terms(remedy=Remedy.RETURN_REFUND, amount=TEAPOT_PRICE)
EXCHANGE = Terms(remedy=Remedy.EXCHANGE)
REPAIR = Terms(remedy=Remedy.REPAIR)

ACCEPTED_AT = NOON
SEALED_AT = NOON + timedelta(days=3)
OFFERED_AT = SEALED_AT + timedelta(hours=2)
ANSWERED_AT = OFFERED_AT + timedelta(hours=3)
FAILED_AT = SEALED_AT + timedelta(days=1)
RULED_AT = FAILED_AT + timedelta(hours=20)
APPEALED_AT = RULED_AT + timedelta(hours=6)

DIGEST = "c" * 64
CRACK_PHOTO = ManifestItem(
    item_id="photo-of-the-cracked-spout",
    type=ItemType.PHOTO,
    element=Element.PROBLEM,
    submitter=Side.BUYER,
    submitted_at=NOON + timedelta(hours=1),
    disclosed_at=NOON + timedelta(hours=1),
    late=False,
    files=(),
)
UNSEEN_CERTIFICATE = ManifestItem(
    item_id="kiln-certificate",
    type=ItemType.QUALITY_CERTIFICATE,
    element=Element.RESPONSIBILITY,
    submitter=Side.SELLER,
    submitted_at=NOON + timedelta(hours=71),
    disclosed_at=SEALED_AT + timedelta(hours=1),
    late=False,
    files=(),
)
ROSTER = (RosterEntry(actor=MEI, load=2), RosterEntry(actor=BAO, load=5), RosterEntry(actor=GAO, load=0))
SPECIALISTS = tuple(RosterEntry(actor=actor, load=load) for load, actor in enumerate((GAO, TAO, YU)))
CLOSED = ComplaintClosed(case_id=CASE, at=NOON, outcome="settled")
SPOUT_IS_CRACKED = Finding(
    element=Element.PROBLEM, shown=True, reasoning="The photo shows the crack.", cites=(CRACK_PHOTO.item_id,)
)
CRACK_IS_NOT_SHOWN = Finding(element=Element.PROBLEM, shown=False, reasoning="The photo shows another teapot.")
SELLER_PACKED_WELL_IS_NOT_SHOWN = Finding(
    element=Element.RESPONSIBILITY, shown=False, reasoning="No proof of proper packing."
)


@lru_cache
def the_policy() -> Policy:
    path = Path(__file__).parents[2] / "shared" / "policy" / "2026-11.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Policy(version=data.pop("name"), **data)


def the_book() -> PolicyBook:
    return PolicyBook(versions=(the_policy(),))


def asked(kind: type[C], /, *, by: Actor = SYSTEM, at: datetime = NOON, name: str = "1", **body: Any) -> C:
    """A command of a kind; `name` tells two of a kind apart."""
    return kind(id=f"{kind.NAME}-{name}", case_id=CASE, at=at, by=by, **body)


def reminded(start: datetime, due: datetime) -> tuple[datetime, ...]:
    """When the owner of a duty is reminded under the policy."""
    return reminders(start, due, the_policy().reminders.percents)


def debtors_reminded(start: datetime, *obligations: Obligation) -> dict[str, tuple[datetime, ...]]:
    """When debtors are reminded of what is owed from `start`."""
    percents = the_policy().reminders.compliance_percents
    return {each.id: reminders(start, each.comply_by, percents) if each.comply_by else () for each in obligations}


def accepted(price: Money = TEAPOT_PRICE, tier: Role = Role.FRONTLINE) -> OpenFile:
    return asked(
        OpenFile,
        at=ACCEPTED_AT,
        parties=PARTIES,
        tier=tier,
        category="product_quality",
        demand=Demand(remedy=Remedy.RETURN_REFUND, amount=price),
        price_paid=price,
        order_id="order-7",
        line_id="line-1",
        policy=the_policy(),
    )


def sealed() -> OpenMediation:
    return asked(OpenMediation, at=SEALED_AT, manifest=(CRACK_PHOTO, UNSEEN_CERTIFICATE), manifest_digest=DIGEST)


def sealed_again() -> OpenMediation:
    manifest = (CRACK_PHOTO, UNSEEN_CERTIFICATE, CRACK_PHOTO.model_copy(update={"item_id": "letter"}))
    return asked(
        OpenMediation, at=SEALED_AT + timedelta(hours=1), name="again", manifest=manifest, manifest_digest="1" * 64
    )


def assigned() -> AssignAdjudicator:
    return asked(AssignAdjudicator, at=SEALED_AT, roster=ROSTER)


def an_offer(by: Actor = QINGYAO, terms: Terms = PARTIAL_REFUND, name: str = "1") -> MakeOffer:
    return asked(MakeOffer, by=by, at=OFFERED_AT, name=name, terms=terms)


def offer_id(name: str = "1") -> str:
    return derived_id(f"make_offer-{name}", "offer")


def a_ruling(terms: Terms | None = RETURN_REFUND, by: Actor = MEI, **changes: Any) -> IssueRuling:
    body: dict[str, Any] = {
        "kind": RulingKind.GRANT,
        "findings": (SPOUT_IS_CRACKED,),
        "clauses": ("quality.2",),
        "seller_liability_percent": 100,
        "terms": terms,
        "freight_paid_by": Side.SELLER,
        "explanation": "The spout was cracked on arrival.",
    }
    return asked(IssueRuling, by=by, at=RULED_AT, **{**body, **changes})


def a_dismissal() -> IssueRuling:
    return a_ruling(None, kind=RulingKind.DISMISS, seller_liability_percent=0, freight_paid_by=Side.BUYER)


def no_file() -> History:
    return given(MEDIATION)


def an_open_file(price: Money = TEAPOT_PRICE, tier: Role = Role.FRONTLINE) -> History:
    return no_file().after(accepted(price, tier))


def a_queued_mediation(price: Money = TEAPOT_PRICE, tier: Role = Role.FRONTLINE) -> History:
    return an_open_file(price, tier).after(sealed())


def an_open_mediation(price: Money = TEAPOT_PRICE, tier: Role = Role.FRONTLINE) -> History:
    return a_queued_mediation(price, tier).after(assigned())


def a_mediation_with_an_offer(by: Actor = QINGYAO, terms: Terms = PARTIAL_REFUND) -> History:
    return an_open_mediation().after(an_offer(by, terms))


def a_half_accepted_proposal() -> History:
    """Mei proposed; the seller accepted, the buyer has not answered."""
    accepting = asked(AcceptOffer, by=QINGYAO, at=ANSWERED_AT, offer_id=offer_id())
    return a_mediation_with_an_offer(by=MEI).after(accepting)


def a_settled_case(terms: Terms = PARTIAL_REFUND) -> History:
    accepting = asked(AcceptOffer, by=LIN, at=ANSWERED_AT, offer_id=offer_id())
    return a_mediation_with_an_offer(terms=terms).after(accepting)


def a_failed_mediation(price: Money = TEAPOT_PRICE, tier: Role = Role.FRONTLINE) -> History:
    mediator = GAO if tier is Role.SPECIALIST else MEI
    return an_open_mediation(price, tier).after(asked(FailMediation, by=mediator, at=FAILED_AT, reason="No way."))


def a_ruled_case(terms: Terms = RETURN_REFUND) -> History:
    return a_failed_mediation().after(a_ruling(terms))


def a_reported_refund() -> History:
    (refund,) = ruled(REFUND)
    return a_ruled_case(REFUND).after(reporting(refund, QINGYAO))


def a_dismissed_case() -> History:
    return a_failed_mediation().after(a_dismissal())


def ruled(terms: Terms = RETURN_REFUND) -> tuple[Obligation, ...]:
    """The obligations of `a_ruled_case` with the same terms."""
    return obligations_for(terms, derived_id("issue_ruling-1", "ruling"), RULED_AT, the_policy().windows)


def decided(terms: Terms | None, at: datetime = APPEALED_AT) -> tuple[Obligation, ...]:
    """The obligations of an appeal decision."""
    return obligations_for(terms, "the-appeal", at, the_policy().windows)


def an_appealed_case(terms: Terms = RETURN_REFUND) -> History:
    return a_ruled_case(terms).after(asked(StayObligations, at=APPEALED_AT, appeal_id="appeal-1"))


def a_decided_appeal(terms: Terms | None = PARTIAL_REFUND) -> History:
    deciding = asked(ReplaceObligations, at=APPEALED_AT, obligations=decided(terms))
    return an_appealed_case().after(deciding)


def a_fulfilled_ruling(terms: Terms = REFUND) -> History:
    (refund,) = ruled(terms)
    return a_ruled_case(terms).after(confirming(refund, LIN))


def a_stopped_case() -> History:
    return an_open_mediation().after(asked(StopMediation, at=OFFERED_AT, reason="withdrawn"))


def reporting(obligation: Obligation, by: Actor, at: datetime = APPEALED_AT) -> ReportPerformed:
    return asked(ReportPerformed, by=by, at=at, obligation_id=obligation.id, proof="Bank receipt 20261106.")


def confirming(obligation: Obligation, by: Actor, at: datetime = APPEALED_AT) -> ConfirmPerformed:
    return asked(ConfirmPerformed, by=by, at=at, obligation_id=obligation.id)


def lifting(at: datetime, appeal_id: str = "appeal-1") -> LiftStay:
    return asked(LiftStay, at=at, appeal_id=appeal_id)


def assigning(at: datetime, *roster: RosterEntry, name: str = "2") -> AssignAdjudicator:
    return asked(AssignAdjudicator, at=at, roster=roster or ROSTER, name=name)


def suspending(at: datetime, name: str = "1") -> SuspendCase:
    return asked(SuspendCase, at=at, name=name)


def resuming(at: datetime, name: str = "1") -> ResumeCase:
    return asked(ResumeCase, at=at, name=name)


def a_handed_over_mediation() -> History:
    """Mei gave the case up; nobody has taken it over yet."""
    return an_open_mediation().after(asked(HandOver, by=MEI, at=OFFERED_AT, reason="It is beyond me."))


def a_specialists_mediation() -> History:
    return a_handed_over_mediation().after(assigning(OFFERED_AT))


def a_notified_mediation() -> History:
    notice = asked(SendNotice, by=MEI, at=OFFERED_AT, with_side=Side.BUYER, text="Please answer.")
    return a_mediation_with_an_offer().after(notice)


def a_great_award() -> IssueRuling:
    return a_ruling(Terms(remedy=Remedy.REFUND, amount=BEYOND_ONE_SPECIALIST), by=GAO, violation="counterfeit")


def a_drafted_ruling() -> History:
    """Gao would award more than one specialist may; nobody has been asked for the second opinion yet."""
    history = a_failed_mediation(BEYOND_ONE_SPECIALIST, Role.SPECIALIST).after(a_great_award())
    assert isinstance(history.facts[-2], RulingDrafted)
    return history


def a_second_opinion() -> History:
    return a_drafted_ruling().after(assigning(RULED_AT, *SPECIALISTS))


def an_agreed_ruling() -> History:
    return a_second_opinion().after(asked(AgreeWithRuling, by=TAO, at=APPEALED_AT))


def a_disputed_refund() -> History:
    (refund,) = ruled(REFUND)
    disputing = asked(DisputePerformance, by=LIN, at=APPEALED_AT, obligation_id=refund.id, reason="Nothing arrived.")
    return a_reported_refund().after(disputing)


def a_late_ruling() -> History:
    """Mei let the instant for the ruling pass; another frontline is sought."""
    return a_failed_mediation().after(asked(NoteRulingOverdue, at=FAILED_AT + timedelta(hours=48)))


def a_suspended_mediation() -> History:
    return a_mediation_with_an_offer().after(suspending(ANSWERED_AT))


def a_suspended_compliance() -> History:
    return an_appealed_case().after(suspending(APPEALED_AT))


def every_stage() -> list[History]:
    return [
        no_file(),
        no_file().after(sealed()),
        an_open_file(),
        a_queued_mediation(),
        a_queued_mediation().after(sealed_again()),
        an_open_mediation(),
        a_mediation_with_an_offer(),
        a_failed_mediation(),
        a_settled_case(),
        a_ruled_case(),
        a_reported_refund(),
        an_appealed_case(),
        a_decided_appeal(),
        a_fulfilled_ruling(),
        a_dismissed_case(),
        a_stopped_case(),
        a_handed_over_mediation(),
        a_specialists_mediation(),
        a_notified_mediation(),
        a_drafted_ruling(),
        a_second_opinion(),
        an_agreed_ruling(),
        a_disputed_refund(),
        a_suspended_mediation(),
        a_suspended_compliance(),
    ]
