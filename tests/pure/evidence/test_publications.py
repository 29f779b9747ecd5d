"""What the world hears of each fact of the evidence file."""

import pytest

from services.evidence.domain.events import (
    FACTS,
    CollectionStopped,
    DisclosureAcknowledged,
    EvidenceClosed,
    EvidenceFact,
    RebuttalOpened,
    SideFinished,
)
from services.evidence.publications import TELLS, publish
from shared.contracts import evidence as told
from shared.eventing.model import About
from shared.kernel.actors import SYSTEM, Side
from shared.kernel.items import Element, ItemType, Round
from tests.examples.evidence import (
    CASE,
    CRACKED_SPOUT,
    MEDIATOR,
    a_photo_of_the_spout,
    a_round_with_a_photo,
    an_open_first_round,
    asking_the_seller,
    falling_due,
    later,
    no_file,
    opening_the_first_round,
)

ABOUT = About(stream=CASE, at=later(20), by=MEDIATOR)


def test_a_request_is_told_with_who_asked() -> None:
    (fact,) = an_open_first_round().when(asking_the_seller()).outcome

    assert publish(fact, ABOUT) == told.EvidenceRequested(
        case_id=CASE,
        at=later(20),
        request_id=fact.request_id,
        round=Round.FIRST,
        side=Side.SELLER,
        element=Element.RESPONSIBILITY,
        items=(ItemType.SHIPPING_PROOF, ItemType.VIDEO),
        requested_by=MEDIATOR,
        due_at=later(92),
    )


def test_a_submission_is_told_with_its_files() -> None:
    (fact,) = an_open_first_round().when(a_photo_of_the_spout(at=later(73))).outcome

    assert publish(fact, ABOUT) == told.EvidenceSubmitted(
        case_id=CASE,
        at=later(20),
        item_id="photo-of-the-spout",
        round=Round.FIRST,
        type=ItemType.PHOTO,
        element=Element.PROBLEM,
        submitter=Side.BUYER,
        caption="The spout is cracked from lip to body.",
        taken_at=later(-20),
        submitted_at=later(73),
        late=True,
        files=(CRACKED_SPOUT,),
    )


def test_a_sealed_round_is_told_with_its_manifest() -> None:
    (fact,) = a_round_with_a_photo().when(falling_due()).outcome
    assert isinstance(fact, EvidenceClosed)

    assert publish(fact, About(stream=CASE, at=later(72), by=SYSTEM)) == told.EvidenceClosed(
        case_id=CASE,
        at=later(72),
        round=Round.FIRST,
        manifest=fact.manifest,
        manifest_digest=fact.manifest_digest,
        reason="due_passed",
    )


@pytest.mark.parametrize(
    "fact",
    [
        no_file().when(opening_the_first_round()).outcome[0],
        DisclosureAcknowledged(side=Side.SELLER, item_ids=("photo-of-the-spout",), received_at=later(4)),
        SideFinished(side=Side.BUYER, finished_at=later(12)),
        RebuttalOpened(side=Side.SELLER, until=later(84)),
        CollectionStopped(reason="The seller sent a new teapot.", stopped_at=later(5)),
    ],
)
def test_the_other_facts_stay_inside(fact: EvidenceFact) -> None:
    assert publish(fact, ABOUT) is None


def test_what_is_told_and_kept_inside_is_every_fact() -> None:
    assert len(FACTS) == len(TELLS) + 5
