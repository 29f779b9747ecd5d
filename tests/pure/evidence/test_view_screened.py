"""Who sees what of a screening, how many angles there are, what is to be looked at, and where pictures are."""

from datetime import timedelta
from typing import Any

from services.evidence.domain.events import FileScreened
from services.evidence.domain.figures import Alike
from services.evidence.domain.remarks import Angles
from services.evidence.views import evidence_file, pictures, unscreened
from services.evidence.views.evidence_file import EvidenceFileView
from shared.kernel.actors import Actor, Role, Side
from shared.kernel.items import ItemType
from tests.examples.evidence import (
    BOX,
    CRACKED_SPOUT,
    SHARP,
    a_photo_of_the_spout,
    a_round_with_a_photo,
    a_screened_photo,
    a_statement_of_the_buyer,
    an_open_first_round,
    later,
    no_file,
    opening_the_first_round,
    screening,
)
from tests.kit.deciding import History, document_of

ELSEWHERE = Alike(case_id="case-2", item_id="a", sha256="a" * 64, bits=2)
OTHER = SHARP.model_copy(update={"hashes": ("ffffffff00000000",)})
A_BOX = a_photo_of_the_spout(id="box", item_id="the-box", at=later(4), files=(BOX,), stored=(BOX,))
THE_BOX: dict[str, Any] = {"id": "screen-box", "item_id": "the-box", "sha256": BOX.sha256}


def shown(history: History) -> EvidenceFileView:
    document = document_of(evidence_file.VIEW, *history.facts)
    assert document is not None
    return document


def angles(history: History) -> Angles:
    found = shown(history).angles
    assert found is not None
    return found


def test_both_sides_see_figures_and_remarks_and_only_staff_sees_places_and_other_cases() -> None:
    file = shown(a_round_with_a_photo().after(screening(elsewhere=(ELSEWHERE,))))
    staff = evidence_file.as_seen_by(file, Actor(role=Role.FRONTLINE, id="jun")).items[0].screenings[0]

    assert staff.figures == SHARP
    assert staff.elsewhere == (ELSEWHERE,)
    for by in (file.parties.party_on(Side.BUYER), file.parties.party_on(Side.SELLER), None):
        (one,) = evidence_file.as_seen_by(file, by).items[0].screenings
        assert one.figures == SHARP.model_copy(update={"place": None})
        assert (one.has_place, one.elsewhere) == (True, ())
        assert [remark.code for remark in one.remarks] == ["alike_in_other_cases"]


def test_a_file_that_could_not_be_measured_is_shown_as_such() -> None:
    file = shown(a_round_with_a_photo().after(screening(figures=None)))
    (one,) = evidence_file.as_seen_by(file, file.parties.party_on(Side.BUYER)).items[0].screenings

    assert (one.figures, one.has_place) == (None, False)


def test_a_newer_screener_takes_the_place_of_an_older_one_and_other_items_are_left_alone() -> None:
    file = shown(a_screened_photo().after(A_BOX).after(screening(id="newer", screener=2)))

    assert [[one.screener for one in item.screenings] for item in file.items] == [[2], []]


def test_one_angle_of_the_problem_asks_for_another_and_two_do_not() -> None:
    """The article asks for several angles of a problem of quality."""
    waiting = angles(a_round_with_a_photo())
    one = angles(a_screened_photo())
    box = a_screened_photo().after(A_BOX)
    two = angles(box.after(screening(OTHER, **THE_BOX)))
    alike = angles(box.after(screening(SHARP, **THE_BOX)))

    assert (waiting.seen, waiting.unscreened, waiting.ask) == (0, 1, None)
    assert (one.seen, one.wanted, one.unscreened) == (1, 2, 0)
    assert one.ask == "show the problem from another angle too: of 2 views 1 is there"
    assert (two.seen, two.ask) == (2, None)
    assert (alike.seen, alike.ask) == (1, one.ask)


def test_angles_are_counted_over_photos_and_videos_of_the_problem_that_count() -> None:
    video = a_photo_of_the_spout(type=ItemType.VIDEO)
    filmed = (
        an_open_first_round().after(video).after(screening(SHARP.model_copy(update={"hashes": ("0" * 16, "f" * 16)})))
    )
    replaced = a_screened_photo().after(a_statement_of_the_buyer(supersedes="photo-of-the-spout"))
    blind = a_round_with_a_photo().after(screening(figures=None))

    assert angles(filmed).seen == 2
    assert angles(replaced).seen == 0
    assert (angles(blind).seen, angles(blind).ask) == (0, None)


def test_no_angles_are_wanted_where_the_claim_is_not_about_the_goods() -> None:
    opening = opening_the_first_round()
    for changes in ({"angles": 0}, {"screening": None}):
        other = opening.model_copy(update={"rules": opening.rules.model_copy(update=changes)})
        assert shown(no_file().after(other).after(a_photo_of_the_spout())).angles is None


def test_a_file_waits_until_it_was_looked_at() -> None:
    waiting = document_of(unscreened.VIEW, *a_round_with_a_photo().facts)
    done = document_of(unscreened.VIEW, *a_screened_photo().facts)
    assert waiting is not None
    assert done is not None

    assert [(one.person, one.file, one.screener) for one in waiting.files] == [("lin", CRACKED_SPOUT, 0)]
    assert unscreened.VIEW.keys(waiting) == {"next_due": later(3), "oldest": None}
    assert unscreened.VIEW.keys(done) == {"next_due": None, "oldest": 1}


def test_of_two_files_the_one_that_waits_stays_and_a_reopened_round_keeps_them() -> None:
    history = a_screened_photo().after(A_BOX)
    document = document_of(unscreened.VIEW, *history.facts)
    again = document_of(unscreened.VIEW, *History(history.decider, (*history.facts, history.facts[0])).facts)

    assert document == again
    assert document is not None
    assert unscreened.VIEW.keys(document) == {"next_due": later(4), "oldest": 1}


def test_nothing_waits_in_a_case_that_was_never_opened() -> None:
    (fact,) = a_round_with_a_photo().when(screening()).then_types(FileScreened)

    assert document_of(unscreened.VIEW, *History(no_file().decider, (fact,)).facts) is None


def test_pictures_are_kept_by_file_with_the_instant_of_the_latest() -> None:
    document = document_of(pictures.VIEW, *a_screened_photo().after(A_BOX).after(screening(OTHER, **THE_BOX)).facts)
    assert document is not None

    assert [(one.item_id, one.hashes) for one in document.files] == [
        ("photo-of-the-spout", SHARP.hashes),
        ("the-box", OTHER.hashes),
    ]
    assert pictures.VIEW.keys(document) == {"latest": later(3) + timedelta(minutes=1)}


def test_a_file_without_pictures_is_in_no_index_and_leaves_it_when_screened_anew() -> None:
    none = SHARP.model_copy(update={"hashes": ()})

    assert document_of(pictures.VIEW, *a_round_with_a_photo().after(screening(none)).facts) is None
    assert document_of(pictures.VIEW, *a_round_with_a_photo().after(screening(figures=None)).facts) is None
    gone = document_of(pictures.VIEW, *a_screened_photo().after(screening(none, id="newer", screener=2)).facts)
    assert gone is not None
    assert gone.files == ()


def test_a_screening_is_dated_when_it_was_made() -> None:
    (one,) = shown(a_screened_photo()).items[0].screenings

    assert one.screened_at == later(3) + timedelta(minutes=1)
