"""What intake tells: complaints filed, accepted, rejected, suspended, resumed, withdrawn and closed; and notices."""

from typing import assert_never

from services.intake.domain import events as own
from shared.contracts import intake as public
from shared.contracts.notices import NoticeRequested, ViolationReported
from shared.eventing.messages import Published
from shared.eventing.model import About
from shared.kernel.ids import derived_id

TELLS: tuple[type[Published], ...] = (
    public.ComplaintFiled,
    public.ComplaintAccepted,
    public.ComplaintRejected,
    public.ComplaintWithdrawn,
    public.ComplaintSuspended,
    public.ComplaintResumed,
    public.ComplaintClosed,
    public.PersonErased,
    NoticeRequested,
    ViolationReported,
)


def publish(fact: own.IntakeFact, about: About) -> Published | None:
    match fact:
        case (
            own.ComplaintFiled()
            | own.ComplaintAccepted()
            | own.ComplaintRejected()
            | own.ComplaintWithdrawn()
            | own.ComplaintClosed()
        ):
            return _told(fact, about)
        case own.ComplaintSuspended() | own.ComplaintResumed():
            return _paused(fact, about)
        case own.ViolationAlleged() | own.ReminderSent():
            return _reported(fact, about)
        case own.PersonErased():
            return public.PersonErased(
                case_id=about.stream,
                at=about.at,
                person_id=fact.person_id,
                key_fingerprint=fact.key_fingerprint,
                destroyed_at=fact.destroyed_at,
            )
        case (
            own.OrderRecorded()
            | own.PersonErasureOrdered()
            | own.NegotiationOpened()
            | own.NegotiationOffered()
            | own.NegotiationFailed()
            | own.NegotiationAgreed()
            | own.CaseSettled()
            | own.RulingNoted()
            | own.OrdersFulfilled()
            | own.AppealNoted()
            | own.AppealDismissalNoted()
            | own.AppealDecisionNoted()
            | own.AppealWindowClosed()
            | own.DecisionBecameFinal()
            | own.SuspensionConsented()
            | own.ComplaintUrged()
        ):
            return None
        case _:
            assert_never(fact)


def _told(fact: own.ComplaintFact, about: About) -> Published:
    match fact:
        case own.ComplaintFiled():
            return _filed(fact, about)
        case own.ComplaintAccepted():
            return _accepted(fact, about)
        case own.ComplaintRejected():
            return public.ComplaintRejected(
                case_id=about.stream,
                at=about.at,
                parties=fact.parties,
                failures=fact.failures,
                policy_version=fact.policy_version,
            )
        case own.ComplaintWithdrawn():
            return public.ComplaintWithdrawn(case_id=about.stream, at=about.at, by=about.by, reason=fact.reason)
        case own.ComplaintClosed():
            return public.ComplaintClosed(case_id=about.stream, at=about.at, outcome=fact.outcome)
        case _:
            assert_never(fact)


def _paused(fact: own.SuspensionFact, about: About) -> Published:
    match fact:
        case own.ComplaintSuspended():
            return public.ComplaintSuspended(
                case_id=about.stream,
                at=about.at,
                by=about.by,
                grounds=fact.grounds,
                reference=fact.reference,
                until=fact.until,
            )
        case own.ComplaintResumed():
            return public.ComplaintResumed(
                case_id=about.stream, at=about.at, by=about.by, suspended_at=fact.suspended_at, reason=fact.reason
            )
        case _:
            assert_never(fact)


def _reported(fact: own.ToldFact, about: About) -> Published:
    match fact:
        case own.ViolationAlleged():
            return ViolationReported(
                case_id=about.stream,
                at=about.at,
                parties=fact.parties,
                order_id=fact.order_id,
                line_id=fact.line_id,
                violation=fact.violation,
                basis="complaint",
            )
        case own.ReminderSent():
            return NoticeRequested(
                case_id=about.stream,
                at=about.at,
                notice_id=derived_id(fact.TYPE, about.stream, fact.clock, fact.key, about.at.isoformat()),
                recipient=fact.recipient,
                channel="sms",
                purpose="reminder",
                text=f"Please act by {fact.due_at:%Y-%m-%d %H:%M} UTC: when that passes, {fact.consequence}.",
                due_at=fact.due_at,
            )
        case _:
            assert_never(fact)


def _filed(fact: own.ComplaintFiled, about: About) -> public.ComplaintFiled:
    return public.ComplaintFiled(
        case_id=about.stream,
        at=about.at,
        order_id=fact.order_id,
        line_id=fact.line_id,
        parties=fact.parties,
        category=fact.category,
        sub_reason=fact.sub_reason,
        description=fact.description,
        demand=fact.demand,
        channel=fact.channel,
        filed_by=about.by,
    )


def _accepted(fact: own.ComplaintAccepted, about: About) -> public.ComplaintAccepted:
    return public.ComplaintAccepted(
        case_id=about.stream,
        at=about.at,
        order_id=fact.order_id,
        line_id=fact.line_id,
        parties=fact.parties,
        category=fact.category,
        sub_reason=fact.sub_reason,
        demand=fact.demand,
        price_paid=fact.price_paid,
        product=fact.product,
        tier=fact.tier,
        tier_reasons=fact.tier_reasons,
        listing=fact.line.listing if fact.line else None,
        policy_version=fact.policy_version,
    )
