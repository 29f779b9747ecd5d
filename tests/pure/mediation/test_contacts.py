"""Writing down contacts with the sides."""

from services.mediation.domain.contacts import LogContact
from services.mediation.domain.events import ContactLogged
from shared.kernel.actors import Actor, Side
from tests.examples import mediation as the


def call(by: Actor = the.MEI, name: str = "1") -> LogContact:
    return the.asked(
        LogContact,
        by=by,
        name=name,
        channel="phone",
        with_side=Side.SELLER,
        note="Offers a new lid.",
        outcome="reached",
    )


LOGGED = ContactLogged(channel="phone", with_side=Side.SELLER, note="Offers a new lid.", outcome="reached")


def test_the_mediator_logs_a_call() -> None:
    the.an_open_mediation().when(call()).then(LOGGED)


def test_calls_go_on_while_a_ruling_is_due() -> None:
    the.a_failed_mediation().when(call()).then(LOGGED)


def test_a_second_call_like_the_first_is_logged_too() -> None:
    history = the.an_open_mediation().after(call())

    history.when(call(name="2")).then(LOGGED)


def test_only_the_assigned_adjudicator_logs() -> None:
    for stranger in (the.LIN, the.BAO):
        the.an_open_mediation().when(call(by=stranger)).then_refused("only_the_assigned_adjudicator_may_do_this")


def test_nobody_calls_about_a_case_that_is_not_in_mediation() -> None:
    for history in (the.no_file(), the.a_queued_mediation(), the.a_ruled_case()):
        history.when(call()).then_refused("case_must_be_in_mediation_or_ruling")
        history.when(call(by=the.LIN)).then_refused("only_the_assigned_adjudicator_may_do_this")
