"""What somebody may do, and that the decisions say the same."""

from collections.abc import Callable, Mapping

import pytest

from services.evidence.domain.allowed import allowed
from services.evidence.entrypoints.commands import OPEN
from shared.eventing.messages import Command
from shared.kernel.actors import Actor, Role
from shared.kernel.refusals import Refused
from tests.examples.evidence import (
    LIN,
    MEDIATOR,
    QINGYAO,
    STRANGER,
    a_reopened_first_round,
    a_round_with_a_draft,
    a_round_with_a_photo,
    a_sealed_appeal_round,
    a_sealed_first_round,
    a_statement_of_the_buyer,
    a_stopped_file,
    a_suspended_round,
    acknowledging,
    an_ended_file,
    an_open_appeal_round,
    an_open_first_round,
    asking_for_an_explanation,
    asking_the_seller,
    discarding_the_draft,
    drafting_a_photo,
    falling_due,
    finishing,
    later,
    no_file,
    submitting_the_draft,
)
from tests.kit.deciding import History

AT = later(30)
ASKED: Mapping[str, Command] = {
    command.NAME: command
    for command in (
        asking_the_seller(id="ask", at=AT),
        asking_for_an_explanation(id="ask-too", at=AT),
        a_statement_of_the_buyer(item_id="a-new-account", at=AT),
        drafting_a_photo(at=AT, item_id="a-new-draft"),
        submitting_the_draft(at=AT),
        discarding_the_draft(at=AT),
        acknowledging("photo-of-the-spout", hours=30),
        finishing(LIN, hours=30),
    )
}
ACTORS = (
    LIN,
    QINGYAO,
    STRANGER,
    MEDIATOR,
    Actor(role=Role.REVIEWER, id="reviewer-he"),
    Actor(role=Role.PLATFORM, id="redress"),
    Actor(role=Role.AUDITOR, id="auditor-su"),
)
STATE_RULES = {
    "only_a_party_may_do_this",
    "only_an_adjudicator_may_do_this",
    "round_must_be_open",
    "case_must_not_be_suspended",
    "case_must_not_be_over",
    "file_must_not_be_stopped",
    "side_has_finished",
}


def a_finished_buyer() -> History:
    return a_round_with_a_photo().after(finishing(LIN))


def an_answered_request() -> History:
    return a_reopened_first_round().after(finishing(QINGYAO, hours=25))


def a_rebuttal() -> History:
    return an_open_first_round().after(a_statement_of_the_buyer(at=later(60))).after(falling_due())


STATES = (
    no_file,
    an_open_first_round,
    a_round_with_a_photo,
    a_round_with_a_draft,
    a_finished_buyer,
    a_rebuttal,
    a_sealed_first_round,
    a_reopened_first_round,
    an_answered_request,
    an_open_appeal_round,
    a_sealed_appeal_round,
    a_suspended_round,
    a_stopped_file,
    an_ended_file,
)


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: str(actor.role + "-" + actor.id))
@pytest.mark.parametrize("history", STATES)
def test_what_is_allowed_is_what_is_decided(history: Callable[[], History], actor: Actor) -> None:
    """INVARIANT: what a caller is told it may do is what the decision would say, for every state and actor.

    A guard that only one of the two asks breaks it.
    """
    now = history()
    answers = allowed(actor, AT, now.state)

    assert set(answers) == {command.NAME for command in OPEN} == set(ASKED)
    for name, refused in answers.items():
        outcome = now.when(ASKED[name].model_copy(update={"by": actor})).outcome
        if refused is not None:
            assert outcome == refused, name
        else:
            assert not isinstance(outcome, Refused) or outcome.rule not in STATE_RULES, (name, outcome)


def test_a_party_and_a_mediator_of_an_open_round() -> None:
    state = an_open_first_round().state

    assert {name for name, refused in allowed(LIN, AT, state).items() if refused is None} == {
        "submit_evidence",
        "save_draft",
        "submit_draft",
        "discard_draft",
        "acknowledge_disclosure",
        "finish_evidence",
    }
    assert {name for name, refused in allowed(MEDIATOR, AT, state).items() if refused is None} == {
        "request_evidence",
        "request_explanation",
    }
