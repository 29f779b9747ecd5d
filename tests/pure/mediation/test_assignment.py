"""Assigning a queued case to an adjudicator of its tier."""

from datetime import datetime, timedelta

from services.mediation.domain.assignment import AssignAdjudicator
from services.mediation.domain.events import MediationAssigned
from shared.kernel.actors import Actor, Role
from shared.kernel.roster import Handled, RosterEntry
from tests.examples import mediation as the

DUE_AT = the.SEALED_AT + timedelta(days=7)


def from_roster(*roster: RosterEntry) -> AssignAdjudicator:
    return the.asked(AssignAdjudicator, at=the.SEALED_AT, roster=roster)


def given_to(adjudicator: Actor) -> MediationAssigned:
    remind_at = the.reminded(the.SEALED_AT, DUE_AT)
    return MediationAssigned(adjudicator=adjudicator, due_at=DUE_AT, remind_at=remind_at)


def test_the_least_loaded_adjudicator_of_the_tier_takes_the_case() -> None:
    the.a_queued_mediation().when(the.assigned()).then(given_to(the.MEI))


def test_a_specialist_case_goes_to_a_specialist() -> None:
    the.a_queued_mediation(tier=Role.SPECIALIST).when(the.assigned()).then(given_to(the.GAO))


def test_equal_loads_are_told_apart_by_id() -> None:
    roster = from_roster(RosterEntry(actor=the.MEI, load=1), RosterEntry(actor=the.BAO, load=1))

    the.a_queued_mediation().when(roster).then(given_to(the.BAO))


def test_who_lately_handled_a_party_is_passed_over() -> None:
    for party in (the.LIN, the.QINGYAO):
        mei = RosterEntry(actor=the.MEI, load=0, recent_parties=("someone", party.id))
        roster = from_roster(mei, RosterEntry(actor=the.BAO, load=9))

        the.a_queued_mediation().when(roster).then(given_to(the.BAO))


def test_who_lately_handled_a_party_takes_the_case_when_nobody_else_is_free() -> None:
    roster = from_roster(RosterEntry(actor=the.MEI, recent_parties=(the.LIN.id,)), RosterEntry(actor=the.GAO))

    the.a_queued_mediation().when(roster).then(given_to(the.MEI))


def test_a_roster_without_the_tier_is_refused_so_that_it_is_tried_again() -> None:
    for roster in (from_roster(), from_roster(RosterEntry(actor=the.GAO))):
        the.a_queued_mediation().when(roster).then_refused("roster_must_have_an_adjudicator_of_the_tier")


def test_an_assigned_case_is_not_assigned_again() -> None:
    for history in (the.an_open_mediation(), the.a_failed_mediation(), the.a_ruled_case(), the.a_stopped_case()):
        history.when(the.assigned()).then_nothing()


def test_a_case_is_not_assigned_before_its_evidence_is_sealed() -> None:
    for history in (the.no_file(), the.an_open_file()):
        history.when(the.assigned()).then_refused("evidence_must_be_closed_first")


def test_only_the_platform_assigns() -> None:
    pushing_in = the.asked(AssignAdjudicator, by=the.MEI, roster=the.ROSTER)

    the.a_queued_mediation().when(pushing_in).then_refused("only_the_platform_may_do_this")


def test_who_handled_a_party_long_ago_is_not_passed_over() -> None:
    def mei(handled_at: datetime) -> RosterEntry:
        return RosterEntry(actor=the.MEI, handled=(Handled(party=the.LIN.id, at=handled_at),))

    month = timedelta(days=30)
    bao = RosterEntry(actor=the.BAO, load=9)

    the.a_queued_mediation().when(from_roster(mei(the.SEALED_AT - month), bao)).then(given_to(the.MEI))
    lately = mei(the.SEALED_AT - month + timedelta(seconds=1))
    the.a_queued_mediation().when(from_roster(lately, bao)).then(given_to(the.BAO))
