"""Any history decides, replays and shows; nothing ever raises."""

import pytest
from hypothesis import given as every
from hypothesis import strategies as st

from services.intake.domain.decider import COMMANDS, INTAKE
from services.intake.domain.events import FACTS
from services.intake.model import MODEL
from services.intake.views import case_timeline, deadlines, duties, order_book
from shared.eventing.messages import Command, Fact
from shared.kernel.refusals import Refused
from tests.examples import intake as examples
from tests.kit.deciding import History, document_of
from tests.pure.intake.heard import EVERYTHING

REQUESTS: tuple[Command, ...] = (
    examples.record_order(),
    examples.open_negotiation(),
    examples.offer_in_negotiation(),
    examples.offer_in_negotiation(examples.A_REPAIR),
    examples.refuse_in_negotiation(),
    examples.accept_offer(),
    examples.decline_offer(),
    examples.lapse_negotiation(),
    examples.file_complaint(),
    examples.file_complaint(category="bad_luck"),
    examples.file_complaint(attested=None),
    examples.file_complaint(by=examples.STRANGER),
    examples.withdraw(),
    examples.note_settled(),
    examples.note_settled(owes=False),
    examples.note_ruled(),
    examples.note_ruled(owes=False),
    *(examples.note_fulfilled(basis) for basis in ("settlement", "ruling", "appeal")),
    examples.note_appeal_opened(),
    examples.note_appeal_opened("appeal-lin"),
    examples.note_appeal_dismissed(),
    examples.note_final(),
    examples.note_final(upheld=True, owes=False),
    examples.close_appeal_window(),
    examples.consent_to_suspension(),
    examples.consent_to_suspension(by=examples.QINGYAO),
    examples.suspend_complaint(),
    examples.resume_complaint(),
    examples.resume_complaint(by=examples.ZHAO),
    examples.end_suspension(),
    examples.urge(),
    examples.remind(),
    examples.erase_person(),
    examples.note_person_erased(),
)


def every_state() -> tuple[History, ...]:
    return (
        examples.nothing(),
        examples.a_known_order(),
        examples.an_open_negotiation(),
        examples.an_offered_negotiation(),
        examples.an_agreed_negotiation(),
        examples.a_refused_negotiation(),
        examples.a_rejected_complaint(),
        examples.a_complaint_rejected_after_negotiation(),
        examples.a_filed_complaint(),
        examples.a_filed_complaint().after(examples.note_appeal_opened()),
        examples.a_withdrawn_complaint(),
        examples.a_settled_case(),
        examples.a_ruled_case(),
        examples.an_appealed_case(),
        examples.a_case_past_its_appeal_window(),
        examples.a_closed_ruled_case(),
        examples.a_case_suspended_by_consent(),
        examples.a_case_suspended_for_a_lawsuit(),
        examples.a_ruled_case().after(examples.suspend_complaint()),
        examples.a_resumed_case(),
        examples.an_urged_case(),
        examples.a_reminded_negotiation(),
        examples.a_counterfeit_case(),
        examples.a_person_being_erased(),
        examples.an_erased_person(),
    )


EVERY_FACT = tuple({fact.TYPE + repr(fact): fact for h in every_state() for fact in h.facts}.values())


def stored_and_read(fact: Fact) -> Fact:
    return type(fact).model_validate_json(fact.model_dump_json())


@every(st.lists(st.sampled_from(REQUESTS), max_size=25))
def test_any_sequence_of_commands_decides_and_its_facts_replay_to_the_same_state(commands: list[Command]) -> None:
    state, facts = INTAKE.initial, list[Fact]()
    for command in commands:
        outcome = INTAKE.decide(command, state)  # type: ignore[arg-type]
        for fact in [] if isinstance(outcome, Refused) else outcome:
            facts.append(fact)
            state = INTAKE.evolve(state, fact)
    replayed = History(INTAKE, tuple(stored_and_read(fact) for fact in facts))
    assert replayed.state == state
    document_of(case_timeline.VIEW, *facts)
    document_of(order_book.VIEW, *facts)
    document_of(deadlines.VIEW, *facts)
    document_of(duties.VIEW, *facts)


@pytest.mark.parametrize("history", every_state())
def test_no_fact_and_no_view_ever_raises(history: History) -> None:
    for fact in EVERY_FACT:
        MODEL.decider.evolve(history.state, fact)
        document_of(case_timeline.VIEW, *history.facts, fact, *EVERYTHING)
        document_of(duties.VIEW, *history.facts, fact, *EVERYTHING)
        document_of(deadlines.VIEW, *history.facts, fact)


def test_every_command_and_every_fact_takes_part() -> None:
    assert {type(command) for command in REQUESTS} == set(COMMANDS)
    assert len({command.NAME for command in COMMANDS}) == len(COMMANDS)
    assert len({fact.TYPE for fact in FACTS}) == len(FACTS)
