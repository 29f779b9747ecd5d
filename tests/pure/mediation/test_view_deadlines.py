"""What falls due on a case, and the command each row becomes."""

from datetime import timedelta
from typing import Any

import pytest

from services.mediation.domain.assignment import AssignAdjudicator
from services.mediation.domain.compliance import ConfirmBySilence, EnforceObligation
from services.mediation.domain.disputes import DisputePerformance
from services.mediation.domain.failing import CloseOverdueMediation, NoteRulingOverdue
from services.mediation.domain.offers import DeclineOffer, LapseOffer
from services.mediation.domain.reminding import Remind
from services.mediation.entrypoints.deadlines import command_for
from services.mediation.views.deadlines import VIEW
from shared.eventing.agenda import Agenda, Due, cause_of
from shared.eventing.messages import Command
from shared.kernel.actors import SYSTEM
from tests.examples import mediation as the
from tests.kit.deciding import NOON, History, document_of

AT = the.APPEALED_AT
SHIP, REFUND = the.ruled()
(ONLY_REFUND,) = the.ruled(the.REFUND)


def due_on(history: History) -> tuple[Due, ...] | None:
    agenda = document_of(VIEW, *history.facts)
    return None if agenda is None else tuple(due for due in agenda.due if due.kind != "reminder")


def row(kind: str, at: Any, key: str = "") -> Due:
    return Due(kind=kind, key=key, at=at)


def test_nothing_is_shown_before_something_falls_due() -> None:
    assert due_on(the.an_open_file()) is None
    assert document_of(VIEW, the.CLOSED) is None


def test_a_queued_case_is_assigned_at_once() -> None:
    assert due_on(the.a_queued_mediation()) == (row("assignment", NOON),)


def test_an_open_mediation_and_its_offer_have_their_instants() -> None:
    mediation = row("mediation_due", the.SEALED_AT + timedelta(days=7))
    offer = row("offer_lapse", the.OFFERED_AT + timedelta(hours=48), the.offer_id())
    declining = the.asked(DeclineOffer, by=the.LIN, at=the.ANSWERED_AT, offer_id=the.offer_id(), reason="No.")

    assert due_on(the.an_open_mediation()) == (mediation,)
    assert due_on(the.a_mediation_with_an_offer()) == (mediation, offer)
    assert due_on(the.a_mediation_with_an_offer().after(declining)) == (mediation,)


def test_a_failed_mediation_leaves_the_ruling_due_until_its_lateness_is_noted() -> None:
    late = the.FAILED_AT + timedelta(hours=48)
    noted = the.a_failed_mediation().after(the.asked(NoteRulingOverdue, at=late))

    assert due_on(the.a_failed_mediation()) == (row("ruling_due", late),)
    assert due_on(noted) == (row("ruling_due", late + timedelta(hours=48)), row("assignment", NOON))


def test_a_settlement_leaves_only_what_is_owed() -> None:
    (debt,) = the.a_settled_case().state.debts

    assert due_on(the.a_settled_case()) == (row("comply_by", debt.obligation.comply_by, debt.obligation.id),)


def test_a_refund_falls_due_once_the_return_arrived() -> None:
    received = the.a_ruled_case().after(the.confirming(SHIP, the.QINGYAO))

    assert due_on(the.a_ruled_case()) == (row("comply_by", SHIP.comply_by, SHIP.id),)
    assert due_on(received) == (row("comply_by", AT + timedelta(hours=48), REFUND.id),)


def test_a_report_waits_for_confirmation_and_a_dispute_starts_the_clock_again() -> None:
    reported = the.a_ruled_case(the.REFUND).after(the.reporting(ONLY_REFUND, the.QINGYAO))
    disputing = the.asked(DisputePerformance, by=the.LIN, at=AT, obligation_id=ONLY_REFUND.id, reason="No.")

    assert due_on(reported) == (row("confirmation", AT + timedelta(hours=72), ONLY_REFUND.id),)
    assert due_on(reported.after(disputing)) == (row("comply_by", AT + timedelta(hours=48), ONLY_REFUND.id),)


def test_enforcement_is_ordered_once() -> None:
    enforced = the.a_ruled_case(the.REFUND).after(
        the.asked(EnforceObligation, at=AT + timedelta(days=3), obligation_id=ONLY_REFUND.id)
    )

    assert due_on(enforced) == ()


def test_a_stay_clears_the_clocks_and_its_lifting_sets_them_again() -> None:
    reported = the.an_appealed_case(the.REFUND).after(the.reporting(ONLY_REFUND, the.QINGYAO))
    lifted_at = AT + timedelta(days=1)
    confirmation = row("confirmation", AT + timedelta(hours=72), ONLY_REFUND.id)

    assert due_on(the.an_appealed_case()) == ()
    assert due_on(reported) == (confirmation,)
    assert due_on(reported.after(the.lifting(lifted_at))) == (confirmation,)
    assert due_on(the.an_appealed_case().after(the.lifting(lifted_at))) == (
        row("comply_by", lifted_at + timedelta(days=7) - timedelta(hours=6), SHIP.id),
    )


def test_a_decided_appeal_sets_its_own_instants() -> None:
    (new,) = the.decided(the.PARTIAL_REFUND)

    assert due_on(the.a_decided_appeal()) == (row("comply_by", new.comply_by, new.id),)


def test_a_case_that_is_over_has_nothing_due() -> None:
    assert due_on(the.a_stopped_case()) == ()
    assert due_on(the.a_fulfilled_ruling()) == ()


def test_agendas_are_found_by_what_falls_due_next() -> None:
    assert VIEW.keys(Agenda(due=(row("assignment", NOON),))) == {"next_due": NOON}


@pytest.mark.parametrize(
    ("kind", "key", "command", "body"),
    [
        ("assignment", "", AssignAdjudicator, {"roster": ()}),
        ("offer_lapse", "offer-1", LapseOffer, {"offer_id": "offer-1"}),
        ("mediation_due", "", CloseOverdueMediation, {}),
        ("ruling_due", "", NoteRulingOverdue, {}),
        ("confirmation", "refund-1", ConfirmBySilence, {"obligation_id": "refund-1"}),
        (
            "reminder",
            "comply_by:refund-1/2",
            Remind,
            {"clock": "comply_by", "key": "refund-1", "row": "comply_by:refund-1/2"},
        ),
        ("comply_by", "refund-1", EnforceObligation, {"obligation_id": "refund-1"}),
    ],
)
def test_each_row_becomes_its_command(kind: str, key: str, command: type[Command], body: dict[str, Any]) -> None:
    due = row(kind, NOON, key)

    expected = command.model_validate(
        {"id": cause_of(the.CASE, due), "case_id": the.CASE, "at": AT, "by": SYSTEM, **body}
    )

    assert command_for(due, the.CASE, AT) == expected


def test_an_unknown_row_is_a_bug() -> None:
    with pytest.raises(LookupError, match="tea_time"):
        command_for(row("tea_time", NOON), the.CASE, AT)
