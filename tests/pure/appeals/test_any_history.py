"""Whatever is asked, in whatever order and however often, is answered and can be replayed."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from services.appeals.domain.decider import APPEALS, COMMANDS
from services.appeals.domain.events import FACTS
from services.appeals.model import MODEL
from services.appeals.views import appeal_file, deadlines
from shared.eventing.messages import Command, Fact
from shared.kernel.actors import SYSTEM, Actor
from shared.kernel.refusals import Refused
from tests.examples import appeals as ex
from tests.kit.deciding import NOON, History, document_of

ASKED: list[Command] = [
    ex.open_file(),
    ex.note_mediator(),
    ex.note_mediator(ex.SONG),
    ex.note_first_evidence(),
    ex.note_ruling(),
    ex.note_ruling(None),
    ex.note_settlement(),
    ex.an_appeal(),
    ex.an_appeal(ex.LIN),
    ex.an_appeal(ex.LIN, new_evidence=()),
    ex.a_late_appeal(),
    ex.note_appeal_evidence(),
    ex.assign_reviewer(),
    ex.assign_reviewer(ex.on_duty(ex.TANG)),
    ex.note_review_overdue(),
    ex.a_decision(),
    ex.an_amendment(),
    ex.an_overturning(),
    ex.a_decision(by=ex.TANG),
    ex.a_second_appeal(),
    ex.a_withdrawal(),
    ex.a_withdrawal(ex.LIN),
    ex.note_appeal_evidence(ex.UNSEEN_VIDEO, at=NOON),
    ex.note_assignment_overdue(),
    ex.note_review_overdue(ex.on_duty(ex.TANG)),
    ex.remind(),
    ex.suspend(),
    ex.resume(),
]
ACTORS: list[Actor] = [SYSTEM, ex.LIN, ex.QINGYAO, ex.STRANGER, ex.WEN, ex.SONG, ex.TANG]
BY_THEIR_SENDER = st.sampled_from(ASKED)
BY_ANYONE = st.builds(
    lambda command, actor: command.model_copy(update={"by": actor}), BY_THEIR_SENDER, st.sampled_from(ACTORS)
)
COMING_FAR = st.permutations(ASKED).map(lambda asked: asked * 3)


def asked_in_turn(commands: Sequence[Command]) -> History:
    history = ex.nothing_known()
    for command in commands:
        outcome = history.when(command).outcome
        if not isinstance(outcome, Refused):
            history = History(APPEALS, (*history.facts, *outcome))
    return history


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.lists(BY_THEIR_SENDER | BY_ANYONE, max_size=40), COMING_FAR))
def test_any_requests_are_answered_and_their_facts_replay_to_the_same_state(commands: list[Command]) -> None:
    """INVARIANT: decide and evolve are total, and the state follows from the stored facts alone.

    Breaks when a decision raises, or when evolve reads something that storing a fact loses.
    """
    history = asked_in_turn(commands)
    stored = [type(fact).model_validate_json(fact.model_dump_json()) for fact in history.facts]
    assert History(APPEALS, tuple(stored)).state == history.state
    document_of(appeal_file.VIEW, *history.facts)
    document_of(deadlines.VIEW, *history.facts)


@settings(deadline=None, max_examples=60)
@given(COMING_FAR)
def test_a_final_decision_comes_once_and_nothing_on_the_merits_follows_it(commands: list[Command]) -> None:
    types = [fact.TYPE for fact in asked_in_turn(commands).facts]
    assert types.count("appeals.appeal_decided.v1") <= 1
    if "appeals.appeal_decided.v1" in types:
        after = types[types.index("appeals.appeal_decided.v1") + 1 :]
        assert set(after) <= {
            "appeals.mediator_noted.v1",
            "appeals.first_evidence_noted.v1",
            "appeals.appeal_evidence_added.v1",
        }


def test_no_fact_is_refused_by_any_state() -> None:
    """INVARIANT: evolve never refuses, so a log that was once written can always be read.

    Breaks when evolve assumes the state that its fact was decided in.
    """
    more = [
        ex.an_appeal_ready_for_review().after(ex.note_appeal_evidence(ex.UNSEEN_VIDEO)),
        ex.an_appeal_under_review().after(ex.remind()),
    ]
    facts: set[Fact] = {fact for history in more for fact in history.facts}
    for history in ex.every_state().values():
        facts.update(history.facts)
    assert {type(fact) for fact in facts} == set(FACTS)
    states = {type(history.state) for history in ex.every_state().values()}
    for history in ex.every_state().values():
        for fact in facts:
            assert type(APPEALS.evolve(history.state, fact)) in states  # type: ignore[arg-type]


def test_every_command_takes_part_in_these_histories() -> None:
    assert {type(command) for command in ASKED} == set(COMMANDS) == set(MODEL.commands)
    assert len({command.NAME for command in COMMANDS}) == len(COMMANDS)
    assert len({fact.TYPE for fact in FACTS}) == len(FACTS)
