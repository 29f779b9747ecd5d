"""What appeals asks of itself when another service tells something."""

import pytest

from services.appeals.policies import HEARS, react
from shared.contracts import evidence, intake, mediation
from shared.contracts.intake import ComplaintWithdrawn
from shared.eventing.messages import Command, Published
from shared.kernel.actors import SYSTEM
from shared.kernel.items import Round
from shared.kernel.policy import PolicyBook
from tests.examples import appeals as ex
from tests.examples import appeals_heard as heard

FACTS_AND_COMMANDS: list[tuple[Published, Command]] = [
    (heard.a_complaint_accepted(), ex.open_file()),
    (heard.a_mediation_opened(), ex.note_mediator()),
    (heard.evidence_closed(Round.FIRST, ex.CRACK_PHOTO), ex.note_first_evidence()),
    (heard.evidence_closed(Round.APPEAL, ex.KILN_CERTIFICATE), ex.note_appeal_evidence()),
    (heard.a_settlement_reached(), ex.note_settlement()),
    (heard.a_ruling_issued(), ex.note_ruling()),
    (heard.a_complaint_suspended(), ex.suspend()),
    (heard.a_complaint_resumed(), ex.resume()),
]


@pytest.mark.parametrize(("fact", "expected"), FACTS_AND_COMMANDS)
def test_each_fact_that_matters_becomes_one_command(fact: Published, expected: Command) -> None:
    (command,) = react(fact, ex.BOOK)
    assert type(command) is type(expected)
    assert command == expected.model_copy(update={"id": command.id})
    assert (command.by, command.at) == (SYSTEM, fact.at)


@pytest.mark.parametrize("fact", [fact for fact, _ in FACTS_AND_COMMANDS])
def test_the_same_fact_asks_for_the_same_thing_again(fact: Published) -> None:
    assert react(fact, ex.BOOK) == react(fact, ex.BOOK)


def test_different_facts_are_different_requests() -> None:
    facts = [*(fact for fact, _ in FACTS_AND_COMMANDS), heard.a_mediation_opened(ex.GAO)]
    facts.append(heard.a_complaint_suspended().model_copy(update={"at": ex.DECIDED}))
    ids = [command.id for fact in facts for command in react(fact, ex.BOOK)]
    assert len(set(ids)) == len(facts)


def test_what_does_not_concern_an_appeal_asks_for_nothing() -> None:
    withdrawn = ComplaintWithdrawn(case_id=ex.CASE, at=ex.ISSUED, by=ex.LIN, reason="found another teapot")
    assert react(withdrawn, ex.BOOK) == []


def test_the_numbers_come_from_the_policy_version_the_case_is_pinned_to() -> None:
    hasty = ex.POLICY.windows.model_copy(update={"review": 1.0})
    newer = ex.POLICY.model_copy(update={"version": "2026-12", "windows": hasty})
    book = PolicyBook(versions=(ex.POLICY, newer))
    for fact in (heard.a_complaint_accepted(), heard.a_ruling_issued()):
        assert react(fact, book) == react(fact, ex.BOOK)
        assert react(fact.model_copy(update={"policy_version": "2026-12"}), book) != react(fact, book)


@pytest.mark.parametrize("source", [intake, evidence, mediation])
def test_every_fact_of_a_heard_source_is_heard(source: object) -> None:
    published = {c for c in vars(source).values() if isinstance(c, type) and issubclass(c, Published)} - {Published}
    assert {c for c in published if c.ORDERED} <= set(HEARS)
