"""Evidence by name: the case of a Longquan celadon teapot with a cracked spout, bought by lin of qingyao-ceramics."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from services.evidence.domain.closing import CloseOnDue, FinishEvidence
from services.evidence.domain.decider import EVIDENCE
from services.evidence.domain.disclosing import AcknowledgeDisclosure
from services.evidence.domain.opening import OpenRound
from services.evidence.domain.requesting import RequestEvidence
from services.evidence.domain.stopping import StopCollection
from services.evidence.domain.submitting import SubmitEvidence
from services.evidence.policies import react
from shared.contracts.appeals import AppealOpened
from shared.contracts.intake import ComplaintAccepted, ComplaintWithdrawn
from shared.eventing.messages import Command
from shared.kernel.actors import SYSTEM, Actor, Parties, Role
from shared.kernel.items import Element, FileRef, ItemType
from shared.kernel.money import Money
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


def opening_the_first_round() -> OpenRound:
    return _opening(react(an_accepted_complaint(), the_book()))


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


def acknowledging(*item_ids: str, by: Actor = QINGYAO, hours: float = 4) -> AcknowledgeDisclosure:
    return AcknowledgeDisclosure(
        id=f"acknowledge-{by.id}-{hours}", case_id=CASE, at=later(hours), by=by, item_ids=item_ids
    )


def finishing(by: Actor, hours: float = 12) -> FinishEvidence:
    return FinishEvidence(id=f"finish-{by.id}-{hours}", case_id=CASE, at=later(hours), by=by)


def falling_due(at: datetime = DUE, by: Actor = SYSTEM) -> CloseOnDue:
    return CloseOnDue(id=f"due-{at:%Y%m%dT%H%M}", case_id=CASE, at=at, by=by)


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


def a_stopped_file() -> History:
    return an_open_first_round().after(stopping())
