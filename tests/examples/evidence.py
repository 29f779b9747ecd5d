"""Evidence by name: the case of a Longquan celadon teapot with a cracked spout, bought by lin of qingyao-ceramics."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from services.evidence.domain.clocks import Remind
from services.evidence.domain.closing import CloseOnDue, CloseOnWithdrawal, FinishEvidence
from services.evidence.domain.decider import EVIDENCE
from services.evidence.domain.disclosing import AcknowledgeDisclosure
from services.evidence.domain.drafting import DiscardDraft, SaveDraft, SubmitDraft
from services.evidence.domain.figures import Figures
from services.evidence.domain.opening import OpenRound
from services.evidence.domain.requesting import RequestEvidence, RequestExplanation
from services.evidence.domain.screening import RecordScreening
from services.evidence.domain.stopping import EndCase, StopCollection
from services.evidence.domain.submitting import SubmitEvidence
from services.evidence.domain.suspending import ResumeCase, SuspendCase
from services.evidence.policies import react
from shared.contracts.appeals import AppealOpened
from shared.contracts.intake import ComplaintAccepted, ComplaintWithdrawn
from shared.eventing.messages import Command
from shared.kernel.actors import SYSTEM, Actor, Parties, Role
from shared.kernel.items import Element, FileRef, ItemType
from shared.kernel.money import Money
from shared.kernel.orders import Listing, Review
from shared.kernel.policy import Policy, PolicyBook
from shared.kernel.reasons import AppealGround
from shared.kernel.remedies import Demand, Remedy
from tests.kit.deciding import NOON, History, given

CASE = "celadon-teapot"
LIN = Actor(role=Role.BUYER, id="lin")
QINGYAO = Actor(role=Role.SELLER, id="qingyao-ceramics")
STRANGER = Actor(role=Role.BUYER, id="wang")
MEDIATOR = Actor(role=Role.FRONTLINE, id="mediator-zhao")
PARTIES = Parties(buyer_id=LIN.id, seller_id=QINGYAO.id)
DUE = NOON + timedelta(hours=72)
APPEALED = datetime(2026, 11, 12, 9, tzinfo=UTC)
APPEAL_DUE = APPEALED + timedelta(hours=72)

CRACKED_SPOUT = FileRef(sha256="c" * 64, size=2_400_000, media_type="image/jpeg")
BOX = FileRef(sha256="b" * 64, size=1_900_000, media_type="image/jpeg")
A_LISTING = Listing(
    title="Longquan celadon teapot, 220 ml",
    description="Thrown and fired in Longquan.",
    after_sales_promise="Return within seven days.",
    reviews=(Review(text="Mine came with a crack at the spout, too.", rating=2, at=NOON - timedelta(days=20)),),
)
CERTIFICATE = FileRef(sha256="e" * 64, size=310_000, media_type="application/pdf")


def later(hours: float) -> datetime:
    """So many hours after the file was opened."""
    return NOON + timedelta(hours=hours)


@cache
def the_book() -> PolicyBook:
    text = Path("shared/policy/2026-11.yaml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.safe_load(text)
    version = document.pop("name")
    return PolicyBook(versions=(Policy.model_validate({**document, "version": version}),))


def an_accepted_complaint() -> ComplaintAccepted:
    return ComplaintAccepted(
        case_id=CASE,
        at=NOON,
        order_id="order-88",
        line_id="line-1",
        parties=PARTIES,
        category="product_quality",
        sub_reason="broken",
        demand=Demand(remedy=Remedy.RETURN_REFUND),
        price_paid=Money(minor=36800),
        product="Longquan celadon teapot",
        tier=Role.FRONTLINE,
        policy_version="2026-11",
    )


def an_opened_appeal(appellant: Actor = QINGYAO) -> AppealOpened:
    return AppealOpened(
        case_id=CASE,
        at=APPEALED,
        appeal_id=f"appeal-{appellant.id}",
        appellant=appellant,
        parties=PARTIES,
        grounds=(AppealGround.NEW_EVIDENCE,),
        reason="The courier's own inspection has arrived.",
        evidence_due_at=APPEAL_DUE,
        policy_version="2026-11",
    )


def a_withdrawn_complaint() -> ComplaintWithdrawn:
    return ComplaintWithdrawn(case_id=CASE, at=later(5), by=LIN, reason="The seller sent a new teapot.")


def opening_the_first_round(listing: Listing | None = None) -> OpenRound:
    return _opening(react(an_accepted_complaint().model_copy(update={"listing": listing}), the_book()))


def a_later_appeal_of_lin() -> OpenRound:
    """Lin appeals two days after the seller, while or after the seller's appeal is looked into."""
    later_by = timedelta(hours=48)
    appeal = an_opened_appeal(LIN).model_copy(
        update={"at": APPEALED + later_by, "evidence_due_at": APPEAL_DUE + later_by}
    )
    return _opening(react(appeal, the_book()))


def opening_the_appeal_round(appellant: Actor = QINGYAO) -> OpenRound:
    return _opening(react(an_opened_appeal(appellant), the_book()))


def _opening(commands: Sequence[Command]) -> OpenRound:
    (command,) = commands
    assert isinstance(command, OpenRound)
    return command


def a_photo_of_the_spout(**changes: Any) -> SubmitEvidence:
    """Lin's photo of the cracked spout, three hours after the file was opened."""
    fields: dict[str, Any] = {
        "id": "submit-photo",
        "case_id": CASE,
        "at": later(3),
        "by": LIN,
        "item_id": "photo-of-the-spout",
        "type": ItemType.PHOTO,
        "element": Element.PROBLEM,
        "caption": "The spout is cracked from lip to body.",
        "taken_at": later(-20),
        "files": (CRACKED_SPOUT,),
        "stored": (CRACKED_SPOUT,),
    }
    return SubmitEvidence(**{**fields, **changes})


def a_statement_of_the_buyer(**changes: Any) -> SubmitEvidence:
    """Lin's own account, in words alone and without a time taken."""
    words: dict[str, Any] = {
        "id": "submit-account",
        "item_id": "account-of-lin",
        "type": ItemType.STATEMENT,
        "caption": "It leaked at the first pour.",
        "taken_at": None,
        "files": (),
        "stored": (),
    }
    return a_photo_of_the_spout(**{**words, **changes})


def a_kiln_certificate(**changes: Any) -> SubmitEvidence:
    """Qingyao's quality certificate, ten hours after the file was opened."""
    fields: dict[str, Any] = {
        "id": "submit-certificate",
        "at": later(10),
        "by": QINGYAO,
        "item_id": "kiln-certificate",
        "type": ItemType.QUALITY_CERTIFICATE,
        "element": Element.RESPONSIBILITY,
        "caption": "Kiln batch 17 passed inspection.",
        "taken_at": later(-400),
        "files": (CERTIFICATE,),
        "stored": (CERTIFICATE,),
    }
    return a_photo_of_the_spout(**{**fields, **changes})


def asking_the_seller(**changes: Any) -> RequestEvidence:
    """The mediator asks the seller for proof of how the teapot was packed."""
    fields: dict[str, Any] = {
        "id": "ask-for-packing",
        "case_id": CASE,
        "at": later(20),
        "by": MEDIATOR,
        "side": "seller",
        "element": Element.RESPONSIBILITY,
        "items": (ItemType.SHIPPING_PROOF, ItemType.VIDEO),
        "note": "How was the teapot packed?",
    }
    return RequestEvidence(**{**fields, **changes})


def asking_for_an_explanation(**changes: Any) -> RequestExplanation:
    """The mediator asks the seller a free question."""
    fields: dict[str, Any] = {
        "id": "ask-why",
        "case_id": CASE,
        "at": later(20),
        "by": MEDIATOR,
        "side": "seller",
        "element": Element.RESPONSIBILITY,
        "question": "Why was the teapot sent without padding?",
    }
    return RequestExplanation(**{**fields, **changes})


def an_account_of_the_seller(**changes: Any) -> SubmitEvidence:
    """Qingyao's answer in words."""
    words: dict[str, Any] = {
        "id": "submit-sellers-account",
        "item_id": "account-of-qingyao",
        "type": ItemType.STATEMENT,
        "caption": "The padding was taken out by customs.",
        "taken_at": None,
        "files": (),
        "stored": (),
    }
    return a_kiln_certificate(**{**words, **changes})


def drafting_a_photo(**changes: Any) -> SaveDraft:
    """Lin prepares a photo of the box two hours after the file was opened."""
    fields: dict[str, Any] = {
        "id": "save-draft",
        "case_id": CASE,
        "at": later(2),
        "by": LIN,
        "item_id": "photo-of-the-box",
        "type": ItemType.PHOTO,
        "element": Element.RESPONSIBILITY,
        "caption": "The box had no padding.",
        "files": (BOX,),
    }
    return SaveDraft(**{**fields, **changes})


def submitting_the_draft(**changes: Any) -> SubmitDraft:
    fields: dict[str, Any] = {
        "id": "submit-draft",
        "case_id": CASE,
        "at": later(4),
        "by": LIN,
        "item_id": "photo-of-the-box",
        "stored": (BOX,),
    }
    return SubmitDraft(**{**fields, **changes})


def discarding_the_draft(**changes: Any) -> DiscardDraft:
    fields: dict[str, Any] = {
        "id": "discard-draft",
        "case_id": CASE,
        "at": later(3),
        "by": LIN,
        "item_id": "photo-of-the-box",
    }
    return DiscardDraft(**{**fields, **changes})


def reminding(
    clock: str = "evidence_due", key: str = "seller", at: datetime | None = None, by: Actor = SYSTEM
) -> Remind:
    return Remind(id=f"remind-{clock}-{key}", case_id=CASE, at=at or later(36), by=by, clock=clock, key=key)


def suspending(hours: float = 24, by: Actor = SYSTEM) -> SuspendCase:
    return SuspendCase(id=f"suspend-{hours}", case_id=CASE, at=later(hours), by=by)


def resuming(hours: float = 124, by: Actor = SYSTEM) -> ResumeCase:
    return ResumeCase(id=f"resume-{hours}", case_id=CASE, at=later(hours), by=by)


def ending(by: Actor = SYSTEM) -> EndCase:
    return EndCase(id="end", case_id=CASE, at=later(200), by=by, outcome="ruled")


def acknowledging(*item_ids: str, by: Actor = QINGYAO, hours: float = 4) -> AcknowledgeDisclosure:
    return AcknowledgeDisclosure(
        id=f"acknowledge-{by.id}-{hours}", case_id=CASE, at=later(hours), by=by, item_ids=item_ids
    )


def finishing(by: Actor, hours: float = 12) -> FinishEvidence:
    return FinishEvidence(id=f"finish-{by.id}-{hours}", case_id=CASE, at=later(hours), by=by)


def falling_due(at: datetime = DUE, by: Actor = SYSTEM) -> CloseOnDue:
    return CloseOnDue(id=f"due-{at:%Y%m%dT%H%M}", case_id=CASE, at=at, by=by)


def giving_up_the_appeal(at: datetime = APPEALED, by: Actor = SYSTEM) -> CloseOnWithdrawal:
    return CloseOnWithdrawal(id="appeal-withdrawn", case_id=CASE, at=at, by=by)


def stopping(by: Actor = SYSTEM) -> StopCollection:
    return StopCollection(id="stop", case_id=CASE, at=later(5), by=by, reason="The seller sent a new teapot.")


def no_file() -> History:
    return given(EVIDENCE)


def an_open_first_round() -> History:
    return no_file().after(opening_the_first_round())


def a_round_with_a_photo() -> History:
    return an_open_first_round().after(a_photo_of_the_spout())


def a_sealed_first_round() -> History:
    """Both sides brought something and said done twelve and thirteen hours in."""
    submitted = a_round_with_a_photo().after(a_kiln_certificate())
    return submitted.after(finishing(LIN)).after(finishing(QINGYAO, hours=13))


def an_open_appeal_round() -> History:
    return a_sealed_first_round().after(opening_the_appeal_round())


def a_sealed_appeal_round() -> History:
    return an_open_appeal_round().after(falling_due(APPEAL_DUE))


def a_round_with_a_draft() -> History:
    return an_open_first_round().after(drafting_a_photo())


def a_reopened_first_round() -> History:
    """After the seal the mediator asks the seller how the teapot was packed."""
    return a_sealed_first_round().after(asking_the_seller())


def a_suspended_round() -> History:
    """Suspended a day after the opening, with lin's photo in."""
    return a_round_with_a_photo().after(suspending())


def a_reminded_round() -> History:
    return no_file().after(opening_the_first_round(A_LISTING)).after(reminding())


def an_ended_file() -> History:
    return a_sealed_first_round().after(ending())


def a_stopped_file() -> History:
    return an_open_first_round().after(stopping())


SHARP = Figures(
    width=3000,
    height=4000,
    sharpness=640.0,
    brightness=120.0,
    contrast=50.0,
    hashes=("00000000ffffffff",),
    metadata=True,
    taken_at=later(-20),
    zone_known=True,
    device="Phone 7",
    place="28.07, 119.14",
)
"""What was measured of lin's photo: nothing to remark."""


def screening(figures: Figures | None = SHARP, **changes: Any) -> RecordScreening:
    """The photo of the spout was looked at a minute after it came."""
    fields: dict[str, Any] = {
        "id": "screen-photo",
        "case_id": CASE,
        "at": later(3) + timedelta(minutes=1),
        "by": SYSTEM,
        "person": LIN.id,
        "item_id": "photo-of-the-spout",
        "sha256": CRACKED_SPOUT.sha256,
        "screener": 1,
        "figures": figures,
    }
    return RecordScreening(**{**fields, **changes})


def a_screened_photo() -> History:
    return a_round_with_a_photo().after(screening())
