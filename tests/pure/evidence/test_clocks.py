"""Remind, and the clocks that run: one for each side that something is expected of."""

from services.evidence.domain.clocks import CONSEQUENCES, running
from services.evidence.domain.events import ReminderSent
from shared.kernel.actors import Side
from shared.kernel.clocks import Clock
from tests.examples.evidence import (
    DUE,
    LIN,
    QINGYAO,
    a_photo_of_the_spout,
    a_reopened_first_round,
    a_sealed_first_round,
    a_stopped_file,
    an_open_first_round,
    asking_the_seller,
    falling_due,
    finishing,
    later,
    no_file,
    reminding,
)
from tests.kit.deciding import History


def owed(history: History) -> dict[object, tuple[str, object]]:
    return {clock.owner: (clock.kind, clock.due_at) for clock in running(history.state)}


def test_each_side_has_a_clock_of_its_own_with_what_follows() -> None:
    assert running(an_open_first_round().state) == tuple(
        Clock(kind="evidence_due", key=side, owner=side, due_at=DUE, consequence=CONSEQUENCES["evidence_due"])
        for side in Side
    )


def test_a_side_that_is_done_owes_nothing_until_it_is_asked_again() -> None:
    done = an_open_first_round().after(finishing(QINGYAO))

    assert owed(done) == {Side.BUYER: ("evidence_due", DUE)}
    assert owed(done.after(asking_the_seller()))[Side.SELLER] == ("evidence_due", later(92))


def test_in_a_rebuttal_only_its_side_is_expected() -> None:
    rebuttal = an_open_first_round().after(a_photo_of_the_spout(at=later(60))).after(falling_due())

    assert owed(rebuttal) == {Side.SELLER: ("rebuttal_due", later(84))}
    assert owed(rebuttal.after(asking_the_seller(at=later(73)))) == {Side.SELLER: ("evidence_due", later(145))}
    asked = rebuttal.after(asking_the_seller(at=later(73), side="buyer", items=("photo",)))
    assert owed(asked) == {Side.SELLER: ("rebuttal_due", later(84)), Side.BUYER: ("evidence_due", later(145))}


def test_after_the_seal_only_who_is_asked_owes() -> None:
    assert owed(a_sealed_first_round()) == {}
    assert owed(a_reopened_first_round()) == {Side.SELLER: ("evidence_due", later(92))}


def test_the_owner_of_a_running_clock_is_reminded() -> None:
    an_open_first_round().when(reminding()).then(
        ReminderSent(
            clock="evidence_due",
            key="seller",
            owner=Side.SELLER,
            recipient=QINGYAO,
            due_at=DUE,
            consequence=CONSEQUENCES["evidence_due"],
            sent_at=later(36),
        )
    )
    (buyers,) = an_open_first_round().when(reminding(key="buyer")).outcome
    assert buyers.recipient == LIN


def test_nobody_is_reminded_of_a_clock_that_does_not_run() -> None:
    done = an_open_first_round().after(finishing(QINGYAO))

    done.when(reminding()).then_nothing()
    done.when(reminding("rebuttal_due", "buyer")).then_nothing()
    for history in (no_file(), a_sealed_first_round(), a_stopped_file()):
        history.when(reminding()).then_nothing()


def test_a_party_cannot_remind() -> None:
    an_open_first_round().when(reminding(by=LIN)).then_refused("only_the_platform_may_do_this")
