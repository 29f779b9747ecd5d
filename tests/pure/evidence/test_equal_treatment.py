"""Evidence's part of the equal-treatment report."""

from services.evidence.views.equal_treatment import WORDINGS, part_of
from shared.kernel.treatment import Chapter, EqualTreatment, Measure
from tests.examples.evidence import (
    LIN,
    QINGYAO,
    a_photo_of_the_spout,
    acknowledging,
    asking_the_seller,
    falling_due,
    finishing,
    later,
    opening_the_appeal_round,
    reminding,
)
from tests.pure.evidence.test_view_time_given import shown

HOUR = 3600


def measures(chapter: Chapter) -> dict[str, Measure]:
    return {one.name: one for one in chapter.measures}


def said(part: EqualTreatment) -> dict[str, str]:
    """The last chapter's differences by name."""
    return {one.name: one.difference for one in part.chapters[-1].measures if one.difference}


def test_both_sides_begin_with_the_same_and_different_burdens_are_said() -> None:
    part = part_of("case-1", shown())

    assert (part.case_id, part.part) == ("case-1", "evidence")
    assert [chapter.title for chapter in part.chapters] == ["evidence of the first round"]
    assert said(part) == {"requests": "The buyer was asked for evidence 3 times, the seller once."}
    assert not part.given_alike


def test_whatever_one_side_was_given_more_is_a_sentence() -> None:
    document = shown(
        a_photo_of_the_spout(at=later(60)), reminding(), acknowledging("photo-of-the-spout", hours=61), falling_due()
    )

    part = part_of("case-1", document)

    assert said(part) == {
        "given_seconds": "The seller was given 84 h for its evidence, the buyer 72 h.",
        "rebuttal_seconds": "The seller was given 12 h more to answer the last item, the buyer no time.",
        "requests": "The buyer was asked for evidence 3 times, the seller once.",
        "reminders": "The seller was reminded once, the buyer not at all.",
        "shown_items": "The seller was shown 1 item of the other side, the buyer none.",
        "received_items": "The seller acknowledged 1 item, the buyer none.",
        "items": "The buyer brought 1 item, the seller none.",
    }


def test_time_used_is_compared_once_both_have_used_it() -> None:
    open_round = part_of("case-1", shown(finishing(LIN)))
    sealed = part_of("case-1", shown(finishing(LIN), falling_due()))

    assert "used_seconds" not in measures(open_round.chapters[0])
    used = measures(sealed.chapters[0])["used_seconds"]
    assert (used.of, used.buyer, used.seller) == ("done", 12 * HOUR, 72 * HOUR)
    assert used.difference == "The seller used 72 h, the buyer 12 h."


def test_each_opening_of_a_round_is_a_chapter() -> None:
    sealed = (finishing(LIN), finishing(QINGYAO))

    asked_again = part_of("case-1", shown(*sealed, asking_the_seller()))
    appealed = part_of("case-1", shown(*sealed, opening_the_appeal_round()))

    assert asked_again.chapters[-1].title == "evidence of the first round, asked for after the seal"
    assert said(asked_again)["given_seconds"] == "The seller was given 72 h for its evidence, the buyer no time."
    assert appealed.chapters[-1].title == "evidence of the appeal round"
    assert said(appealed) == {}


def test_everything_compared_is_shown_of_a_sealed_round() -> None:
    (chapter,) = part_of("case-1", shown(finishing(LIN), finishing(QINGYAO))).chapters

    assert [one.name for one in chapter.measures] == [wording.name for wording in WORDINGS]
