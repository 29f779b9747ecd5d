"""What of the evidence chain a reader of a case bundle may not read: drafts of others; for parties, old versions."""

import pytest

from services.evidence.domain.access import why_withheld
from services.evidence.domain.events import DraftDiscarded, DraftSaved, EvidenceSubmitted
from shared.kernel.actors import Side
from tests.examples.evidence import (
    a_photo_of_the_spout,
    a_round_with_a_draft,
    an_open_first_round,
    discarding_the_draft,
    drafting_a_photo,
)

NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(("reader", "hidden"), [(Side.BUYER, False), (Side.SELLER, True), (None, True)])
def test_a_draft_is_its_owners_alone(reader: Side | None, *, hidden: bool) -> None:
    (saved,) = an_open_first_round().when(drafting_a_photo()).then_types(DraftSaved)
    (discarded,) = a_round_with_a_draft().when(discarding_the_draft()).then_types(DraftDiscarded)

    assert (why_withheld([saved], reader, NONE) is not None) is hidden
    assert (why_withheld([discarded], reader, NONE) is not None) is hidden


@pytest.mark.parametrize(("reader", "hidden"), [(Side.BUYER, True), (Side.SELLER, True), (None, False)])
def test_what_a_newer_version_took_the_place_of_is_not_for_parties(reader: Side | None, *, hidden: bool) -> None:
    (submitted,) = an_open_first_round().when(a_photo_of_the_spout()).then_types(EvidenceSubmitted)

    assert (why_withheld([submitted], reader, frozenset({submitted.item.item_id})) is not None) is hidden
    assert why_withheld([submitted], reader, NONE) is None
    assert why_withheld([], reader, NONE) is None
