"""What each published fact says, as a line of a report."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from shared.contracts import appeals, evidence, intake, mediation, notices, platform

Data: TypeAlias = Mapping[str, Any]


def amount(money: Data | None) -> str:
    """An amount with its currency; a dash for none."""
    if money is None:
        return "-"
    minor = int(money["minor"])
    return f"{minor // 100}.{minor % 100:02d} {money['currency']}"


def terms(given: Data | None) -> str:
    if given is None:
        return "nothing"
    parts = [words(given["remedy"])]
    parts += [f"of {amount(given['amount'])}"] if given.get("amount") else []
    parts += [f"with compensation of {amount(given['compensation'])}"] if given.get("compensation") else []
    return " ".join(parts)


def words(code: object) -> str:
    return str(code).replace("_", " ")


def instant(text: str | None) -> str:
    """An instant to the minute, UTC."""
    return f"{text[:10]} {text[11:16]} UTC" if text else "-"


def person(actor: Data) -> str:
    return f"{actor['role']} {actor['id']}"


def told(kind: str, data: Data) -> str:
    """The sentence for a fact; its name for one that no sentence is known for."""
    say = _SENTENCES.get(kind)
    return say(data) if say else words(kind)


_SENTENCES: Final[Mapping[str, Callable[[Data], str]]] = {
    intake.ComplaintFiled.TYPE: lambda d: (
        f"Complaint filed by {person(d['filed_by'])}: {words(d['category'])}, {words(d['sub_reason'])}; "
        f"wanted: {terms(d['demand'])}"
    ),
    intake.ComplaintAccepted.TYPE: lambda d: f"Complaint accepted, for the {d['tier']} tier",
    intake.ComplaintRejected.TYPE: lambda d: (
        "Complaint rejected: " + "; ".join(f"{words(one['rule'])} ({one['detail']})" for one in d["failures"])
    ),
    intake.ComplaintWithdrawn.TYPE: lambda d: f"Complaint withdrawn: {d['reason']}",
    intake.ComplaintSuspended.TYPE: lambda d: f"Suspended ({words(d['grounds'])}) until {instant(d['until'])}",
    intake.ComplaintResumed.TYPE: lambda d: f"Resumed: {d['reason']}",
    intake.ComplaintClosed.TYPE: lambda d: f"Case closed: {words(d['outcome'])}",
    evidence.EvidenceRequested.TYPE: lambda d: (
        f"The {d['side']} is asked to show {d['element']}"
        f"{': ' + ', '.join(map(words, d['items'])) if d['items'] else ''}; due {instant(d['due_at'])}"
    ),
    evidence.EvidenceSubmitted.TYPE: lambda d: (
        f"The {d['submitter']} submits {words(d['type'])} {d['item_id']}{' (late)' if d['late'] else ''}"
    ),
    evidence.EvidenceClosed.TYPE: lambda d: (
        f"Evidence of the {d['round']} round sealed: {len(d['manifest'])} items, digest {d['manifest_digest'][:16]}"
    ),
    mediation.MediationOpened.TYPE: lambda d: f"{person(d['adjudicator'])} takes the case; due {instant(d['due_at'])}",
    mediation.OfferMade.TYPE: lambda d: (
        f"{person(d['made_by'])} offers {terms(d['terms'])}, valid until {instant(d['valid_until'])}"
    ),
    mediation.SettlementReached.TYPE: lambda d: f"Settlement reached: {terms(d['terms'])}",
    mediation.RulingIssued.TYPE: lambda d: (
        f"Ruling ({words(d['kind'])}): {terms(d['terms'])}; can be appealed until {instant(d['appeal_until'])}"
    ),
    mediation.RulingFulfilled.TYPE: lambda d: f"Everything owed by the {d['basis']} was performed",
    mediation.EnforcementOrdered.TYPE: lambda d: (
        f"Enforcement ordered: {words(d['obligation']['duty'])} by the {d['obligation']['debtor']}"
    ),
    appeals.AppealOpened.TYPE: lambda d: (
        f"Appeal of {person(d['appellant'])} admitted: {', '.join(map(words, d['grounds']))}; {d['reason']}"
    ),
    appeals.AppealDismissed.TYPE: lambda d: (
        f"Appeal of {person(d['appellant'])} not admitted: "
        + "; ".join(f"{words(one['rule'])} ({one['detail']})" for one in d["failures"])
    ),
    appeals.AppealWithdrawn.TYPE: lambda d: f"Appeal of {person(d['appellant'])} withdrawn: {d['reason']}",
    appeals.AppealDecided.TYPE: lambda d: f"Appeal decided ({d['outcome']}): {terms(d['terms'])}; this is final",
    notices.NoticeRequested.TYPE: lambda d: (
        f"{person(d['recipient'])} is to be sent a notice ({words(d['purpose'])}), by {words(d['channel'])}"
    ),
    platform.NoticeDelivered.TYPE: lambda d: f"Notice {d['notice_id']}: {words(d['result'])} {d['detail']}".rstrip(),
    notices.DutyOverdue.TYPE: lambda d: (
        f"{person(d['owner'])} let a duty pass ({words(d['duty'])}, due {instant(d['due_at'])}): "
        f"{words(d['consequence'])}"
    ),
    notices.ViolationReported.TYPE: lambda d: (
        f"Violation reported to the platform ({words(d['violation'])}), by the {d['basis']}"
    ),
}
