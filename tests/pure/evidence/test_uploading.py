"""Who may upload a file for a case, and how long it stays: rules beside the commands, which name the file later."""

import pytest

from services.evidence.domain.evidence_file import EvidenceFile
from services.evidence.domain.uploading import may_upload, needed, stays
from shared.kernel.actors import Actor, Side
from shared.kernel.refusals import Refused
from tests.examples.evidence import (
    BOX,
    CRACKED_SPOUT,
    LIN,
    MEDIATOR,
    QINGYAO,
    STRANGER,
    a_round_with_a_draft,
    a_round_with_a_photo,
    a_sealed_first_round,
    a_stopped_file,
    a_suspended_round,
    an_ended_file,
    an_open_first_round,
    no_file,
)


def refusal(by: Actor, state: EvidenceFile) -> str:
    asked = may_upload(by, state)
    assert isinstance(asked, Refused), asked
    return asked.rule


@pytest.mark.parametrize("by", [LIN, QINGYAO])
def test_a_party_uploads_while_a_round_is_open_and_after_its_seal(by: Actor) -> None:
    for state in (an_open_first_round().state, a_sealed_first_round().state):
        asked = may_upload(by, state)
        assert not isinstance(asked, Refused)
        assert asked[0] is (Side.BUYER if by == LIN else Side.SELLER)


@pytest.mark.parametrize("by", [STRANGER, MEDIATOR])
def test_nobody_else_uploads(by: Actor) -> None:
    for state in (an_open_first_round().state, a_stopped_file().state):
        assert refusal(by, state) == "only_a_party_may_do_this"


def test_nothing_is_uploaded_before_evidence_is_opened_while_the_case_rests_or_when_it_is_over() -> None:
    assert refusal(LIN, no_file().state) == "round_must_be_open"
    assert refusal(LIN, a_suspended_round().state) == "case_must_not_be_suspended"
    assert refusal(LIN, a_stopped_file().state) == "file_must_not_be_stopped"
    assert refusal(LIN, an_ended_file().state) == "case_must_not_be_over"


def test_what_comes_after_the_seal_is_named_elsewhere_and_stays() -> None:
    assert stays(a_sealed_first_round().state)
    assert not stays(an_open_first_round().state)


def test_a_file_is_needed_by_the_item_or_draft_of_its_person() -> None:
    with_photo, with_draft = a_round_with_a_photo().state, a_round_with_a_draft().state

    assert needed(with_photo, LIN.id, CRACKED_SPOUT.sha256) == "item"
    assert needed(with_photo, QINGYAO.id, CRACKED_SPOUT.sha256) is None
    assert needed(with_draft, LIN.id, BOX.sha256) == "draft"
    assert needed(with_draft, QINGYAO.id, BOX.sha256) is None
    assert needed(with_draft, LIN.id, "0" * 64) is None
    assert needed(no_file().state, LIN.id, BOX.sha256) is None
