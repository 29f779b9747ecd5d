"""Writing down contacts with the sides."""

import pytest

from services.mediation.domain.contacts import LogContact, SendNotice
from services.mediation.domain.events import ContactLogged, NoticeSent
from shared.kernel.actors import Actor, Side
from shared.kernel.ids import derived_id
from shared.kernel.notices import Channel
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


@pytest.mark.parametrize("channel", ["phone", "online", "sms"])
def test_each_way_of_mediating_is_logged(channel: Channel) -> None:
    said = call().model_copy(update={"channel": channel})

    the.an_open_mediation().when(said).then(LOGGED.model_copy(update={"channel": channel}))


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


def sms(by: Actor = the.MEI, name: str = "1", side: Side = Side.SELLER) -> SendNotice:
    return the.asked(SendNotice, by=by, at=the.OFFERED_AT, name=name, with_side=side, text="Please answer.")


def sent(side: Side, recipient: Actor, name: str = "1") -> NoticeSent:
    notice_id = derived_id(f"send_notice-{name}", "notice")
    return NoticeSent(notice_id=notice_id, channel="sms", with_side=side, recipient=recipient, text="Please answer.")


def test_the_mediator_has_a_notice_delivered_to_a_side() -> None:
    history = the.an_open_mediation()

    history.when(sms()).then(sent(Side.SELLER, the.QINGYAO))
    history.when(sms(side=Side.BUYER)).then(sent(Side.BUYER, the.LIN))
    the.a_failed_mediation().when(sms()).then(sent(Side.SELLER, the.QINGYAO))


def test_a_second_notice_like_the_first_is_delivered_too() -> None:
    the.an_open_mediation().after(sms()).when(sms(name="2")).then(sent(Side.SELLER, the.QINGYAO, "2"))


def test_only_the_assigned_adjudicator_sends_notices_and_only_at_work() -> None:
    for stranger in (the.LIN, the.BAO):
        the.an_open_mediation().when(sms(stranger)).then_refused("only_the_assigned_adjudicator_may_do_this")
    for history in (the.no_file(), the.a_queued_mediation(), the.a_ruled_case()):
        history.when(sms()).then_refused("case_must_be_in_mediation_or_ruling")
