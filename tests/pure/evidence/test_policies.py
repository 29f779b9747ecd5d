"""What evidence does when it hears of complaints and appeals."""

import pytest

from services.evidence.domain.closing import CloseOnWithdrawal
from services.evidence.domain.stopping import EndCase
from services.evidence.domain.suspending import ResumeCase, SuspendCase
from services.evidence.model import MODEL
from services.evidence.policies import HEARS, react
from shared.contracts import appeals, intake, mediation
from shared.contracts.appeals import AppealDecided, AppealDismissed, AppealWithdrawn
from shared.contracts.intake import (
    ComplaintClosed,
    ComplaintFiled,
    ComplaintRejected,
    ComplaintResumed,
    ComplaintSuspended,
)
from shared.eventing.messages import Published
from shared.kernel.actors import SYSTEM
from shared.kernel.items import Round
from shared.kernel.remedies import Demand, Remedy
from tests.examples.evidence import (
    A_LISTING,
    APPEAL_DUE,
    APPEALED,
    CASE,
    DUE,
    LIN,
    MEDIATOR,
    PARTIES,
    QINGYAO,
    a_withdrawn_complaint,
    an_accepted_complaint,
    an_opened_appeal,
    later,
    opening_the_appeal_round,
    opening_the_first_round,
    the_book,
)
from tests.kit.deciding import NOON


def test_an_accepted_complaint_opens_the_first_round_by_its_pinned_policy() -> None:
    command = opening_the_first_round()

    assert (command.case_id, command.at, command.by) == (CASE, NOON, SYSTEM)
    assert (command.round, command.parties, command.due_at) == (Round.FIRST, PARTIES, DUE)
    assert command.rules.policy_version == "2026-11"
    assert command.rules.burdens == the_book().pinned("2026-11").categories["product_quality"].burden
    assert (command.rules.evidence_hours, command.rules.rebuttal_hours) == (72, 24)
    assert (command.rules.files_per_item, command.rules.file_bytes, command.rules.side_bytes) == (
        10,
        10 * 1024 * 1024,
        100 * 1024 * 1024,
    )


def test_an_opened_appeal_opens_the_appeal_round_until_its_own_due() -> None:
    command = opening_the_appeal_round()

    assert (command.at, command.round, command.due_at) == (APPEALED, Round.APPEAL, APPEAL_DUE)
    assert command.rules.burdens == ()


def test_a_suspended_and_resumed_complaint_rests_and_goes_on() -> None:
    suspended = ComplaintSuspended(
        case_id=CASE, at=later(24), by=LIN, grounds="joint_wish", reference="", until=later(744)
    )
    resumed = ComplaintResumed(case_id=CASE, at=later(124), by=QINGYAO, suspended_at=later(24), reason="We go on.")

    (rest,), (go_on,) = react(suspended, the_book()), react(resumed, the_book())

    assert (type(rest), rest.at, rest.by) == (SuspendCase, later(24), SYSTEM)
    assert (type(go_on), go_on.at, go_on.by) == (ResumeCase, later(124), SYSTEM)
    again = suspended.model_copy(update={"at": later(200)})
    assert react(again, the_book())[0].id != rest.id


def test_a_closed_complaint_and_a_decided_appeal_end_the_case() -> None:
    closed = ComplaintClosed(case_id=CASE, at=later(200), outcome="ruled")
    decided = AppealDecided(
        case_id=CASE,
        at=later(400),
        outcome="uphold",
        reviewer=MEDIATOR,
        findings=(),
        clauses=("quality.2",),
        seller_liability_percent=100,
        terms=None,
        obligations=(),
        what_changed="Nothing.",
        explanation="The ruling was right.",
    )

    commands = [react(fact, the_book())[0] for fact in (closed, decided)]

    assert [(type(one), one.at, one.by) for one in commands] == [
        (EndCase, later(200), SYSTEM),
        (EndCase, later(400), SYSTEM),
    ]
    assert [one.model_dump()["outcome"] for one in commands] == ["ruled", "appeal_decided"]


def test_the_round_is_closed_when_the_last_appeal_was_given_up() -> None:
    given_up = AppealWithdrawn(
        case_id=CASE, at=APPEALED, appeal_id="appeal-lin", appellant=LIN, reason="Let it be.", ruling_stands=True
    )

    (command,) = react(given_up, the_book())

    assert (type(command), command.at, command.by) == (CloseOnWithdrawal, APPEALED, SYSTEM)
    assert list(react(given_up.model_copy(update={"ruling_stands": False}), the_book())) == []


def test_the_listing_and_the_reminders_come_with_the_opening() -> None:
    assert opening_the_first_round(A_LISTING).listing == A_LISTING
    assert opening_the_first_round().listing is None
    assert opening_the_first_round().rules.reminder_percents == (50, 90)


def test_each_partys_appeal_is_a_request_of_its_own() -> None:
    assert opening_the_appeal_round(LIN).id != opening_the_appeal_round(QINGYAO).id


def test_a_withdrawn_complaint_stops_the_collection() -> None:
    (command,) = react(a_withdrawn_complaint(), the_book())

    assert command.NAME == "stop_collection"
    assert (command.at, command.by) == (a_withdrawn_complaint().at, SYSTEM)


@pytest.mark.parametrize("fact", [an_accepted_complaint(), an_opened_appeal(), a_withdrawn_complaint()])
def test_hearing_a_fact_again_asks_the_same(fact: Published) -> None:
    assert react(fact, the_book()) == react(fact, the_book())


@pytest.mark.parametrize(
    "fact",
    [
        ComplaintFiled(
            case_id=CASE,
            at=NOON,
            order_id="order-88",
            line_id="line-1",
            parties=PARTIES,
            category="product_quality",
            sub_reason="broken",
            description="The spout is cracked.",
            demand=Demand(remedy=Remedy.RETURN_REFUND),
            channel="online",
            filed_by=LIN,
        ),
        ComplaintRejected(case_id=CASE, at=NOON, parties=PARTIES, failures=(), policy_version="2026-11"),
        AppealDismissed(case_id=CASE, at=NOON, appeal_id="appeal-lin", appellant=LIN, failures=()),
    ],
)
def test_nothing_follows_from_the_other_facts(fact: Published) -> None:
    assert list(react(fact, the_book())) == []


def test_every_fact_of_the_other_services_is_heard() -> None:
    told = {
        value
        for module in (intake, mediation, appeals)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Published) and value is not Published and value.ORDERED
    }

    assert set(HEARS) == told
    assert MODEL.hears == HEARS
