"""What intake hears, and what it then asks of itself."""

import pytest

from services.intake.domain.appealing import NoteAppealDismissed, NoteAppealOpened, NoteFinal
from services.intake.domain.following import NoteFulfilled, NoteRuled, NoteSettled
from services.intake.domain.recording import RecordOrder
from services.intake.policies import HEARS, react
from shared.contracts import appeals, evidence, mediation
from shared.eventing.messages import Command, Published
from shared.kernel.actors import SYSTEM
from shared.kernel.reasons import AppealOutcome
from tests.examples.intake import APPEAL_UNTIL, BOOK, CASE, ORDER, an_order
from tests.kit.deciding import NOON
from tests.pure.intake import heard


def reaction(fact: Published) -> Command:
    (command,) = react(fact, BOOK)
    assert command.at == fact.at
    assert command.by == SYSTEM
    assert command.case_id == fact.stream
    assert react(fact, BOOK) == [command], "the same fact asks for the same command, id included"
    return command


def without_id(command: Command) -> Command:
    return command.model_copy(update={"id": "any"})


def test_an_order_is_recorded_on_its_own_stream() -> None:
    command = reaction(heard.an_order_recorded(version=3))
    assert without_id(command) == RecordOrder(id="any", case_id=ORDER, at=NOON, by=SYSTEM, version=3, order=an_order())
    assert command.id != reaction(heard.an_order_recorded(version=4)).id


@pytest.mark.parametrize(
    ("fact", "command"),
    [
        (heard.a_settlement(), NoteSettled(id="any", case_id=CASE, at=NOON, by=SYSTEM, owes=True)),
        (heard.a_settlement(obligations=()), NoteSettled(id="any", case_id=CASE, at=NOON, by=SYSTEM, owes=False)),
        (
            heard.a_ruling(),
            NoteRuled(id="any", case_id=CASE, at=NOON, by=SYSTEM, appeal_until=APPEAL_UNTIL, owes=True),
        ),
        (
            heard.a_ruling(terms=None),
            NoteRuled(id="any", case_id=CASE, at=NOON, by=SYSTEM, appeal_until=APPEAL_UNTIL, owes=False),
        ),
        (heard.a_fulfilment(), NoteFulfilled(id="any", case_id=CASE, at=NOON, by=SYSTEM, basis="ruling")),
        (
            heard.an_appeal_opened(),
            NoteAppealOpened(id="any", case_id=CASE, at=NOON, by=SYSTEM, appeal_id="appeal-qingyao"),
        ),
        (
            heard.an_appeal_dismissed(),
            NoteAppealDismissed(id="any", case_id=CASE, at=NOON, by=SYSTEM, appeal_id="appeal-lin"),
        ),
        (
            heard.an_appeal_decided(),
            NoteFinal(id="any", case_id=CASE, at=NOON, by=SYSTEM, upheld=False, owes=True),
        ),
        (
            heard.an_appeal_decided(AppealOutcome.UPHOLD),
            NoteFinal(id="any", case_id=CASE, at=NOON, by=SYSTEM, upheld=True, owes=True),
        ),
    ],
)
def test_each_decision_elsewhere_is_noted(fact: Published, command: Command) -> None:
    assert without_id(reaction(fact)) == command


@pytest.mark.parametrize(
    "fact",
    [
        heard.a_notice_delivered(),
        heard.evidence_requested(),
        heard.evidence_submitted(),
        heard.evidence_closed(),
        heard.mediation_opened(),
        heard.an_offer_made(),
        heard.an_enforcement(),
    ],
)
def test_the_steps_in_between_are_only_heard(fact: Published) -> None:
    assert react(fact, BOOK) == []


def test_every_fact_of_each_source_is_heard() -> None:
    told = {
        kind
        for module in (evidence, mediation, appeals)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Published) and kind is not Published
    }
    assert told < set(HEARS)
    assert {kind.SOURCE for kind in HEARS} == {"platform", "evidence", "mediation", "appeals"}
    assert [type(fact) for fact in heard.EVERYTHING] == list(HEARS)
