"""Opening a round: once per round, the first before the appeal, and both sides asked at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.evidence.domain.clocks import running
from services.evidence.domain.events import EvidenceClosed, EvidenceRequested, RoundExtended, RoundOpened
from services.evidence.domain.opening import OpenRound
from services.evidence.policies import react
from shared.kernel.actors import Side
from shared.kernel.items import Element, ItemType, Round
from tests.examples.evidence import (
    A_LISTING,
    APPEAL_DUE,
    APPEALED,
    DUE,
    LIN,
    PARTIES,
    QINGYAO,
    a_kiln_certificate,
    a_later_appeal_of_lin,
    a_sealed_appeal_round,
    a_sealed_first_round,
    a_stopped_file,
    an_accepted_complaint,
    an_ended_file,
    an_open_appeal_round,
    an_open_first_round,
    asking_the_seller,
    falling_due,
    finishing,
    later,
    no_file,
    opening_the_appeal_round,
    opening_the_first_round,
    the_book,
)
from tests.kit.deciding import NOON, History

HALF_AND_NEARLY = (later(36), later(64.8))


def test_the_first_round_asks_each_side_for_what_it_must_show() -> None:
    command = opening_the_first_round()

    opened, *asked = no_file().when(command).then_types(RoundOpened, *[EvidenceRequested] * 4)

    assert opened == RoundOpened(
        round=Round.FIRST, parties=PARTIES, rules=command.rules, due_at=DUE, remind_at=HALF_AND_NEARLY
    )
    assert [(one.side, one.element) for one in asked] == [
        (Side.BUYER, Element.PURCHASE),
        (Side.BUYER, Element.PROBLEM),
        (Side.BUYER, Element.LOSS),
        (Side.SELLER, Element.RESPONSIBILITY),
    ]
    assert asked[1].items == (ItemType.PHOTO, ItemType.VIDEO, ItemType.INSPECTION_REPORT)
    assert {one.due_at for one in asked} == {DUE}
    assert len({one.request_id for one in asked}) == 4


def test_a_side_that_bears_nothing_is_asked_for_its_own_account() -> None:
    command = opening_the_first_round()
    buyers = tuple(burden for burden in command.rules.burdens if burden.bearer is Side.BUYER)
    bare = command.model_copy(update={"rules": command.rules.model_copy(update={"burdens": buyers})})

    *_, last = no_file().when(bare).then_types(RoundOpened, *[EvidenceRequested] * 4)

    assert (last.side, last.items) == (Side.SELLER, (ItemType.STATEMENT,))


def test_the_appeal_round_asks_both_sides_once_and_takes_over_the_burden_table() -> None:
    first = opening_the_first_round()
    command = opening_the_appeal_round()

    opened, buyer, seller = (
        a_sealed_first_round().when(command).then_types(RoundOpened, EvidenceRequested, EvidenceRequested)
    )

    assert opened.round is Round.APPEAL
    assert opened.rules == first.rules
    assert {opened.due_at, buyer.due_at, seller.due_at} == {APPEAL_DUE}
    assert buyer.items[0] is seller.items[0] is ItemType.STATEMENT
    assert ItemType.PHOTO in buyer.items
    assert seller.items == (ItemType.STATEMENT, ItemType.QUALITY_CERTIFICATE, ItemType.SHIPPING_PROOF)


@pytest.mark.parametrize("history", [an_open_first_round, a_sealed_first_round, an_open_appeal_round])
def test_a_first_round_that_was_opened_is_not_opened_again(history: Callable[[], History]) -> None:
    history().when(opening_the_first_round()).then_nothing()


def test_the_second_partys_appeal_opens_no_second_round() -> None:
    an_open_appeal_round().when(opening_the_appeal_round(LIN)).then_nothing()


def test_a_later_appeal_joins_the_running_round_and_gives_both_sides_until_its_due() -> None:
    command = a_later_appeal_of_lin()

    joined = an_open_appeal_round().after(finishing(QINGYAO)).after(command)

    assert joined.facts[-1] == RoundExtended(
        round=Round.APPEAL,
        appeal_id="appeal-lin",
        due_at=APPEAL_DUE + timedelta(hours=48),
        remind_at=(APPEAL_DUE + timedelta(hours=12), APPEAL_DUE + timedelta(hours=40.8)),
    )
    assert joined.state.due == dict.fromkeys(Side, APPEAL_DUE + timedelta(hours=48))
    assert joined.state.finished == frozenset()
    assert [clock.key for clock in running(joined.state)] == list(Side)
    joined.when(falling_due(APPEAL_DUE)).then_nothing()
    joined.when(command).then_nothing()


def test_an_appeal_that_nobody_named_joins_nothing() -> None:
    unnamed = opening_the_appeal_round().model_copy(update={"appeal_id": None})

    an_open_appeal_round().when(unnamed).then_nothing()
    a_sealed_appeal_round().when(unnamed).then_nothing()


def test_an_appeal_after_the_appeal_round_was_sealed_opens_it_again_for_both() -> None:
    first = an_open_appeal_round().after(a_kiln_certificate(at=APPEALED, item_id="courier-report"))
    sealed = first.after(falling_due(APPEAL_DUE))

    again = sealed.after(a_later_appeal_of_lin())
    again.when(a_later_appeal_of_lin()).then_nothing()
    (closed,) = again.when(falling_due(APPEAL_DUE + timedelta(hours=48))).then_types(EvidenceClosed)

    assert not again.state.reopened
    assert [item.item_id for item in closed.manifest] == ["courier-report"]
    assert closed.replaces == sealed.state.file.seals[Round.APPEAL]
    sealed.when(opening_the_appeal_round()).then_nothing()


def test_an_appeal_ends_what_was_asked_for_after_the_seal_of_the_first_round() -> None:
    asked = a_sealed_first_round().after(asking_the_seller())

    closed, opened, _, _ = asked.when(opening_the_appeal_round()).then_types(
        EvidenceClosed, RoundOpened, EvidenceRequested, EvidenceRequested
    )

    assert (closed.round, closed.reason) == (Round.FIRST, "appeal_opened")
    assert opened.round is Round.APPEAL
    assert asked.after(opening_the_appeal_round()).state.round is Round.APPEAL


def test_an_appeal_that_joins_after_the_seal_opens_what_was_only_asked_for() -> None:
    asked = a_sealed_appeal_round().after(asking_the_seller(at=APPEAL_DUE))

    joined = asked.after(opening_the_appeal_round(LIN))

    assert not joined.state.reopened
    assert joined.state.due == dict.fromkeys(Side, APPEAL_DUE + timedelta(hours=72))


def test_the_platform_adds_the_listing_by_itself() -> None:
    _, shown, *_ = no_file().when(opening_the_first_round(A_LISTING)).outcome

    item = shown.item
    assert (item.type, item.submitter, item.element) == (ItemType.LISTING_SNAPSHOT, "platform", Element.PROBLEM)
    assert (item.caption, item.listing, item.late) == (A_LISTING.title, A_LISTING, False)
    assert item.disclosed_at == item.submitted_at == NOON


def test_the_listing_is_sealed_by_its_content_and_opens_no_rebuttal() -> None:
    history = no_file().after(opening_the_first_round(A_LISTING))
    dearer = A_LISTING.model_copy(update={"cautions": "Pour no boiling water."})

    seals = [
        no_file().after(opening_the_first_round(listing)).when(falling_due()).then_types(EvidenceClosed)[0]
        for listing in (A_LISTING, dearer)
    ]

    assert [(line.submitter, line.type) for line in seals[0].manifest] == [("platform", ItemType.LISTING_SNAPSHOT)]
    assert seals[0].manifest[0].content_sha256 != seals[1].manifest[0].content_sha256
    assert seals[0].manifest_digest != seals[1].manifest_digest
    assert history.state.latest is None


def test_what_other_buyers_wrote_is_kept_in_the_listing_and_sealed_with_it() -> None:
    (review,) = A_LISTING.reviews or ()
    unsaid = review.model_copy(update={"text": "Perfect."})
    listings = [A_LISTING.model_copy(update={"reviews": said}) for said in (None, (), (review,), (unsaid,))]

    _, shown, *_ = no_file().when(opening_the_first_round(A_LISTING)).outcome
    seals = [
        no_file().after(opening_the_first_round(listing)).when(falling_due()).then_types(EvidenceClosed)[0]
        for listing in listings
    ]

    assert [(said.text, said.rating) for said in shown.item.listing.reviews] == [(review.text, 2)]
    assert len({one.manifest[0].content_sha256 for one in seals}) == len(listings)


def test_a_seller_whose_parcel_stalls_accounts_for_it_and_the_buyer_shows_its_track() -> None:
    stalled = an_accepted_complaint().model_copy(update={"category": "logistics", "sub_reason": "tracking_stalled"})
    (command,) = react(stalled, the_book())

    _, *asked = no_file().when(command).then_types(RoundOpened, *[EvidenceRequested] * 4)

    kinds = {(one.side, one.element): one.items for one in asked}
    assert kinds[Side.SELLER, Element.RESPONSIBILITY] == (ItemType.SHIPPING_PROOF, ItemType.STATEMENT)
    assert kinds[Side.BUYER, Element.PROBLEM][:2] == (ItemType.LOGISTICS_TRACE, ItemType.WAYBILL)


def test_an_appeal_round_before_any_round_is_refused() -> None:
    refused = no_file().when(opening_the_appeal_round()).then_refused("first_round_must_be_sealed")

    assert "was not opened" in refused.detail


def test_an_appeal_round_before_the_seal_is_refused() -> None:
    refused = an_open_first_round().when(opening_the_appeal_round()).then_refused("first_round_must_be_sealed")

    assert "still open" in refused.detail


def test_a_stopped_file_is_not_opened_again() -> None:
    a_stopped_file().when(opening_the_first_round()).then_refused("file_must_not_be_stopped")
    an_ended_file().when(opening_the_appeal_round()).then_refused("case_must_not_be_over")


def test_a_party_cannot_open_a_round() -> None:
    command: OpenRound = opening_the_first_round().model_copy(update={"by": QINGYAO})

    no_file().when(command).then_refused("only_the_platform_may_do_this")
