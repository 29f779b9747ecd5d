"""What is remembered of the first round, in whatever order it is told."""

import pytest

from services.appeals.domain.events import (
    FileOpened,
    FirstEvidenceNoted,
    MediatorNoted,
    RulingNoted,
    SettlementNoted,
)
from services.appeals.domain.first_round import NoteFirstEvidence, NoteMediator, NoteRuling, NoteSettlement, OpenFile
from services.appeals.domain.standing import Appealable, Known, NoFile, Settled
from shared.eventing.messages import Command
from tests.examples import appeals as ex

OPENED = FileOpened(parties=ex.PARTIES, rules=ex.FILE.rules)
RULING = RulingNoted(ruling=ex.a_contested_ruling(), adjudicator_ids=(ex.WEN.id, ex.GAO.id))


def test_an_accepted_complaint_opens_the_file_with_the_rules_it_is_pinned_to() -> None:
    ex.nothing_known().when(ex.open_file()).then(OPENED)
    state = ex.after(ex.open_file()).state
    assert isinstance(state, Known)
    assert state.policy_version == "2026-11"


def test_a_mediator_is_noted_and_so_is_the_one_who_takes_over() -> None:
    ex.nothing_known().when(ex.note_mediator(ex.WEN)).then(MediatorNoted(mediator_id="mediator-wen"))
    ex.after(ex.note_mediator(ex.WEN)).when(ex.note_mediator(ex.GAO)).then(MediatorNoted(mediator_id="specialist-gao"))


def test_the_sealed_evidence_of_the_first_round_is_noted() -> None:
    ex.nothing_known().when(ex.note_first_evidence()).then(FirstEvidenceNoted(items=(ex.CRACK_PHOTO,)))


def test_a_ruling_makes_the_case_appealable() -> None:
    ex.a_case_in_its_first_round().when(ex.note_ruling()).then(RULING)
    state = ex.an_appealable_ruling().state
    assert isinstance(state, Appealable)
    assert state.heard.handlers == {ex.WEN.id, ex.GAO.id}


def test_a_ruling_heard_before_its_complaint_opens_the_file_itself() -> None:
    early = ex.after(ex.note_mediator(), ex.note_first_evidence())
    early.when(ex.note_ruling()).then(OPENED, RULING)
    early.after(ex.note_ruling()).when(ex.open_file()).then_nothing()
    assert early.after(ex.note_ruling()).state == ex.an_appealable_ruling().state


def test_evidence_told_after_the_ruling_may_still_be_cited() -> None:
    late = ex.after(ex.note_ruling(), ex.note_mediator(), ex.note_first_evidence())
    assert late.state == ex.an_appealable_ruling().state


def test_a_settlement_ends_the_case_whether_it_is_heard_before_or_after_the_complaint() -> None:
    ex.a_case_in_its_first_round().when(ex.note_settlement()).then(SettlementNoted())
    ex.nothing_known().when(ex.note_settlement()).then(SettlementNoted())
    early = ex.after(ex.note_settlement())
    assert isinstance(early.state, NoFile)
    assert isinstance(early.after(ex.open_file()).state, Settled)
    assert isinstance(ex.a_settled_case().state, Settled)


@pytest.mark.parametrize(
    "command", [ex.open_file(), ex.note_mediator(), ex.note_first_evidence(), ex.note_ruling(), ex.note_settlement()]
)
def test_what_is_told_twice_is_noted_once(command: Command) -> None:
    ex.after(command).when(command).then_nothing()


def test_no_ruling_follows_a_settlement_and_no_settlement_a_ruling() -> None:
    ex.a_settled_case().when(ex.note_ruling()).then_nothing()
    ex.after(ex.note_settlement()).when(ex.note_ruling()).then_nothing()
    ex.an_appealable_ruling().when(ex.note_settlement()).then_nothing()


@pytest.mark.parametrize("kind", [OpenFile, NoteMediator, NoteFirstEvidence, NoteRuling, NoteSettlement])
def test_only_the_platform_tells_what_happened_in_the_first_round(kind: type[Command]) -> None:
    told = [ex.open_file(), ex.note_mediator(), ex.note_first_evidence(), ex.note_ruling(), ex.note_settlement()]
    command = next(command for command in told if isinstance(command, kind))
    forged = command.model_copy(update={"by": ex.QINGYAO})
    ex.nothing_known().when(forged).then_refused("only_the_platform_may_do_this")
