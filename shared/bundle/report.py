"""The readable report of a case as sections, whatever it is then printed on. Made of published facts only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from shared.bundle.manifest import EvidenceFile
from shared.bundle.steps import CaseHistory
from shared.bundle.wording import amount, instant, person, terms, told, words
from shared.contracts import appeals, evidence, intake, mediation
from shared.contracts.topology import CONTRACTS
from shared.kernel.policy import Policy

Row: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its heads, and rows of plain text."""

    heads: Row
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Picture:
    """A small copy of an evidence photograph, with its caption."""

    sha256: str
    caption: str


@dataclass(frozen=True, slots=True)
class Section:
    """A title, and what stands under it in order: plain text, tables and pictures."""

    title: str
    parts: Sequence[str | Grid | Picture]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report."""

    title: str
    subtitle: str
    sections: Sequence[Section]


_CONTRACTS: Final = {contract.TYPE: contract for contract in CONTRACTS}
_ENDINGS: Final = {intake.ComplaintRejected.TYPE: "rejected", intake.ComplaintWithdrawn.TYPE: "withdrawn"}


def status_of(history: CaseHistory) -> str:
    """How the case stands by what was told: open, rejected, withdrawn, or closed with its outcome."""
    status = "open"
    for step in history.steps:
        if step.type == intake.ComplaintClosed.TYPE:
            status = f"closed: {words(step.data['outcome'])}"
        elif status == "open":
            status = _ENDINGS.get(step.type, status)
    return status


def policy_version_of(history: CaseHistory) -> str | None:
    """The policy version that the case is pinned to, or None before screening."""
    return next((str(step.data["policy_version"]) for step in history.steps if "policy_version" in step.data), None)


def report_of(
    history: CaseHistory,
    shown: Sequence[Mapping[str, Any]],
    files: Sequence[EvidenceFile],
    pictures: Mapping[str, bytes],
    policy: Policy | None,
    time_given: Sequence[Row],
) -> Report:
    """`shown` are the facts' fields as they may be read, `pictures` the small copies by the hash of their file.

    `time_given` is both sides' time, as rows.
    """
    facts = [(step, _as_told_today(step.type, data)) for step, data in zip(history.steps, shown, strict=True)]
    of = _Facts([(step.type, data) for step, data in facts])
    timeline = [(instant(step.at), step.source.partition("/")[0], told(step.type, data)) for step, data in facts]
    sections = [
        _claim(of, policy),
        Section("Timeline", [Grid(("When", "Service", "What happened"), timeline)]),
        _items(of, files, pictures),
        *_decisions(of, policy),
        _obligations(of),
        _equal_time(time_given),
    ]
    title = f"Case {history.case_id}"
    subtitle = f"Status: {status_of(history)}. As of {instant(history.as_of or None)}; all instants are UTC."
    return Report(title, subtitle, [section for section in sections if section.parts])


class _Facts:
    def __init__(self, facts: Sequence[tuple[str, Any]]) -> None:
        self._facts = facts

    def all(self, kind: str) -> list[Any]:
        return [data for name, data in self._facts if name == kind]

    def last(self, kind: str) -> Any:
        return next(iter(self.all(kind)[::-1]), None)


def _as_told_today(kind: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """An older fact has no fields that came later; they have their defaults."""
    contract = _CONTRACTS.get(kind)
    return contract.model_validate(data, extra="ignore").model_dump(mode="json") if contract else data


def _claim(of: _Facts, policy: Policy | None) -> Section:
    filed, taken = of.last(intake.ComplaintFiled.TYPE), of.last(intake.ComplaintAccepted.TYPE)
    if filed is None:
        return Section("The complaint", [])
    rows: list[Row] = [
        ("Buyer", filed["parties"]["buyer_id"]),
        ("Seller", filed["parties"]["seller_id"]),
        ("Order and line", f"{filed['order_id']}, {filed['line_id']}"),
        ("Complaint", f"{words(filed['category'])}: {words(filed['sub_reason'])}"),
        ("Demand", terms(filed["demand"])),
        ("Filed", f"by {person(filed['filed_by'])}, channel {words(filed['channel'])}"),
    ]
    if taken is not None:
        rows += [("Product", taken["product"]), ("Price paid", amount(taken["price_paid"]))]
    rows += [("Policy version", policy.version)] if policy is not None else []
    return Section("The complaint", [Grid(("", ""), rows), filed["description"]])


def _items(of: _Facts, files: Sequence[EvidenceFile], pictures: Mapping[str, bytes]) -> Section:
    stands = {one.sha256: one for one in files}
    parts: list[str | Grid | Picture] = []
    for item in of.all(evidence.EvidenceSubmitted.TYPE):
        late = f", late by {item['late_by_seconds'] or 0} s" if item["late"] else ""
        head = f"{words(item['type'])} {item['item_id']}, by the {item['submitter']}, to show {item['element']}"
        parts.append(
            f"{head}; {item['round']} round, submitted {instant(item['submitted_at'])}{late}: {item['caption']}"
        )
        for file in item["files"]:
            one = stands.get(file["sha256"])
            where = one.entry if one and one.entry else f"not in this bundle: {one.absent if one else 'unknown'}"
            line = f"{file['media_type']}, {file['size']} bytes, {where}"
            parts.append(Picture(file["sha256"], line) if file["sha256"] in pictures else line)
    return Section("Evidence", parts)


def _decisions(of: _Facts, policy: Policy | None) -> Iterator[Section]:
    ruling, appeal = of.last(mediation.RulingIssued.TYPE), of.last(appeals.AppealDecided.TYPE)
    if ruling is not None:
        rows: list[Row] = [
            ("Kind", words(ruling["kind"])),
            ("Gives", terms(ruling["terms"])),
            ("Seller's liability", f"{ruling['seller_liability_percent']} %"),
            ("Freight paid by", str(ruling["freight_paid_by"])),
            ("Decided by", ", ".join(person(one) for one in ruling["adjudicators"])),
            ("On evidence", str(ruling["manifest_digest"])),
        ]
        yield _decision("The ruling", rows, ruling, policy)
    if appeal is not None:
        rows = [
            ("Outcome", words(appeal["outcome"])),
            ("Gives", terms(appeal["terms"])),
            ("Seller's liability", f"{appeal['seller_liability_percent']} %"),
            ("Reviewer", person(appeal["reviewer"])),
            ("What changed", appeal["what_changed"]),
        ]
        yield _decision("The decision on appeal", rows, appeal, policy)


def _decision(title: str, rows: Sequence[Row], decided: Any, policy: Policy | None) -> Section:
    findings = [
        (
            str(one["element"]),
            "shown" if one["shown"] else "not shown",
            one["reasoning"],
            ", ".join(one["cites"]) or "-",
        )
        for one in decided["findings"]
    ]
    known = {clause.id: clause for clause in policy.clauses} if policy else {}
    clauses = [
        (one, known[one].en if one in known else "not in the policy at hand", known[one].zh if one in known else "")
        for one in decided["clauses"]
    ]
    return Section(
        title,
        [
            Grid(("", ""), rows),
            decided["explanation"],
            Grid(("Element", "Finding", "Reasons", "Rests on"), findings),
            Grid(("Clause", "English", "中文"), clauses),
        ],
    )


def _obligations(of: _Facts) -> Section:
    """What is owed, by the latest decision that says so, and what was told of carrying it out."""
    bases = [
        ("appeal", appeals.AppealDecided.TYPE),
        ("ruling", mediation.RulingIssued.TYPE),
        ("settlement", mediation.SettlementReached.TYPE),
    ]
    basis, owing = next(((name, found) for name, kind in bases if (found := of.last(kind))), ("", None))
    if owing is None or not owing["obligations"]:
        return Section("What is owed", [])
    enforced = {one["obligation"]["id"] for one in of.all(mediation.EnforcementOrdered.TYPE)}
    met = any(one["basis"] == basis for one in of.all(mediation.RulingFulfilled.TYPE))
    rows = [
        (
            words(one["duty"]),
            f"the {one['debtor']}",
            amount(one.get("amount")),
            instant(one["comply_by"]) if one.get("comply_by") else "after what it waits for",
            "performed" if met else "enforcement ordered" if one["id"] in enforced else "owed",
        )
        for one in owing["obligations"]
    ]
    return Section("What is owed", [Grid(("Duty", "By", "Amount", "Due", "Stands"), rows)])


def _equal_time(rows: Sequence[Row]) -> Section:
    heads = ("Round", "Side", "Time given", "Requests", "Reminders", "Items", "Of them late")
    return Section("Time given to each side", [Grid(heads, rows)] if rows else [])
