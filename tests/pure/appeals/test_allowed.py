"""What a caller is told it may do is what a decision would answer."""

import pytest

from services.appeals.domain.allowed import allowed
from services.appeals.entrypoints.commands import OPEN
from services.appeals.model import MODEL
from shared.eventing.messages import Command
from shared.kernel.actors import SYSTEM, Actor, Role
from shared.kernel.refusals import Refused
from tests.examples import appeals as ex
from tests.kit.deciding import NOON

ACTORS = [ex.LIN, ex.QINGYAO, ex.STRANGER, ex.WEN, ex.GAO_AS_REVIEWER, ex.SONG, ex.TANG, SYSTEM]
AUDITOR = Actor(role=Role.AUDITOR, id="auditor-yu")


def asked(by: Actor) -> list[Command]:
    """Each caller's command, well formed, and a request that was never made before."""
    return [
        ex.an_appeal(by, request="new"),
        ex.a_withdrawal(by),
        ex.a_decision(by=by, clauses=("quality.2",), findings=(ex.a_finding(),)),
    ]


@pytest.mark.parametrize("name", ex.every_state())
@pytest.mark.parametrize("by", [*ACTORS, AUDITOR], ids=lambda by: f"{by.role}-{by.id}")
def test_what_is_allowed_is_what_is_decided(name: str, by: Actor) -> None:
    """INVARIANT: `allowed` gives the very refusal of `decide`, and no other.

    Breaks when a rule on who may ask, or when, is written in one of them only.
    """
    history = ex.every_state()[name]
    answers = allowed(by, NOON, history.state)
    for command in asked(by):
        outcome = history.when(command).outcome
        assert answers[command.NAME] == (outcome if isinstance(outcome, Refused) else None), command.NAME


def test_every_command_that_callers_may_send_is_answered() -> None:
    for history in ex.every_state().values():
        assert set(allowed(ex.LIN, NOON, history.state)) == {command.NAME for command in OPEN}
    assert {type(command) for command in asked(ex.LIN)} == set(OPEN)
    assert MODEL.allowed is allowed


def test_something_is_allowed_to_someone() -> None:
    def may(by: Actor, name: str) -> list[str]:
        return [command for command, why in allowed(by, NOON, ex.every_state()[name].state).items() if why is None]

    assert may(ex.LIN, "appealable") == ["lodge_appeal"]
    assert may(ex.QINGYAO, "under review") == ["withdraw_appeal"]
    assert may(ex.SONG, "under review") == ["decide_appeal"]
    assert may(ex.LIN, "suspended") == []
