"""What each remark on a file says, word for word: both sides read it, so its figure and its threshold stand in it."""

from typing import Any

import pytest

from services.evidence.domain.events import FileScreened
from services.evidence.domain.evidence_file import File
from services.evidence.domain.figures import Remark, RemarkCode
from services.evidence.domain.remarks import angles
from shared.kernel.items import FileRef, ItemType
from shared.kernel.values import said
from tests.examples.evidence import (
    BOX,
    SHARP,
    a_photo_of_the_spout,
    a_round_with_a_photo,
    a_screened_photo,
    an_open_first_round,
    later,
    no_file,
    opening_the_first_round,
    screening,
)
from tests.kit.deciding import History


def found(history: History | None = None, asked: dict[str, Any] | None = None, **figures: Any) -> list[Remark]:
    command = screening(**{"figures": SHARP.model_copy(update=figures), **(asked or {})})
    (fact,) = (history or a_round_with_a_photo()).when(command).then_types(FileScreened)
    return list(fact.remarks)


@pytest.mark.parametrize(
    ("figures", "code", "text", "figure", "threshold"),
    [
        (
            {"sharpness": 12.5},
            "blurred",
            "nothing in it is sharp; taken anew with a steady hand it would show more",
            12.5,
            30,
        ),
        (
            {"width": 640, "height": 400},
            "too_small",
            "it has few pixels; the original has more than a forwarded copy",
            400,
            480,
        ),
        ({"brightness": 20.0}, "too_dark", "it is nearly black; with more light it would show more", 20, 30),
        ({"brightness": 240.0}, "too_bright", "it is nearly white; with less light it would show more", 240, 225),
        (
            {"metadata": False},
            "no_metadata",
            "it does not say when and with what it was taken; messengers and screenshots leave that out",
            None,
            None,
        ),
        (
            {"software": "Adobe Photoshop 25.1"},
            "edited",
            "it says that it was saved by a program for editing: photoshop",
            None,
            None,
        ),
        (
            {"taken_at": later(-120.06)},
            "taken_at_another_time_than_said",
            f"it says that it was taken at {said(later(-120.06))}, its sender says {said(later(-20))}",
            100.1,
            24,
        ),
    ],
)
def test_a_remark_says_what_was_found_and_from_where_on_it_counts(
    figures: dict[str, Any], code: RemarkCode, text: str, figure: float | None, threshold: float | None
) -> None:
    assert found(**figures) == [Remark(code=code, text=text, figure=figure, threshold=threshold)]


def test_what_happened_in_another_order_than_a_picture_says_is_told_with_both_instants() -> None:
    delivered = opening_the_first_round().model_copy(update={"delivered_at": later(-10)})
    early = no_file().after(delivered).after(a_photo_of_the_spout())
    unsaid = an_open_first_round().after(a_photo_of_the_spout(taken_at=None))

    assert found(early) == [
        Remark(
            code="taken_before_delivery",
            text=f"it says that it was taken at {said(later(-20))}; the goods were delivered at {said(later(-10))}",
            figure=10,
            threshold=0,
        )
    ]
    assert found(early, taken_at=later(-10)) == []
    assert found(unsaid, taken_at=later(5.5)) == [
        Remark(
            code="taken_after_it_was_submitted",
            text=f"it says that it was taken at {said(later(5.5))}; it was submitted at {said(later(3))}",
            figure=2.5,
            threshold=0,
        )
    ]
    assert found(unsaid, taken_at=later(3)) == []


def test_a_picture_that_is_there_already_is_told_with_every_item_that_has_it() -> None:
    again = a_photo_of_the_spout(id="again", item_id="again", at=later(4))
    third = a_photo_of_the_spout(id="third", item_id="third", at=later(4))
    box = a_photo_of_the_spout(id="box", item_id="the-box", at=later(4), files=(BOX,), stored=(BOX,))

    assert found(a_round_with_a_photo().after(again).after(third), {"id": "3", "item_id": "third"}) == [
        Remark(code="same_file_in_this_case", text="the same file is in photo-of-the-spout, again", figure=0)
    ]
    asked = {"id": "2", "item_id": "the-box", "sha256": BOX.sha256}
    assert found(a_screened_photo().after(box), asked, hashes=("00000000fffffff0",)) == [
        Remark(
            code="alike_in_this_case",
            text="it shows nearly the same as a picture in photo-of-the-spout",
            figure=4,
            threshold=8,
        )
    ]


def test_of_a_text_nothing_is_remarked_on_that_pictures_have() -> None:
    text = FileRef(sha256="d" * 64, size=10, media_type="text/plain")
    chat = a_photo_of_the_spout(type=ItemType.CHAT_RECORD, files=(text,), stored=(text,))

    assert found(an_open_first_round().after(chat), {"sha256": text.sha256}, sharpness=0.0) == []


def test_angles_are_counted_over_all_items_and_from_beyond_the_threshold() -> None:
    """Eight bits apart is the same view still, and what stands between two pictures does not end the count."""
    statement = a_photo_of_the_spout(id="words", item_id="words", type=ItemType.STATEMENT)
    box = a_photo_of_the_spout(id="box", item_id="the-box", at=later(4), files=(BOX,), stored=(BOX,))
    state = a_round_with_a_photo().after(statement).after(box).state
    case: File = state.file
    spout, other = (("photo-of-the-spout", case.items[-3].files[0].sha256), ("the-box", BOX.sha256))

    def seen(apart: str) -> int:
        return angles(case.items, {spout: ("0" * 16,), other: (apart,)}, 2, 8).seen

    assert (seen("00000000000000ff"), seen("00000000000001ff")) == (1, 2)
    assert angles(case.items, {other: ("0" * 16,)}, 2, 8).unscreened == 1
    assert angles(case.items, {}, 2, 8).unscreened == 2
