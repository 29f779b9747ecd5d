"""Reminders: who is told of what is soon due, as long as it is."""

from datetime import timedelta

import pytest

from services.mediation.domain.clocks import running
from services.mediation.domain.events import ReminderSent
from services.mediation.domain.reminding import Remind
from services.mediation.views.deadlines import VIEW as DEADLINES
from shared.eventing.agenda import Due
from shared.kernel.actors import SYSTEM, Actor, Role, Side
from shared.kernel.ids import derived_id
from tests.examples import mediation as the
from tests.kit.deciding import History, document_of

AT = the.FAILED_AT
SHIP, _ = the.ruled()
(ONLY_REFUND,) = the.ruled(the.REFUND)


def reminding(clock: str, key: str = "", by: Actor = SYSTEM) -> Remind:
    return the.asked(Remind, by=by, at=AT, clock=clock, key=key, row=f"{clock}:{key}/1")


def test_the_owner_of_a_running_duty_is_reminded_with_what_follows() -> None:
    the.an_open_mediation().when(reminding("mediation_due")).then(
        ReminderSent(
            notice_id=derived_id("remind-1", "notice", Role.FRONTLINE),
            clock="mediation_due",
            key="",
            row="mediation_due:/1",
            owner=Role.FRONTLINE,
            recipient=the.MEI,
            due_at=the.SEALED_AT + timedelta(days=7),
            consequence="Mediation fails, and a ruling is due.",
        )
    )


@pytest.mark.parametrize(
    ("history", "clock", "key", "recipients"),
    [
        (the.a_mediation_with_an_offer(), "offer_lapse", the.offer_id(), (the.LIN,)),
        (the.a_mediation_with_an_offer(by=the.MEI), "offer_lapse", the.offer_id(), (the.LIN, the.QINGYAO)),
        (the.a_failed_mediation(), "ruling_due", "", (the.MEI,)),
        (the.a_second_opinion(), "ruling_due", "", (the.TAO,)),
        (the.a_ruled_case(), "comply_by", SHIP.id, (the.LIN,)),
        (the.a_ruled_case(the.REFUND), "comply_by", ONLY_REFUND.id, (the.QINGYAO,)),
        (the.a_reported_refund(), "confirmation", ONLY_REFUND.id, (the.LIN,)),
        (the.a_disputed_refund(), "comply_by", ONLY_REFUND.id, (the.MEI,)),
    ],
)
def test_each_duty_has_its_owner(history: History, clock: str, key: str, recipients: tuple[Actor, ...]) -> None:
    facts = history.when(reminding(clock, key)).then_types(*[ReminderSent] * len(recipients))

    assert tuple(fact.recipient for fact in facts) == recipients
    assert len({fact.notice_id for fact in facts}) == len(recipients)


def test_nobody_is_reminded_of_what_is_done_or_never_was() -> None:
    the.a_failed_mediation().when(reminding("mediation_due")).then_nothing()
    the.an_appealed_case().when(reminding("comply_by", SHIP.id)).then_nothing()
    the.a_fulfilled_ruling().when(reminding("comply_by", ONLY_REFUND.id)).then_nothing()
    the.a_queued_mediation().when(reminding("mediation_due")).then_nothing()


def test_only_the_platform_reminds() -> None:
    the.an_open_mediation().when(reminding("mediation_due", by=the.LIN)).then_refused("only_the_platform_may_do_this")


def test_no_clock_runs_before_or_after_the_work_on_a_case() -> None:
    for history in (the.no_file(), the.a_queued_mediation(), the.a_fulfilled_ruling(), the.a_suspended_mediation()):
        assert running(history.state) == ()


def test_a_side_that_accepted_a_proposal_owes_no_answer_any_more() -> None:
    half = the.a_half_accepted_proposal()

    assert [clock.owner for clock in running(half.state) if clock.kind == "offer_lapse"] == [Side.BUYER]


def test_reminders_stand_on_the_agenda_until_sent_and_go_with_what_they_are_about() -> None:
    def reminders(history: History) -> list[Due]:
        agenda = document_of(DEADLINES, *history.facts)
        assert agenda is not None
        return [due for due in agenda.due if due.kind == "reminder"]

    opened = the.an_open_mediation()
    window = timedelta(days=7)

    assert [due.at for due in reminders(opened)] == [the.SEALED_AT + window / 2, the.SEALED_AT + window * 9 / 10]
    assert [due.key for due in reminders(opened.after(reminding("mediation_due")))] == ["mediation_due:/2"]
    assert [due.key for due in reminders(the.a_failed_mediation())] == ["ruling_due:/1", "ruling_due:/2"]
    owed = reminders(the.a_ruled_case(the.REFUND))
    assert [due.at for due in owed] == [the.RULED_AT + timedelta(hours=18)]
    assert reminders(the.a_fulfilled_ruling()) == []


def test_a_confirmation_keeps_its_reminders_through_a_stay() -> None:
    appealed = the.an_appealed_case(the.REFUND).after(the.reporting(ONLY_REFUND, the.QINGYAO))
    lifted = appealed.after(the.lifting(the.APPEALED_AT + timedelta(days=1)))

    agenda = document_of(DEADLINES, *lifted.facts)

    assert agenda is not None
    assert [due.key for due in agenda.due if due.kind == "reminder"] == [
        f"confirmation:{ONLY_REFUND.id}/1",
        f"confirmation:{ONLY_REFUND.id}/2",
    ]


def test_whoever_has_a_duty_is_told_what_follows_when_its_instant_passes() -> None:
    stages = (
        the.a_mediation_with_an_offer(),
        the.a_failed_mediation(),
        the.a_reported_refund(),
        the.a_disputed_refund(),
    )
    told = {(clock.kind, clock.owner): clock.consequence for history in stages for clock in running(history.state)}
    owed = [clock.consequence for clock in running(the.a_ruled_case(the.REFUND).state)]

    assert told == {
        ("mediation_due", Role.FRONTLINE): "Mediation fails, and a ruling is due.",
        ("offer_lapse", Side.BUYER): "It lapses.",
        ("ruling_due", Role.FRONTLINE): "The case goes to another adjudicator.",
        ("confirmation", Side.BUYER): "Silence confirms that it was performed.",
        ("comply_by", Role.FRONTLINE): "It counts as not performed, and is enforced.",
    }
    assert owed == ["The platform enforces it."]
