"""Every step of a case as one plain English sentence."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.intake.domain import events as own
from services.intake.domain.words import CaseOutcome
from shared.contracts import appeals, evidence, mediation, platform
from shared.eventing.messages import Fact, Published
from shared.kernel.clocks import Clock
from shared.kernel.remedies import Demand, Remedy, Terms

REMEDIES: Mapping[Remedy, str] = {
    Remedy.REFUND: "a refund",
    Remedy.RETURN_REFUND: "a refund against return",
    Remedy.EXCHANGE: "an exchange",
    Remedy.REPAIR: "a repair",
    Remedy.COMPENSATION: "compensation",
}

OUTCOMES: Mapping[CaseOutcome, str] = {
    "withdrawn": "the buyer withdrew",
    "negotiated": "the parties agreed by themselves",
    "settled": "the settlement is carried out",
    "ruled": "the ruling is final and carried out",
    "appeal_decided": "the appeal decision is carried out",
}

GROUNDS: Mapping[str, str] = {
    "joint_wish": "because both parties want it",
    "court_or_authority": "for proceedings before a court or an authority",
}

FAILED: Mapping[str, str] = {
    "no_response": "the seller did not answer in time",
    "refused": "the seller refused",
    "blame_shifted": "the seller put the blame elsewhere",
    "offer_unacceptable": "the buyer declined the offer",
}


DELIVERED: Mapping[str, str] = {"delivered": "delivered", "failed": "not delivered"}

DECIDED: Mapping[str, str] = {"uphold": "upheld", "amend": "amended", "overturn": "overturned"}


def when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def what(wanted: Demand | Terms) -> str:
    amount = f" of {wanted.amount}" if wanted.amount else ""
    extra = f" and compensation of {wanted.compensation}" if isinstance(wanted, Terms) and wanted.compensation else ""
    return f"{REMEDIES[wanted.remedy]}{amount}{extra}"


def plain(code: str) -> str:
    return code.replace("_", " ")


def owed(clocks: tuple[Clock, ...]) -> str:
    if not clocks:
        return "nobody owes anything by a set time"
    return ", ".join(f"the {clock.owner} owes {plain(clock.kind)} by {when(clock.due_at)}" for clock in clocks)


def article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"


def listed(codes: tuple[str, ...]) -> str:
    return ", ".join(map(plain, codes))


SENTENCES: Mapping[type[Fact | Published], Callable[[Any], str]] = {
    own.NegotiationOpened: lambda f: (
        f"The buyer asked the seller for {what(f.demand)}; the seller has until {when(f.answer_by)} to answer."
    ),
    own.NegotiationOffered: lambda f: f"The seller offered {what(f.terms)}.",
    own.NegotiationFailed: lambda f: f"The negotiation failed: {FAILED[f.outcome]}.",
    own.NegotiationAgreed: lambda f: f"The buyer accepted the seller's offer: {what(f.terms)}.",
    own.ComplaintFiled: lambda f: (
        f"A complaint was filed: {plain(f.category)}, {plain(f.sub_reason)}; {what(f.demand)} is demanded."
    ),
    own.ComplaintAccepted: lambda f: (
        f"The complaint was taken up for {f.product}; a {f.tier} adjudicator handles it"
        f"{f' ({listed(f.tier_reasons)})' if f.tier_reasons else ''}."
    ),
    own.ComplaintRejected: lambda f: (
        "The complaint was not taken up, because of: " + "; ".join(failure.detail for failure in f.failures) + "."
    ),
    own.ComplaintWithdrawn: lambda _: "The buyer withdrew the complaint.",
    own.ComplaintClosed: lambda f: f"The case was closed: {OUTCOMES[f.outcome]}.",
    own.CaseSettled: lambda f: (
        "The settlement is final; the case waits for it to be carried out." if f.owes else "The settlement is final."
    ),
    own.RulingNoted: lambda f: f"Either party may appeal the ruling until {when(f.appeal_until)}.",
    own.OrdersFulfilled: lambda f: f"Everything owed under the {f.basis} was recorded as done.",
    own.AppealNoted: lambda _: "The decision is not final while the appeal is open.",
    own.AppealDismissalNoted: lambda _: "The dismissed appeal no longer holds the case open.",
    own.AppealDecisionNoted: lambda f: (
        f"The appeal decision {'leaves the ruling as it was' if f.upheld else 'takes the place of the ruling'}."
    ),
    own.AppealWindowClosed: lambda _: "The time to appeal has passed.",
    own.DecisionBecameFinal: lambda f: f"The {f.basis} {'decision ' if f.basis == 'appeal' else ''}became final.",
    own.ViolationAlleged: lambda f: (
        f"The complaint says the seller broke the rules ({plain(f.violation)}); this was reported to the platform."
    ),
    own.SuspensionConsented: lambda f: f"The {f.side} consents to a suspension if the other does by {when(f.until)}.",
    own.ComplaintSuspended: lambda f: (
        f"The case was suspended {GROUNDS[f.grounds]}{f' ({f.reference})' if f.reference else ''}; "
        f"every clock stands still, until {when(f.until)} at the latest."
    ),
    own.ComplaintResumed: lambda f: (
        f"The case goes on after {(f.resumed_at - f.suspended_at).total_seconds() / 3600:.1f} hours of suspension, "
        f"with what was left of every clock: {f.reason.rstrip('.')}."
    ),
    own.ComplaintUrged: lambda f: (
        f"The {f.side} urged (time {f.count}) and was answered: the step is {plain(f.step)}; {owed(f.owed)}; "
        f"{f.answer}."
    ),
    own.ReminderSent: lambda f: (
        f"The {f.owner} was reminded to act by {when(f.due_at)}; when that passes, {f.consequence}."
    ),
    platform.NoticeDelivered: lambda f: f"A notice was {DELIVERED[f.result]}{f': {f.detail}' if f.detail else ''}.",
    evidence.EvidenceRequested: lambda f: (
        f"The {f.side} was asked for evidence ({listed(f.items)}) by {when(f.due_at)}."
    ),
    evidence.EvidenceSubmitted: lambda f: (
        f"The {f.submitter} submitted {article(plain(f.type))}{', after the time for it' if f.late else ''}."
    ),
    evidence.EvidenceClosed: lambda f: f"The evidence was sealed with {len(f.manifest)} items; nothing more enters.",
    mediation.MediationOpened: lambda f: f"A mediator took the case; mediation lasts until {when(f.due_at)}.",
    mediation.OfferMade: lambda f: (
        f"The {f.made_by.role} offered {what(f.terms)}; the offer is open until {when(f.valid_until)}."
    ),
    mediation.SettlementReached: lambda f: f"Both parties agreed on {what(f.terms)}.",
    mediation.RulingIssued: lambda f: (
        f"The ruling was issued: {what(f.terms) if f.terms else 'nothing is ordered'} ({plain(f.kind)})."
    ),
    mediation.RulingFulfilled: lambda f: f"Everything owed under the {f.basis} was done.",
    mediation.EnforcementOrdered: lambda f: (
        f"The {f.obligation.debtor} did not {plain(f.obligation.duty)} in time; the platform was asked to enforce it."
    ),
    appeals.AppealOpened: lambda f: (
        f"The {f.appellant.role} appealed ({listed(f.grounds)}); new evidence is due by {when(f.evidence_due_at)}."
    ),
    appeals.AppealDismissed: lambda f: f"The appeal of the {f.appellant.role} was not admitted; the ruling stands.",
    appeals.AppealDecided: lambda f: f"The appeal was decided: the ruling is {DECIDED[f.outcome]}.",
}
