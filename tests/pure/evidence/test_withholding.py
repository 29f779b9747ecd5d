"""What of the evidence chain a reader of a case bundle may not read: drafts of others; for parties, old versions."""

from typing import Any

import pytest

from services.evidence.domain.access import why_withheld
from services.evidence.domain.events import DraftDiscarded, DraftSaved, EvidenceSubmitted, FileScreened
from services.evidence.domain.figures import Alike
from shared.kernel.actors import Side
from tests.examples.evidence import (
    SHARP,
    a_photo_of_the_spout,
    a_round_with_a_draft,
    a_round_with_a_photo,
    an_open_first_round,
    discarding_the_draft,
    drafting_a_photo,
    screening,
)

NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(("reader", "hidden"), [(Side.BUYER, False), (Side.SELLER, True), (None, True)])
def test_a_draft_is_its_owners_alone(reader: Side | None, *, hidden: bool) -> None:
    (saved,) = an_open_first_round().when(drafting_a_photo()).then_types(DraftSaved)
    (discarded,) = a_round_with_a_draft().when(discarding_the_draft()).then_types(DraftDiscarded)

    for fact in (saved, discarded):
        assert why_withheld([fact], reader, NONE) == ("a draft, which only its owner sees" if hidden else None)


@pytest.mark.parametrize(("reader", "hidden"), [(Side.BUYER, True), (Side.SELLER, True), (None, False)])
def test_what_a_newer_version_took_the_place_of_is_not_for_parties(reader: Side | None, *, hidden: bool) -> None:
    (submitted,) = an_open_first_round().when(a_photo_of_the_spout()).then_types(EvidenceSubmitted)

    why = "an older version of an evidence item, which only adjudicators see"
    assert why_withheld([submitted], reader, frozenset({submitted.item.item_id})) == (why if hidden else None)
    assert why_withheld([submitted], reader, NONE) is None
    assert why_withheld([], reader, NONE) is None


@pytest.mark.parametrize(("reader", "hidden"), [(Side.BUYER, True), (Side.SELLER, True), (None, False)])
def test_where_a_file_was_made_and_which_other_cases_have_it_is_not_for_parties(
    reader: Side | None, *, hidden: bool
) -> None:
    plain = SHARP.model_copy(update={"place": None})
    there = Alike(case_id="case-2", item_id="a", sha256="a" * 64, bits=0)

    def withheld(older: frozenset[str] = NONE, **changes: Any) -> bool:
        (fact,) = a_round_with_a_photo().when(screening(**changes)).then_types(FileScreened)
        why = why_withheld([fact], reader, older)
        assert why in {None, "where a file was made, other cases that have it, or what was found in an older version"}
        return why is not None

    assert withheld(figures=SHARP) is hidden
    assert withheld(figures=plain, elsewhere=(there,)) is hidden
    assert withheld(frozenset({"photo-of-the-spout"}), figures=plain) is hidden
    assert withheld(figures=plain) is False
    assert withheld(figures=None) is False
