"""What was done is set off, whatever the appeal decides: nothing is paid twice."""

from datetime import timedelta
from typing import Any

from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st

from services.mediation.domain.appeal import ReplaceObligations
from services.mediation.domain.compliance import EnforceObligation
from services.mediation.domain.obligations import Debt, DebtStatus
from services.mediation.domain.setoff import set_off
from shared.kernel.money import Money
from shared.kernel.obligations import obligations_for
from shared.kernel.remedies import Duty, Obligation, Remedy, Terms
from tests.examples import mediation as the

AT = the.APPEALED_AT
WINDOWS = the.the_policy().windows

amounts = st.integers(1, 100_000).map(lambda minor: Money(minor=minor))
terms = st.builds(
    Terms,
    remedy=st.sampled_from([Remedy.REFUND, Remedy.RETURN_REFUND]),
    amount=amounts,
    compensation=st.none() | amounts,
)


@st.composite
def carried_out(draw: Any, obligation: Obligation) -> Debt:
    """An obligation of the ruling and how far it came: untouched, said to be done, done, or in the platform's hands."""
    status = draw(st.sampled_from(list(DebtStatus)))
    confirm_by = AT if status is DebtStatus.REPORTED else None
    decide_by = AT if status is DebtStatus.DISPUTED else None
    enforced = draw(st.booleans())
    return Debt(obligation=obligation, status=status, confirm_by=confirm_by, decide_by=decide_by, enforced=enforced)


def sums(debts: Any, duty: Duty) -> int:
    return sum(debt.obligation.amount.minor for debt in debts if debt.obligation.duty is duty)


@settings(max_examples=100, deadline=None)
@any_of(st.data(), terms, terms)
def test_no_payment_is_made_twice(data: Any, ruled: Terms, decided: Terms) -> None:
    """INVARIANT: what was paid, or is in the platform's hands, and what is still to pay are together no more than
    the greater of what the ruling had carried out and what the appeal orders.

    An enforced or met debt that is forgotten, or counted against two new ones, breaks it.
    """
    old = obligations_for(ruled, "ruling", the.RULED_AT, WINDOWS)
    standing = tuple(data.draw(carried_out(obligation)) for obligation in old)

    debts = set_off(standing, obligations_for(decided, "appeal", AT, WINDOWS), WINDOWS, AT)

    for duty in (Duty.REFUND, Duty.PAY_COMPENSATION):
        moved = [debt for debt in standing if debt.obligation.duty is duty and (debt.met or debt.enforced)]
        due = {Duty.REFUND: decided.amount, Duty.PAY_COMPENSATION: decided.compensation}[duty]
        ordered = due.minor if due else 0
        carried = sums(moved, duty)
        # An enforced debt under the new order is in the platform's hands already: it is not ordered again.
        again = [d for d in debts if d.obligation.duty is duty and not d.met and not d.enforced]
        assert carried + sums(again, duty) == max(carried, ordered)
    assert len({debt.obligation.id for debt in debts}) == len(debts)


def test_what_the_platform_enforces_is_not_enforced_again_under_the_decision() -> None:
    (old,) = the.ruled(the.PARTIAL_REFUND)
    late = AT + timedelta(days=2)
    enforced = the.a_ruled_case(the.PARTIAL_REFUND).after(the.asked(EnforceObligation, at=late, obligation_id=old.id))

    def owed(decided: Terms) -> list[tuple[int | None, bool]]:
        ordered = the.decided(decided, late)
        history = enforced.after(the.asked(ReplaceObligations, at=late, obligations=ordered))
        debts = history.state.debts
        return [(debt.obligation.amount and debt.obligation.amount.minor, debt.enforced) for debt in debts]

    assert owed(the.PARTIAL_REFUND) == [(15_000, True)]
    assert owed(Terms(remedy=Remedy.REFUND, amount=Money(minor=5_000))) == [(5_000, True)]
    assert owed(the.REFUND) == [(15_000, True), (31_800, False)]


def test_an_enforced_return_is_not_demanded_again() -> None:
    ship, _ = the.ruled()
    enforcing = the.asked(EnforceObligation, at=AT + timedelta(days=9), obligation_id=ship.id)
    ordered = the.decided(the.RETURN_REFUND, AT)
    history = the.a_ruled_case().after(enforcing).after(the.asked(ReplaceObligations, at=AT, obligations=ordered))

    assert [debt.enforced for debt in history.state.debts] == [True, False]


def test_a_disputed_payment_stays_disputed_under_the_same_order() -> None:
    (new,) = the.decided(the.REFUND)
    replacing = the.asked(ReplaceObligations, at=AT, obligations=(new,))

    (debt,) = the.a_disputed_refund().after(replacing).state.debts

    assert (debt.obligation, debt.status) == (new, DebtStatus.DISPUTED)
