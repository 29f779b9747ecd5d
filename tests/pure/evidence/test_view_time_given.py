"""How long each side had."""

from datetime import timedelta

from services.evidence.domain.events import EvidenceSubmitted
from services.evidence.views.time_given import VIEW, RoundTime, SideTime, TimeGiven
from shared.eventing.messages import Command
from shared.eventing.model import Entry
from shared.kernel.actors import SYSTEM, Side
from shared.kernel.items import Round
from shared.kernel.refusals import Refused
from tests.examples.evidence import (
    A_LISTING,
    APPEAL_DUE,
    APPEALED,
    LIN,
    QINGYAO,
    a_kiln_certificate,
    a_later_appeal_of_lin,
    a_photo_of_the_spout,
    acknowledging,
    asking_the_seller,
    falling_due,
    finishing,
    later,
    no_file,
    opening_the_appeal_round,
    opening_the_first_round,
    reminding,
    resuming,
    suspending,
)

HOUR = 3600


def shown(*commands: Command) -> TimeGiven:
    """The view after these commands, each fact at the time of its command."""
    history, document, version = no_file(), None, 0
    for command in (opening_the_first_round(), *commands):
        outcome = history.when(command).outcome
        assert not isinstance(outcome, Refused), outcome
        for fact in outcome:
            version += 1
            entry = Entry(stream="c", version=version, at=command.at, by=SYSTEM, message=fact, position=version)
            document = VIEW.evolve(document, entry)
        history = history.after(command)
    assert document is not None
    return document


def last(*commands: Command) -> dict[Side, SideTime]:
    return shown(*commands).rounds[-1].sides


def test_both_sides_begin_with_the_same_time() -> None:
    buyer, seller = last().values()

    assert buyer.given_seconds == seller.given_seconds == 72 * HOUR
    assert (buyer.requests, seller.requests) == (3, 1)
    assert buyer.used_seconds is None


def test_a_request_gives_its_side_more() -> None:
    sides = last(finishing(QINGYAO), asking_the_seller())

    assert (sides[Side.BUYER].given_seconds, sides[Side.SELLER].given_seconds) == (72 * HOUR, 92 * HOUR)
    assert (sides[Side.SELLER].requests, sides[Side.SELLER].finished_at) == (2, None)


def test_a_rebuttal_is_time_of_its_own_kind() -> None:
    sides = last(a_photo_of_the_spout(at=later(60)), falling_due())

    assert (sides[Side.SELLER].given_seconds, sides[Side.SELLER].rebuttal_seconds) == (84 * HOUR, 12 * HOUR)
    assert sides[Side.BUYER].rebuttal_seconds == 0
    early = last(finishing(QINGYAO), a_photo_of_the_spout(at=later(20)), finishing(LIN, hours=21))
    assert (early[Side.SELLER].given_seconds, early[Side.SELLER].rebuttal_seconds) == (72 * HOUR, 0)


def test_what_a_side_did_with_its_time_is_counted() -> None:
    sides = last(
        a_photo_of_the_spout(), reminding(), acknowledging("photo-of-the-spout"), a_kiln_certificate(at=later(73))
    )

    assert (sides[Side.BUYER].items, sides[Side.BUYER].late_items, sides[Side.BUYER].reminders) == (1, 0, 0)
    assert (sides[Side.SELLER].items, sides[Side.SELLER].late_items, sides[Side.SELLER].reminders) == (1, 1, 1)


def test_what_a_side_was_shown_of_the_other_and_when_is_counted() -> None:
    photo = a_photo_of_the_spout()
    seen = acknowledging("photo-of-the-spout")
    buyer, seller = last(photo, seen).values()

    assert (seller.shown_items, seller.slowest_disclosure_seconds, seller.received_items) == (1, 0, 1)
    assert (buyer.shown_items, buyer.received_items) == (0, 0)


def test_the_slowest_disclosure_is_the_longest_that_an_item_waited() -> None:
    submitted = no_file().after(opening_the_first_round()).after(a_photo_of_the_spout()).facts[-1]
    assert isinstance(submitted, EvidenceSubmitted)
    at = submitted.item.submitted_at
    document: TimeGiven | None = shown()
    for version, minutes in ((10, 5), (11, 2)):
        item = submitted.item.model_copy(update={"disclosed_at": at + timedelta(minutes=minutes)})
        fact = EvidenceSubmitted(item=item)
        document = VIEW.evolve(
            document, Entry(stream="c", version=version, at=at, by=SYSTEM, message=fact, position=version)
        )

    assert document is not None
    assert document.rounds[-1].sides[Side.SELLER].slowest_disclosure_seconds == 5 * 60


def test_receipt_may_be_acknowledged_after_the_seal() -> None:
    sealed = (a_photo_of_the_spout(), finishing(LIN), finishing(QINGYAO))

    (opened,) = shown(*sealed, acknowledging("photo-of-the-spout", hours=20)).rounds

    assert opened.sides[Side.SELLER].received_items == 1


def test_time_is_used_until_a_side_says_done_or_the_round_is_sealed() -> None:
    (opened,) = shown(finishing(LIN), falling_due()).rounds

    assert opened.closed_at == later(72)
    assert (opened.sides[Side.BUYER].used_seconds, opened.sides[Side.BUYER].finished_at) == (12 * HOUR, later(12))
    assert (opened.sides[Side.SELLER].used_seconds, opened.sides[Side.SELLER].finished_at) == (72 * HOUR, None)


def test_a_suspension_is_nobodys_time() -> None:
    sides = last(suspending(), resuming(), finishing(LIN, hours=130))

    assert sides[Side.SELLER].due_at == later(172)
    assert {side.given_seconds for side in sides.values()} == {72 * HOUR}
    assert {side.suspended_seconds for side in sides.values()} == {100 * HOUR}
    assert sides[Side.BUYER].used_seconds == 30 * HOUR


def test_a_request_after_the_seal_is_a_time_of_its_own() -> None:
    first, again = shown(finishing(LIN), finishing(QINGYAO), asking_the_seller()).rounds

    assert (first.reopened, again.reopened, again.round) == (False, True, Round.FIRST)
    assert (again.sides[Side.SELLER].given_seconds, again.sides[Side.SELLER].requests) == (72 * HOUR, 1)
    assert (again.sides[Side.BUYER].given_seconds, again.sides[Side.BUYER].requests) == (0, 0)
    assert first.sides[Side.SELLER].requests == 1


def test_a_joining_appeal_gives_both_sides_the_same() -> None:
    sealed = (finishing(LIN), finishing(QINGYAO))
    done = finishing(QINGYAO).model_copy(update={"at": APPEALED + timedelta(hours=1)})

    appeal = shown(*sealed, opening_the_appeal_round(), done, a_later_appeal_of_lin()).rounds[-1]

    assert appeal == RoundTime(
        round=Round.APPEAL,
        reopened=False,
        sides={
            side: SideTime(
                opened_at=APPEALED, due_at=APPEAL_DUE + timedelta(hours=48), given_seconds=120 * HOUR, requests=1
            )
            for side in Side
        },
    )


def test_what_happens_to_a_sealed_file_changes_no_time() -> None:
    sealed = (finishing(LIN), finishing(QINGYAO))

    assert shown(*sealed, suspending(), resuming()) == shown(*sealed)


def test_the_platforms_item_is_nobodys_and_before_the_opening_there_is_no_time() -> None:
    facts = no_file().when(opening_the_first_round(A_LISTING)).outcome
    document = None
    for version, fact in enumerate(facts, start=1):
        entry = Entry(stream="c", version=version, at=later(0), by=SYSTEM, message=fact, position=version)
        document = VIEW.evolve(document, entry)

    assert document == shown()
    done = no_file().after(opening_the_first_round()).after(finishing(LIN)).facts[-1]
    assert (
        VIEW.evolve(None, entry.__class__(stream="c", version=1, at=later(0), by=SYSTEM, message=done, position=1))
        is None
    )
