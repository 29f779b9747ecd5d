"""What the world hears of each fact of the evidence file."""

import pytest

from services.evidence.domain.clocks import CONSEQUENCES
from services.evidence.domain.events import (
    FACTS,
    CollectionStopped,
    DisclosureAcknowledged,
    EvidenceClosed,
    EvidenceFact,
    RebuttalOpened,
    ReminderSent,
    SideFinished,
)
from services.evidence.publications import TELLS, publish
from shared.contracts import evidence as told
from shared.contracts.notices import NoticeRequested
from shared.eventing.model import About
from shared.kernel.actors import SYSTEM, Side
from shared.kernel.ids import derived_id
from shared.kernel.items import Element, ItemType, Round
from tests.examples.evidence import (
    A_LISTING,
    CASE,
    CRACKED_SPOUT,
    MEDIATOR,
    QINGYAO,
    a_later_appeal_of_lin,
    a_photo_of_the_spout,
    a_reminded_round,
    a_reopened_first_round,
    a_round_with_a_draft,
    a_round_with_a_photo,
    a_screened_photo,
    a_suspended_round,
    an_ended_file,
    an_open_appeal_round,
    an_open_first_round,
    asking_for_an_explanation,
    asking_the_seller,
    discarding_the_draft,
    falling_due,
    later,
    no_file,
    opening_the_first_round,
    resuming,
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
        late_by_seconds=3600,
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


def test_a_question_is_told_in_its_words() -> None:
    (fact,) = an_open_first_round().when(asking_for_an_explanation()).outcome

    published = publish(fact, ABOUT)

    assert isinstance(published, told.EvidenceRequested)
    assert (published.question, published.items) == (fact.question, (ItemType.STATEMENT,))


def test_the_platforms_own_item_is_told_with_the_listing() -> None:
    fact = no_file().when(opening_the_first_round(A_LISTING)).outcome[1]

    published = publish(fact, ABOUT)

    assert isinstance(published, told.EvidenceSubmitted)
    assert (published.submitter, published.listing) == ("platform", A_LISTING)


def test_a_second_seal_is_told_with_what_it_replaces() -> None:
    (fact,) = a_reopened_first_round().when(falling_due(later(92))).outcome

    published = publish(fact, ABOUT)

    assert isinstance(published, told.EvidenceClosed)
    assert published.replaces == fact.replaces is not None


def test_a_reminder_goes_out_as_a_notice_to_its_owner() -> None:
    fact = a_reminded_round().facts[-1]
    assert isinstance(fact, ReminderSent)

    assert publish(fact, ABOUT) == NoticeRequested(
        case_id=CASE,
        at=later(20),
        notice_id=derived_id("reminder", CASE, "evidence_due", "seller", later(36).isoformat()),
        recipient=QINGYAO,
        channel="sms",
        purpose="reminder",
        text=f"Case {CASE}: your evidence is due by 2026-11-05 12:00 UTC. {CONSEQUENCES['evidence_due']}",
        due_at=later(72),
    )


@pytest.mark.parametrize(
    "fact",
    [
        no_file().when(opening_the_first_round()).outcome[0],
        DisclosureAcknowledged(side=Side.SELLER, item_ids=("photo-of-the-spout",), received_at=later(4)),
        SideFinished(side=Side.BUYER, finished_at=later(12)),
        RebuttalOpened(side=Side.SELLER, until=later(84)),
        an_open_appeal_round().after(a_later_appeal_of_lin()).facts[-1],
        a_round_with_a_draft().facts[-1],
        a_round_with_a_draft().after(discarding_the_draft()).facts[-1],
        a_suspended_round().facts[-1],
        a_suspended_round().after(resuming()).facts[-1],
        a_screened_photo().facts[-1],
        an_ended_file().facts[-1],
        CollectionStopped(reason="The seller sent a new teapot.", stopped_at=later(5)),
    ],
)
def test_the_other_facts_stay_inside(fact: EvidenceFact) -> None:
    assert publish(fact, ABOUT) is None


def test_what_is_told_and_kept_inside_is_every_fact() -> None:
    assert len(FACTS) == len(TELLS) + 12
