"""Making, accepting, declining and lapsing offers."""

from datetime import datetime, timedelta

import pytest

from services.mediation.domain.events import (
    MediationFailed,
    OfferAccepted,
    OfferDeclined,
    OfferLapsed,
    OfferMade,
    OfferWithdrawn,
    SettlementReached,
)
from services.mediation.domain.offers import AcceptOffer, DeclineOffer, LapseOffer, MakeOffer, WithdrawOffer
from services.mediation.domain.standing import Complying
from shared.kernel.actors import SYSTEM, Actor, Side
from shared.kernel.money import Money
from shared.kernel.obligations import obligations_for
from shared.kernel.remedies import Remedy, Terms
from tests.examples import mediation as the
from tests.kit.deciding import History

VALID_UNTIL = the.OFFERED_AT + timedelta(hours=48)


def accepting(by: Actor, at: datetime = the.ANSWERED_AT, name: str = "1") -> AcceptOffer:
    return the.asked(AcceptOffer, by=by, at=at, offer_id=the.offer_id(name))


def declining(by: Actor, at: datetime = the.ANSWERED_AT, name: str = "1") -> DeclineOffer:
    return the.asked(DeclineOffer, by=by, at=at, name=name, offer_id=the.offer_id(name), reason="Too little.")


def withdrawing(by: Actor, at: datetime = the.ANSWERED_AT, name: str = "1") -> WithdrawOffer:
    return the.asked(WithdrawOffer, by=by, at=at, offer_id=the.offer_id(name))


def lapsing(at: datetime = VALID_UNTIL, by: Actor = SYSTEM) -> LapseOffer:
    return the.asked(LapseOffer, by=by, at=at, offer_id=the.offer_id())


def made(by: Actor, name: str = "1", at: datetime = the.OFFERED_AT) -> OfferMade:
    until = at + timedelta(hours=48)
    return OfferMade(
        offer_id=the.offer_id(name),
        made_by=by,
        terms=the.PARTIAL_REFUND,
        valid_until=until,
        remind_at=the.reminded(at, until),
    )


def settled(terms: Terms = the.PARTIAL_REFUND) -> SettlementReached:
    owed = obligations_for(terms, the.offer_id(), the.ANSWERED_AT, the.the_policy().windows)
    remind_at = the.debtors_reminded(the.ANSWERED_AT, *owed)
    return SettlementReached(offer_id=the.offer_id(), terms=terms, obligations=owed, remind_at=remind_at)


@pytest.mark.parametrize("by", [the.LIN, the.QINGYAO, the.MEI], ids=lambda by: by.id)
def test_either_side_and_the_mediator_may_make_an_offer(by: Actor) -> None:
    the.an_open_mediation().when(the.an_offer(by)).then(made(by))


def test_making_the_same_offer_again_changes_nothing() -> None:
    the.a_mediation_with_an_offer().when(the.an_offer()).then_nothing()


def test_a_second_offer_waits_for_the_first_to_be_answered() -> None:
    the.a_mediation_with_an_offer().when(the.an_offer(the.LIN, name="2")).then_refused("one_offer_at_a_time")


def test_an_offer_over_its_time_makes_room_for_the_next() -> None:
    late = the.asked(MakeOffer, by=the.LIN, at=VALID_UNTIL, name="2", terms=the.PARTIAL_REFUND)

    history = the.a_mediation_with_an_offer()

    history.when(late).then(OfferLapsed(offer_id=the.offer_id()), made(the.LIN, "2", VALID_UNTIL))


@pytest.mark.parametrize("by", [the.PASSER_BY, SYSTEM], ids=lambda by: by.id)
def test_a_stranger_makes_and_answers_no_offers(by: Actor) -> None:
    the.an_open_mediation().when(the.an_offer(by)).then_refused("only_a_party_may_do_this")
    the.no_file().when(the.an_offer(by)).then_refused("only_a_party_may_do_this")
    the.a_mediation_with_an_offer().when(accepting(by)).then_refused("only_a_party_may_do_this")
    the.a_mediation_with_an_offer().when(declining(by)).then_refused("only_a_party_may_do_this")


def test_another_mediator_makes_no_proposals() -> None:
    the.an_open_mediation().when(the.an_offer(the.BAO)).then_refused("only_the_assigned_adjudicator_may_do_this")


@pytest.mark.parametrize(
    "history",
    [the.an_open_file(), the.a_queued_mediation(), the.a_failed_mediation(), the.a_settled_case()],
    ids=lambda history: type(history.state).__name__,
)
def test_offers_belong_to_an_open_mediation(history: History) -> None:
    history.when(the.an_offer()).then_refused("mediation_must_be_open")
    history.when(accepting(the.LIN)).then_refused("mediation_must_be_open")
    history.when(declining(the.LIN)).then_refused("mediation_must_be_open")


@pytest.mark.parametrize(
    ("terms", "rule"),
    [
        (Terms(remedy=Remedy.REFUND), "terms_must_name_an_amount"),
        (Terms(remedy=Remedy.RETURN_REFUND, amount=Money(minor=0)), "terms_must_name_an_amount"),
        (Terms(remedy=Remedy.COMPENSATION), "terms_must_name_an_amount"),
        (Terms(remedy=Remedy.REPAIR, amount=Money(minor=100)), "terms_must_fit_the_remedy"),
        (
            Terms(remedy=Remedy.COMPENSATION, amount=Money(minor=1), compensation=Money(minor=2)),
            "terms_must_fit_the_remedy",
        ),
        (Terms(remedy=Remedy.REFUND, amount=Money(minor=100, currency="USD")), "currency_must_be_the_orders"),
        (
            Terms(remedy=Remedy.EXCHANGE, compensation=Money(minor=100, currency="USD")),
            "currency_must_be_the_orders",
        ),
        (Terms(remedy=Remedy.REFUND, amount=Money(minor=46_801)), "amount_must_not_exceed_price_paid"),
        (Terms(remedy=Remedy.COMPENSATION, amount=Money(minor=46_801)), "amount_must_not_exceed_price_paid"),
    ],
)
def test_terms_that_cannot_be_carried_out_are_not_offered(terms: Terms, rule: str) -> None:
    the.an_open_mediation().when(the.an_offer(terms=terms)).then_refused(rule)


@pytest.mark.parametrize(
    "terms",
    [
        the.REFUND,
        the.REPAIR,
        Terms(remedy=Remedy.EXCHANGE, compensation=Money(minor=60_000)),
        Terms(remedy=Remedy.REFUND, amount=the.TEAPOT_PRICE, compensation=Money(minor=60_000)),
    ],
)
def test_a_full_refund_or_compensation_beside_a_remedy_can_be_offered(terms: Terms) -> None:
    the.an_open_mediation().when(the.an_offer(terms=terms)).then_types(OfferMade)


def test_the_other_side_accepts_and_the_terms_bind() -> None:
    history = the.a_mediation_with_an_offer()

    history.when(accepting(the.LIN)).then(OfferAccepted(offer_id=the.offer_id(), side=Side.BUYER), settled())
    assert isinstance(history.after(accepting(the.LIN)).state, Complying)


def test_a_mediators_proposal_binds_when_both_accept() -> None:
    history = the.a_mediation_with_an_offer(by=the.MEI)
    half = history.after(accepting(the.QINGYAO))

    history.when(accepting(the.QINGYAO)).then(OfferAccepted(offer_id=the.offer_id(), side=Side.SELLER))
    half.when(accepting(the.QINGYAO)).then_nothing()
    half.when(accepting(the.LIN)).then(OfferAccepted(offer_id=the.offer_id(), side=Side.BUYER), settled())


def test_nobody_answers_their_own_offer() -> None:
    history = the.a_mediation_with_an_offer(by=the.QINGYAO)

    history.when(accepting(the.QINGYAO)).then_refused("offer_is_answered_by_the_other_side")
    history.when(declining(the.QINGYAO)).then_refused("offer_is_answered_by_the_other_side")


def test_an_offer_is_answered_while_it_is_open() -> None:
    history = the.a_mediation_with_an_offer()
    just_in_time = VALID_UNTIL - timedelta(milliseconds=1)

    history.when(accepting(the.LIN, at=VALID_UNTIL)).then_refused("offer_must_still_be_open")
    history.when(declining(the.LIN, at=VALID_UNTIL)).then_refused("offer_must_still_be_open")
    history.when(accepting(the.LIN, name="unheard-of")).then_refused("offer_must_still_be_open")
    the.an_open_mediation().when(accepting(the.LIN)).then_refused("offer_must_still_be_open")
    history.when(accepting(the.LIN, at=just_in_time)).then_types(OfferAccepted, SettlementReached)


@pytest.mark.parametrize("by", [the.LIN, the.QINGYAO], ids=lambda by: by.id)
def test_either_side_declines_a_mediators_proposal(by: Actor) -> None:
    side = Side(by.role.value)

    declined = OfferDeclined(offer_id=the.offer_id(), side=side, reason="Too little.")

    the.a_mediation_with_an_offer(by=the.MEI).when(declining(by)).then(declined)


def test_a_declined_offer_is_not_declined_again() -> None:
    history = the.a_mediation_with_an_offer().after(declining(the.LIN))

    history.when(declining(the.LIN)).then_refused("offer_must_still_be_open")


def test_the_third_declined_offer_fails_the_mediation() -> None:
    history = the.a_mediation_with_an_offer().after(declining(the.LIN))
    history = history.after(the.an_offer(name="2")).after(declining(the.LIN, name="2"))
    history = history.after(the.an_offer(name="3"))

    history.when(declining(the.LIN, name="3")).then(
        OfferDeclined(offer_id=the.offer_id("3"), side=Side.BUYER, reason="Too little."),
        MediationFailed(
            cause="offers_declined",
            reason="3 offers were declined",
            ruling_due_at=the.ANSWERED_AT + timedelta(hours=48),
            remind_at=the.reminded(the.ANSWERED_AT, the.ANSWERED_AT + timedelta(hours=48)),
        ),
    )


def test_an_unanswered_offer_lapses_at_its_instant() -> None:
    history = the.a_mediation_with_an_offer()

    history.when(lapsing()).then(OfferLapsed(offer_id=the.offer_id()))
    history.after(lapsing()).when(lapsing()).then_nothing()
    history.when(lapsing(at=VALID_UNTIL - timedelta(seconds=1))).then_nothing()
    the.a_settled_case().when(lapsing()).then_nothing()


def test_only_the_platform_lets_an_offer_lapse() -> None:
    the.a_mediation_with_an_offer().when(lapsing(by=the.QINGYAO)).then_refused("only_the_platform_may_do_this")


@pytest.mark.parametrize("by", [the.LIN, the.QINGYAO, the.MEI], ids=lambda by: by.id)
def test_an_offer_is_withdrawn_by_whoever_made_it(by: Actor) -> None:
    history = the.a_mediation_with_an_offer(by)

    history.when(withdrawing(by)).then(OfferWithdrawn(offer_id=the.offer_id()))
    history.after(withdrawing(by)).when(the.an_offer(the.LIN, name="2")).then(made(the.LIN, "2"))


def test_the_next_mediator_may_withdraw_a_mediators_proposal() -> None:
    history = the.a_specialists_mediation().after(the.an_offer(the.GAO))

    history.when(withdrawing(the.GAO)).then_types(OfferWithdrawn)
    history.when(withdrawing(the.MEI)).then_refused("only_the_assigned_adjudicator_may_do_this")


def test_nobody_withdraws_what_another_made_or_what_is_not_open() -> None:
    history = the.a_mediation_with_an_offer(the.QINGYAO)

    for other in (the.LIN, the.MEI):
        history.when(withdrawing(other)).then_refused("offer_is_withdrawn_by_its_maker")
    history.when(withdrawing(the.PASSER_BY)).then_refused("only_a_party_may_do_this")
    history.when(withdrawing(the.QINGYAO, VALID_UNTIL)).then_refused("offer_must_still_be_open")
    history.when(withdrawing(the.QINGYAO, name="unheard-of")).then_refused("offer_must_still_be_open")
    history.after(withdrawing(the.QINGYAO)).when(withdrawing(the.QINGYAO)).then_refused("offer_must_still_be_open")
    the.a_settled_case().when(withdrawing(the.QINGYAO)).then_refused("mediation_must_be_open")


def test_a_withdrawn_offer_is_no_declined_one() -> None:
    history = the.a_mediation_with_an_offer()

    assert history.after(withdrawing(the.QINGYAO)).state.declined == 0
