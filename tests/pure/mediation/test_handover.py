"""A case goes on to another adjudicator: handed over, asked for by a party, or reassigned."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.mediation.domain.events import CaseReassigned, SuccessorSought
from services.mediation.domain.failing import FailMediation
from services.mediation.domain.handover import HandOver, ReassignCase, RequestSpecialist
from services.mediation.domain.offers import DeclineOffer
from shared.kernel.actors import SYSTEM, Actor, Role
from shared.kernel.money import Money
from shared.kernel.policy import MediationRules
from shared.kernel.roster import RosterEntry
from tests.examples import mediation as the
from tests.kit.deciding import History

MEDIATION_DUE = the.SEALED_AT + timedelta(days=7)
LONG_AFTER = the.SEALED_AT + timedelta(hours=96)


def handing_over(by: Actor = the.MEI) -> HandOver:
    return the.asked(HandOver, by=by, at=the.OFFERED_AT, reason="It is beyond me.")


def asking(by: Actor = the.LIN, at: datetime = LONG_AFTER) -> RequestSpecialist:
    return the.asked(RequestSpecialist, by=by, at=at, reason="It takes too long.")


def reassigning(by: Actor = SYSTEM) -> ReassignCase:
    return the.asked(ReassignCase, by=by, at=the.OFFERED_AT, reason="I know the seller.")


def declined(times: int) -> History:
    history = the.an_open_mediation()
    for name in map(str, range(times)):
        no = the.asked(
            DeclineOffer, by=the.LIN, at=the.ANSWERED_AT, name=name, offer_id=the.offer_id(name), reason="No."
        )
        history = history.after(the.an_offer(name=name)).after(no)
    return history


def with_rules(history: History, **changes: object) -> History:
    """The history as it would have begun under other rules of mediation."""
    opened: Any = history.facts[0]
    rules: MediationRules = opened.file.rules.mediation.model_copy(update=changes)
    file = opened.file.model_copy(update={"rules": opened.file.rules.model_copy(update={"mediation": rules})})
    return History(history.decider, (opened.model_copy(update={"file": file}), *history.facts[1:]))


def seeking(by: Actor, cause: str, reason: str, role: Role = Role.SPECIALIST) -> SuccessorSought:
    return SuccessorSought.model_validate({"role": role, "cause": cause, "reason": reason, "sought_by": by})


def test_a_frontline_who_gives_up_hands_the_case_to_a_specialist() -> None:
    sought = seeking(the.MEI, "handed_over", "It is beyond me.")

    the.an_open_mediation().when(handing_over()).then(sought)
    the.a_failed_mediation().when(handing_over()).then(sought)


def test_the_specialist_has_the_time_that_was_left_and_the_frontline_no_say_any_more() -> None:
    history = the.a_handed_over_mediation()
    taken = history.after(the.assigning(the.OFFERED_AT))

    history.when(the.assigning(the.OFFERED_AT)).then(
        CaseReassigned(
            adjudicator=the.GAO,
            previous=the.MEI,
            cause="handed_over",
            duty="mediation",
            due_at=MEDIATION_DUE,
            remind_at=the.reminded(the.OFFERED_AT, MEDIATION_DUE),
        )
    )
    assert taken.state.handled_by == (the.MEI, the.GAO)
    taken.when(the.an_offer(the.MEI)).then_refused("only_the_assigned_adjudicator_may_do_this")
    taken.when(the.assigning(the.FAILED_AT, name="3")).then_nothing()


def test_the_policy_may_give_the_next_adjudicator_the_whole_window() -> None:
    history = with_rules(the.a_handed_over_mediation(), clocks_on_handover="restart")
    failed = with_rules(the.a_failed_mediation(), clocks_on_handover="restart").after(handing_over())

    (mediating,) = history.when(the.assigning(the.OFFERED_AT)).then_types(CaseReassigned)
    (ruling,) = failed.when(the.assigning(the.RULED_AT)).then_types(CaseReassigned)

    assert mediating.due_at == the.OFFERED_AT + timedelta(days=7)
    assert (ruling.duty, ruling.due_at) == ("ruling", the.RULED_AT + timedelta(hours=48))


def test_the_frontline_goes_on_until_a_specialist_is_found() -> None:
    history = the.a_handed_over_mediation()

    history.when(the.assigning(the.OFFERED_AT, the.ROSTER[0])).then_refused(
        "roster_must_have_an_adjudicator_of_the_tier"
    )
    failing = the.asked(FailMediation, by=the.MEI, at=the.FAILED_AT, reason="No way.")
    (reassigned,) = history.after(failing).when(the.assigning(the.RULED_AT)).then_types(CaseReassigned)
    assert (reassigned.adjudicator, reassigned.duty) == (the.GAO, "ruling")


def test_a_case_is_handed_over_once_and_by_a_frontline_only() -> None:
    the.a_handed_over_mediation().when(handing_over()).then_nothing()
    the.a_specialists_mediation().when(handing_over(the.GAO)).then_refused("only_a_frontline_hands_over")
    the.an_open_mediation().when(handing_over(the.BAO)).then_refused("only_the_assigned_adjudicator_may_do_this")
    the.a_queued_mediation().when(handing_over()).then_refused("case_must_be_in_mediation_or_ruling")


def test_a_party_who_waited_long_is_given_a_specialist() -> None:
    for party in (the.LIN, the.QINGYAO):
        the.an_open_mediation().when(asking(party)).then(seeking(party, "asked_by_party", "It takes too long."))


def test_a_party_is_given_a_specialist_after_declined_offers_or_over_a_high_price() -> None:
    early = asking(at=the.ANSWERED_AT)
    dear = Money(minor=50_000)

    declined(2).when(early).then_types(SuccessorSought)
    the.an_open_mediation(dear).when(early).then_types(SuccessorSought)
    the.an_open_mediation(Money(minor=1, currency="USD")).when(early).then_types(SuccessorSought)


def test_before_a_condition_is_met_there_is_no_specialist() -> None:
    declined(1).when(asking(at=the.ANSWERED_AT)).then_refused("specialist_must_be_due")
    refusal = the.an_open_mediation().when(asking(at=the.ANSWERED_AT)).then_refused("specialist_must_be_due")

    assert refusal.clause == "process.specialist"
    assert refusal.cure is not None
    assert "96 h" in refusal.cure
    assert "500.00 CNY" in refusal.cure


def test_who_has_a_specialist_or_waits_for_one_is_not_given_another() -> None:
    the.a_specialists_mediation().when(asking(at=the.ANSWERED_AT)).then_nothing()
    the.a_handed_over_mediation().when(asking()).then_nothing()


def test_only_a_party_asks_and_only_while_somebody_has_the_case() -> None:
    the.an_open_mediation().when(asking(the.PASSER_BY)).then_refused("only_a_party_may_do_this")
    the.a_queued_mediation().when(asking()).then_refused("case_must_be_in_mediation_or_ruling")


def test_a_file_opened_before_there_were_conditions_sets_none() -> None:
    history = the.an_open_mediation()
    opened: Any = history.facts[0]
    file = opened.file.model_copy(update={"rules": opened.file.rules.model_copy(update={"mediation": None})})
    old = History(history.decider, (opened.model_copy(update={"file": file}), *history.facts[1:]))

    (_, reassigned) = old.after(asking(at=the.ANSWERED_AT)).after(the.assigning(the.ANSWERED_AT)).facts[-2:]

    assert isinstance(reassigned, CaseReassigned)
    assert reassigned.due_at == MEDIATION_DUE


@pytest.mark.parametrize(("by", "cause"), [(SYSTEM, "platform"), (the.MEI, "stepped_aside")])
def test_a_case_is_reassigned_within_its_role(by: Actor, cause: str) -> None:
    history = the.an_open_mediation()
    sought = seeking(by, cause, "I know the seller.", Role.FRONTLINE)

    history.when(reassigning(by)).then(sought)
    history.after(reassigning(by)).when(reassigning(by)).then_nothing()
    taken = history.after(reassigning(by)).after(the.assigning(the.OFFERED_AT))
    assert taken.state.adjudicator == the.BAO


def test_only_the_platform_or_the_assigned_adjudicator_reassigns() -> None:
    for by in (the.LIN, the.BAO):
        the.an_open_mediation().when(reassigning(by)).then_refused("only_the_assigned_adjudicator_may_do_this")
    for by in (SYSTEM, the.MEI):
        the.a_queued_mediation().when(reassigning(by)).then_refused("case_must_be_in_mediation_or_ruling")


def test_who_had_the_case_before_takes_it_again_only_if_nobody_else_can() -> None:
    away = the.an_open_mediation().after(reassigning()).after(the.assigning(the.OFFERED_AT))
    back = away.after(the.asked(ReassignCase, by=the.BAO, at=the.ANSWERED_AT, name="2", reason="I fell ill."))
    fresh = RosterEntry(actor=Actor(role=Role.FRONTLINE, id="hua"), load=9)

    with_hua = back.after(the.assigning(the.ANSWERED_AT, *the.ROSTER, fresh, name="3"))
    without = back.after(the.assigning(the.ANSWERED_AT, name="3"))

    assert with_hua.state.adjudicator == fresh.actor
    assert without.state.adjudicator == the.MEI
