"""RecordScreening: what was found in a file is kept once per screener, with remarks that advise and decide nothing."""

from datetime import timedelta
from typing import Any

import pytest

from services.evidence.domain.events import FileScreened
from services.evidence.domain.evidence_file import Suspended
from services.evidence.domain.figures import Alike, Figures, Remark, bits_apart
from shared.kernel.items import Element, FileRef, ItemType
from tests.examples.evidence import (
    BOX,
    CERTIFICATE,
    CRACKED_SPOUT,
    LIN,
    SHARP,
    a_kiln_certificate,
    a_photo_of_the_spout,
    a_round_with_a_photo,
    a_screened_photo,
    a_sealed_first_round,
    a_suspended_round,
    an_ended_file,
    an_open_first_round,
    later,
    no_file,
    opening_the_first_round,
    resuming,
    screening,
)
from tests.kit.deciding import History

SCREENED = FileScreened(
    item_id="photo-of-the-spout",
    file=CRACKED_SPOUT,
    screener=1,
    figures=SHARP,
    remarks=(),
    elsewhere=(),
    screened_at=later(3) + timedelta(minutes=1),
)
AGAIN = a_photo_of_the_spout(id="submit-again", item_id="the-spout-again", at=later(4))


def remarks(history: History, **changes: Any) -> list[Remark]:
    (fact,) = history.when(screening(**changes)).then_types(FileScreened)
    return list(fact.remarks)


def codes(history: History | None = None, **figures: Any) -> list[str]:
    """The remarks on lin's photo, had these figures been measured of it."""
    measured = SHARP.model_copy(update=figures)
    return [one.code for one in remarks(history or a_round_with_a_photo(), figures=measured)]


def test_what_was_found_in_a_file_is_kept_also_after_the_seal_and_while_the_case_rests() -> None:
    for history in (a_round_with_a_photo(), a_sealed_first_round(), a_suspended_round(), an_ended_file()):
        history.when(screening()).then(SCREENED)


def test_a_file_is_kept_as_screened_through_a_rest() -> None:
    rested = a_suspended_round().after(screening())

    assert isinstance(rested.state, Suspended)
    rested.when(screening(id="repeated")).then_nothing()
    rested.after(resuming()).when(screening(id="repeated")).then_nothing()


def test_the_same_or_an_older_screener_finds_nothing_new_and_a_newer_one_does() -> None:
    a_screened_photo().when(screening(id="again")).then_nothing()
    a_screened_photo().when(screening(id="newer", screener=2)).then(SCREENED.model_copy(update={"screener": 2}))


def test_only_the_platform_records_a_screening() -> None:
    a_round_with_a_photo().when(screening(by=LIN)).then_refused("only_the_platform_may_do_this")


def test_nothing_is_recorded_of_a_case_without_a_file() -> None:
    no_file().when(screening()).then_refused("round_must_be_open")


@pytest.mark.parametrize("changes", [{"item_id": "unknown"}, {"sha256": BOX.sha256}])
def test_nothing_is_recorded_of_a_file_that_no_item_holds(changes: dict[str, Any]) -> None:
    a_round_with_a_photo().when(screening(**changes)).then_refused("screened_file_must_be_in_its_item")


def test_a_fact_without_a_file_to_belong_to_changes_nothing() -> None:
    assert History(no_file().decider, (SCREENED,)).state == no_file().state


def test_a_file_that_could_not_be_measured_says_so() -> None:
    assert remarks(a_round_with_a_photo(), figures=None, trouble="its content is not kept any more") == [
        Remark(code="not_measured", text="its content is not kept any more")
    ]
    assert remarks(a_round_with_a_photo(), figures=None)[0].text == "it could not be measured"


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ({"sharpness": 29.9}, "blurred"),
        ({"width": 479}, "too_small"),
        ({"brightness": 29.0}, "too_dark"),
        ({"brightness": 226.0}, "too_bright"),
        ({"metadata": False}, "no_metadata"),
        ({"software": "Adobe PHOTOSHOP 25.1"}, "edited"),
        ({"software": "美图秀秀"}, "edited"),
        ({"taken_at": later(-20) - timedelta(hours=25)}, "taken_at_another_time_than_said"),
    ],
)
def test_a_figure_beyond_its_threshold_is_remarked_on(figures: dict[str, Any], code: str) -> None:
    assert codes(**figures) == [code]


@pytest.mark.parametrize(
    "figures",
    [
        {"sharpness": 30.0, "width": 480, "brightness": 30.0},
        {"brightness": 225.0},
        {"software": "Phone 7 camera 2.1"},
        {"taken_at": later(-20) - timedelta(hours=24)},
        {"taken_at": later(-20) - timedelta(hours=37), "zone_known": False},
        {"taken_at": None},
        {"sharpness": None, "width": None, "brightness": None},
    ],
)
def test_a_figure_up_to_its_threshold_is_not(figures: dict[str, Any]) -> None:
    assert codes(**figures) == []


def test_a_remark_names_its_figure_and_its_threshold() -> None:
    (remark,) = remarks(a_round_with_a_photo(), figures=SHARP.model_copy(update={"sharpness": 4.0}))

    assert (remark.figure, remark.threshold) == (4.0, 30.0)


def test_a_photo_of_the_problem_from_before_the_delivery_is_remarked_on() -> None:
    delivered = opening_the_first_round().model_copy(update={"delivered_at": later(-10)})
    history = no_file().after(delivered).after(a_photo_of_the_spout())

    assert codes(history) == ["taken_before_delivery"]
    assert codes(history, zone_known=False) == []
    of_the_box = no_file().after(delivered).after(a_photo_of_the_spout(element=Element.RESPONSIBILITY))
    assert codes(of_the_box) == []


def test_a_photo_from_after_it_was_submitted_is_remarked_on() -> None:
    unsaid = an_open_first_round().after(a_photo_of_the_spout(taken_at=None))

    assert codes(unsaid, taken_at=later(4)) == ["taken_after_it_was_submitted"]
    assert codes(unsaid, taken_at=later(4), zone_known=False) == []


def test_the_same_file_in_two_items_of_a_case_is_remarked_on_and_a_newer_version_is_not() -> None:
    twice = a_screened_photo().after(AGAIN)
    newer = a_screened_photo().after(AGAIN.model_copy(update={"supersedes": "photo-of-the-spout"}))

    assert [one.code for one in remarks(twice, id="two", item_id="the-spout-again")] == ["same_file_in_this_case"]
    assert remarks(newer, id="two", item_id="the-spout-again") == []


def test_nearly_the_same_picture_in_a_case_is_remarked_on_up_to_the_threshold() -> None:
    other = a_photo_of_the_spout(id="box", item_id="the-box", at=later(4), files=(BOX,), stored=(BOX,))
    history = a_screened_photo().after(other)

    def found(*hashes: str) -> list[tuple[str, float | None]]:
        figures = SHARP.model_copy(update={"hashes": hashes})
        asked = {"id": "two", "item_id": "the-box", "sha256": BOX.sha256, "figures": figures}
        return [(one.code, one.figure) for one in remarks(history, **asked)]

    assert found("00000000ffffff00") == [("alike_in_this_case", 8)]
    assert found("00000000fffffe00") == []
    assert found("ffffffff00000000", "00000000fffffff0") == [("alike_in_this_case", 4)]
    assert found() == []


def test_a_file_that_could_not_be_measured_is_compared_with_nothing() -> None:
    other = a_photo_of_the_spout(id="box", item_id="the-box", at=later(4), files=(BOX,), stored=(BOX,))
    history = a_round_with_a_photo().after(screening(figures=None)).after(other)

    assert remarks(history, id="two", item_id="the-box", sha256=BOX.sha256) == []


def test_other_cases_with_its_picture_are_counted_and_not_named() -> None:
    same = Alike(case_id="case-2", item_id="a", sha256="a" * 64, bits=0)
    near = [Alike(case_id=f"case-{n}", item_id="b", sha256="b" * 64, bits=6) for n in (2, 3, 4)]
    found = remarks(a_round_with_a_photo(), elsewhere=(same, *near))

    assert [(one.code, one.figure) for one in found] == [("same_file_in_other_cases", 1), ("alike_in_other_cases", 2)]
    assert "case-" not in "".join(one.text for one in found)


def test_a_document_is_not_asked_for_a_camera_and_a_text_for_nothing() -> None:
    certified = an_open_first_round().after(a_kiln_certificate())
    asked = {"item_id": "kiln-certificate", "sha256": CERTIFICATE.sha256}
    text = FileRef(sha256="d" * 64, size=10, media_type="text/plain")
    chat = a_photo_of_the_spout(type=ItemType.CHAT_RECORD, files=(text,), stored=(text,))

    assert remarks(certified, figures=Figures(pages=2), **asked) == []
    edited = remarks(certified, figures=Figures(pages=2, software="Adobe Photoshop", taken_at=later(900)), **asked)
    assert [one.code for one in edited] == ["edited"]
    assert remarks(an_open_first_round().after(chat), figures=Figures(), sha256=text.sha256) == []


def test_a_case_from_before_files_were_screened_has_figures_and_no_remarks() -> None:
    opening = opening_the_first_round()
    old = opening.model_copy(update={"rules": opening.rules.model_copy(update={"screening": None})})
    history = no_file().after(old).after(a_photo_of_the_spout())

    assert codes(history, sharpness=0.0) == []


def test_bits_are_counted_between_the_most_alike_pictures() -> None:
    assert bits_apart(("0" * 16, "f" * 16), ("000000000000000f", "0" * 15 + "1")) == 1
    assert bits_apart((), ("0" * 16,)) is None
