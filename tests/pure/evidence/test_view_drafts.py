"""What each side has prepared, for its own eyes."""

from services.evidence.views.drafts import VIEW, Drafts
from shared.kernel.actors import Side
from tests.examples.evidence import (
    PARTIES,
    QINGYAO,
    a_later_appeal_of_lin,
    a_reminded_round,
    a_round_with_a_draft,
    a_sealed_appeal_round,
    an_account_of_the_seller,
    discarding_the_draft,
    drafting_a_photo,
    later,
    opening_the_first_round,
    submitting_the_draft,
)
from tests.kit.deciding import History, document_of


def drafts_of(history: History) -> dict[Side, list[str]]:
    document = document_of(VIEW, *history.facts)
    assert document is not None
    assert document.parties == PARTIES
    return {side: [saved.draft.caption for saved in document.of[side]] for side in Side}


def test_each_sides_drafts_stand_apart() -> None:
    both = a_round_with_a_draft().after(drafting_a_photo(by=QINGYAO, caption="Packed well."))

    assert drafts_of(both) == {Side.BUYER: ["The box had no padding."], Side.SELLER: ["Packed well."]}


def test_a_draft_shows_when_it_was_last_saved() -> None:
    changed = a_round_with_a_draft().after(drafting_a_photo(caption="None at all.", at=later(5)))

    document = document_of(VIEW, *changed.facts)

    assert isinstance(document, Drafts)
    assert [(saved.draft.caption, saved.saved_at) for saved in document.of[Side.BUYER]] == [("None at all.", later(5))]


def test_submitted_and_discarded_drafts_are_gone() -> None:
    for command in (submitting_the_draft(), discarding_the_draft()):
        assert drafts_of(a_round_with_a_draft().after(command)) == {Side.BUYER: [], Side.SELLER: []}


def test_other_items_and_rounds_leave_drafts_alone() -> None:
    kept = a_round_with_a_draft().after(an_account_of_the_seller())

    assert drafts_of(kept)[Side.BUYER]
    assert drafts_of(a_reminded_round()) == {Side.BUYER: [], Side.SELLER: []}
    assert drafts_of(a_sealed_appeal_round().after(a_later_appeal_of_lin())) == {Side.BUYER: [], Side.SELLER: []}


def test_facts_before_the_opening_show_nothing() -> None:
    saved, gone, sent = (
        a_round_with_a_draft().after(command).facts[-1]
        for command in (drafting_a_photo(caption="x"), discarding_the_draft(), submitting_the_draft())
    )

    assert document_of(VIEW, saved, gone, sent) is None
    assert opening_the_first_round().parties == PARTIES
