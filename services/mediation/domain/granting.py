"""What a ruling gives must fit its kind, the price, the limits of the policy and the authority of who rules."""

from collections.abc import Iterator

from services.mediation.domain.drafts import Draft
from services.mediation.domain.standing import AwaitingRuling
from shared.kernel.actors import Role, Side
from shared.kernel.reasons import RulingKind
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Terms
from shared.kernel.terms import award_fault, compensation_fault, parts


def grant_fault(draft: Draft, state: AwaitingRuling) -> Refused | None:
    """The first thing that is wrong with what is given, kept, paid or reported."""
    return next(_faults(draft, state), None)


def within_authority(terms: Terms | None, state: AwaitingRuling) -> bool:
    """Whether the adjudicator of the case may award this alone."""
    limit = state.file.rules.authority(state.adjudicator.role)
    awarded = parts(terms) if terms else []
    # An amount in a currency the policy does not bound is outside everyone's authority.
    return all(part.currency == limit.currency for part in awarded) and (
        sum(part.minor for part in awarded) <= limit.minor
    )


def _faults(draft: Draft, state: AwaitingRuling) -> Iterator[Refused]:
    yield from _terms_must_fit_the_kind(draft)
    yield from _money_must_follow_the_ruling(draft)
    yield from _who_errs_must_pay(draft)
    yield from _violation_must_be_reportable(draft, state)
    if draft.terms is not None:
        yield from _award_must_be_within_bounds(draft.terms, state)


def _terms_must_fit_the_kind(draft: Draft) -> Iterator[Refused]:
    grants = draft.kind is RulingKind.GRANT
    if grants and draft.terms is None:
        yield Refused("grant_must_have_terms", "what is granted is not said", field="terms", cure="state the remedy")
    if not grants and draft.terms is not None:
        yield Refused("only_a_grant_has_terms", f"{draft.kind} gives nothing", field="terms")


def _money_must_follow_the_ruling(draft: Draft) -> Iterator[Refused]:
    if draft.kind is RulingKind.GRANT and draft.released_to is not None:
        yield Refused(
            "money_must_follow_the_terms",
            "a grant says by its terms who gets what",
            field="released_to",
            cure="leave it out",
        )
    if draft.kind is not RulingKind.GRANT and draft.released_to is Side.BUYER:
        yield Refused(
            "money_must_stay_where_nothing_is_granted",
            f"{draft.kind} leaves the price with the seller",
            clause="evidence.burden",
            field="released_to",
            cure="grant a refund if the buyer is to have the money",
        )


def _who_errs_must_pay(draft: Draft) -> Iterator[Refused]:
    errs = {0: Side.BUYER, 100: Side.SELLER}.get(draft.seller_liability_percent)
    payers = {"freight_paid_by": draft.freight_paid_by, "inspection_paid_by": draft.inspection_paid_by}
    for field, payer in payers.items():
        if errs is not None and payer is errs.other:
            yield Refused(
                "who_errs_must_pay",
                f"the {errs} alone is liable",
                clause="quality.3",
                field=field,
                cure=f"let the {errs} pay, or share the liability",
            )


def _violation_must_be_reportable(draft: Draft, state: AwaitingRuling) -> Iterator[Refused]:
    file = state.file
    if draft.violation is None:
        return
    if draft.violation not in file.rules.violations:
        yield Refused(
            "violation_must_be_listed",
            f"the policy lists no violation {draft.violation}",
            field="violation",
            cure=f"one of: {', '.join(file.rules.violations)}",
        )
    if file.order_id is None or file.line_id is None:
        yield Refused(
            "violation_must_name_its_order",
            "this file was opened before files named their order",
            field="violation",
            cure="report it on the platform, and rule without it",
        )


def _award_must_be_within_bounds(terms: Terms, state: AwaitingRuling) -> Iterator[Refused]:
    file, role = state.file, state.adjudicator.role
    if fault := award_fault(terms, file.price_paid):
        yield fault
    if fault := compensation_fault(terms, file.price_paid, file.rules.limits.compensation_percent):
        yield fault
    if role is not Role.SPECIALIST and not within_authority(terms, state):
        yield Refused(
            "amount_exceeds_authority",
            f"{role} awards at most {file.rules.authority(role)}",
            field="terms",
            cure="hand the case to a specialist",
        )
