"""What an actor is told they may do is what the decision then says."""

from datetime import datetime

import pytest

from services.intake.domain.allowed import allowed
from services.intake.entrypoints.commands import OPEN
from shared.eventing.messages import Command
from shared.kernel.actors import SYSTEM, Actor, Role
from shared.kernel.refusals import Refused
from tests.examples import intake as the
from tests.kit.deciding import NOON, History
from tests.pure.intake.test_histories import every_state

ACTORS = (the.LIN, the.QINGYAO, the.STRANGER, the.OTHER_SHOP, the.ZHAO, the.REVIEWER, SYSTEM,
          Actor(role=Role.AUDITOR, id="audit"))  # fmt: skip
MOMENTS = (NOON, the.ANSWER_BY + (the.ANSWER_BY - NOON))
STATES = (
    *every_state(),
    the.an_urged_case().after(the.urge(id="urge-2")),
    the.a_rejected_complaint().after(the.withdraw()),
    the.a_ruled_case().after(the.note_appeal_opened()).after(the.suspend_complaint()),
)
EXAMPLES: dict[str, Command] = {
    command.NAME: command
    for command in (
        the.open_negotiation(),
        the.offer_in_negotiation(),
        the.refuse_in_negotiation(reason="blame_shifted"),
        the.accept_offer(),
        the.decline_offer(),
        the.file_complaint(),
        the.withdraw(),
        the.consent_to_suspension(),
        the.suspend_complaint(),
        the.resume_complaint(),
        the.urge(),
        the.erase_person(),
    )
}


def example(name: str, by: Actor, at: datetime) -> Command:
    """A well-formed command of that name: staff name the buyer of the case for whom they file."""
    told: dict[str, object] = {"by": by, "at": at}
    if name == "file_complaint" and by.role is not Role.BUYER:
        told["on_behalf_of"] = the.LIN.id
    if name == "offer_in_negotiation":
        told["terms"] = the.A_REPAIR
    if name == "open_negotiation":
        told["line_id"] = the.TRAY
    return EXAMPLES[name].model_copy(update=told)


# Staff may not learn whose case it is from a guard, and a body may name a line or an order that is not theirs.
OF_THE_BODY = {"order_must_be_the_buyers", "complaint_must_be_about_the_negotiated_line"}


@pytest.mark.parametrize("history", STATES)
@pytest.mark.parametrize("at", MOMENTS, ids=str)
def test_what_is_allowed_and_what_is_decided_agree(history: History, at: datetime) -> None:
    for by in ACTORS:
        agree(history, by, at)


def agree(history: History, by: Actor, at: datetime) -> None:
    told = allowed(by, at, history.state)
    assert set(told) == {command.NAME for command in OPEN} == set(EXAMPLES)
    for name, refusal in told.items():
        decided = history.when(example(name, by, at)).outcome
        if refusal is None:
            assert not isinstance(decided, Refused) or decided.rule in OF_THE_BODY, (name, decided)
        else:
            assert decided == refusal, name


def test_every_answer_occurs() -> None:
    """Neither a guard that always refuses nor one that never does would be noticed above."""
    answers = {
        (name, refusal is None)
        for history in STATES
        for by in ACTORS
        for at in MOMENTS
        for name, refusal in allowed(by, at, history.state).items()
    }
    assert answers == {(name, free) for name in EXAMPLES for free in (True, False)}
