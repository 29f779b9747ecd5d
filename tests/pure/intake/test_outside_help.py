"""Where the process cannot help, it says who can."""

import pytest

from services.intake.domain.outside_help import HelpOutside, Reason, outside_help
from services.intake.views.case_timeline import VIEW, CaseTimeline, beyond_help
from shared.eventing.messages import Fact, Published
from shared.kernel.reasons import RulingKind
from shared.kernel.refusals import Refused
from tests.examples.intake import (
    CASE,
    POLICY,
    a_case_past_its_appeal_window,
    a_case_suspended_by_consent,
    a_closed_ruled_case,
    a_filed_complaint,
    a_rejected_complaint,
    a_ruled_case,
    a_settled_case,
    a_withdrawn_complaint,
    an_agreed_negotiation,
    an_appealed_case,
    an_open_negotiation,
    note_appeal_opened,
    note_final,
    note_fulfilled,
)
from tests.kit.deciding import Decided, History, document_of
from tests.pure.intake import heard

NOT_SHOWN = heard.a_ruling(terms=None).model_copy(update={"kind": RulingKind.INSUFFICIENT_EVIDENCE})


def case(*messages: Fact | Published) -> CaseTimeline:
    shown = document_of(VIEW, *messages, stream=CASE)
    assert shown is not None
    return shown


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        (a_rejected_complaint(), "rejected"),
        (a_case_past_its_appeal_window(), "final"),
        (a_closed_ruled_case(), "final"),
        (an_appealed_case().after(note_final()), "final"),
        (an_appealed_case().after(note_final()).after(note_fulfilled("appeal")), "final"),
        (an_open_negotiation(), None),
        (an_agreed_negotiation(), None),
        (a_filed_complaint(), None),
        (a_case_suspended_by_consent(), None),
        (a_settled_case(), None),
        (a_withdrawn_complaint(), None),
        (a_ruled_case(), None),
        (a_closed_ruled_case().after(note_appeal_opened()), None),
    ],
)
def test_help_is_shown_when_the_process_can_do_no_more(history: History, reason: Reason | None) -> None:
    assert beyond_help(case(*history.facts)) == reason


def test_help_is_shown_at_once_when_evidence_was_insufficient() -> None:
    assert beyond_help(case(*a_ruled_case().facts, NOT_SHOWN)) == "insufficient_evidence"
    appealed = an_appealed_case().after(note_final()).after(note_fulfilled("appeal"))
    assert beyond_help(case(*appealed.facts[:2], NOT_SHOWN, *appealed.facts[2:])) == "final"


def test_help_names_every_way_of_the_policy_and_where_the_case_file_is() -> None:
    answer = outside_help(CASE, "final", POLICY)
    assert isinstance(answer, HelpOutside)
    assert set(answer.ways) == {"consumer_association", "lawsuit", "legal_advice"}
    assert all(text.zh and text.en for text in answer.ways.values())
    assert answer.case_file == POLICY.outside_help.case_file
    assert (answer.case_file_at, answer.policy_version) == (f"/cases/{CASE}", POLICY.version)
    assert answer.bundle_at == f"/cases/{CASE}/bundle"


def test_while_the_process_can_help_there_is_no_other_help_to_show() -> None:
    answer = outside_help(CASE, None, POLICY)
    assert isinstance(answer, Refused)
    Decided(answer).then_refused("process_must_be_unable_to_help")
