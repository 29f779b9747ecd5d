"""An appeal is admitted when it comes in time and brings new evidence or a reason for each ground it names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.appeals.domain.case_file import AppealRules, ContestedRuling
from shared.kernel.reasons import AppealGround, Failure
from shared.kernel.values import said

WINDOW_CLAUSE = "appeal.window"
REASON_CLAUSE = "appeal.reason"
ITEMS_EXPLAIN = frozenset({AppealGround.NEW_EVIDENCE})
"""Grounds that the items themselves explain."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What an appellant brings, when, and whether it may mend an appeal that is not admitted."""

    grounds: Sequence[AppealGround]
    reason: str
    new_evidence: Sequence[str]
    late_evidence: Sequence[str]
    at: datetime
    may_mend: bool


def failures_of(brought: Brought, ruling: ContestedRuling, rules: AppealRules) -> tuple[Failure, ...]:
    """Every rule the appeal fails, so that the appellant hears all of them at once; none if it is admitted."""
    again = _again(brought, ruling)
    return (
        *_lateness(brought.at, ruling),
        *_missing_new_evidence(brought, rules, again),
        *_missing_late_evidence(brought, rules, again),
        *_missing_reason(brought, rules, again),
    )


def again_until(brought: Brought, ruling: ContestedRuling) -> datetime | None:
    """Until when an appeal that is not admitted may be lodged again, or None."""
    return ruling.appeal_until if brought.may_mend and brought.at <= ruling.appeal_until else None


def _again(brought: Brought, ruling: ContestedRuling) -> str:
    until = again_until(brought, ruling)
    return f"; lodge it again until {said(until)}" if until else ""


def _lateness(at: datetime, ruling: ContestedRuling) -> Iterator[Failure]:
    if at > ruling.appeal_until:
        yield Failure(
            rule="appeal_must_be_lodged_within_the_window",
            clause=WINDOW_CLAUSE,
            detail=f"the window ended at {said(ruling.appeal_until)}, the appeal came at {said(at)}",
            cure="the ruling stands; a consumer association or a court can still be asked",
        )


def _missing_new_evidence(brought: Brought, rules: AppealRules, again: str) -> Iterator[Failure]:
    if AppealGround.NEW_EVIDENCE in brought.grounds and not _described(brought.new_evidence, rules):
        yield Failure(
            rule="new_evidence_must_be_described",
            clause=REASON_CLAUSE,
            detail=f"the ground new_evidence was named, but {_told(brought.new_evidence, rules)}",
            cure=f"say of each new item what it is, what is new about it and what it shows{again}",
        )


def _missing_late_evidence(brought: Brought, rules: AppealRules, again: str) -> Iterator[Failure]:
    if AppealGround.LATE_EVIDENCE_JUSTIFIED in brought.grounds and not _described(brought.late_evidence, rules):
        yield Failure(
            rule="late_evidence_must_be_named",
            clause=REASON_CLAUSE,
            detail=f"the ground late_evidence_justified was named, but {_told(brought.late_evidence, rules)}",
            cure=f"name each late item and say why it could not come in time{again}",
        )


def _missing_reason(brought: Brought, rules: AppealRules, again: str) -> Iterator[Failure]:
    needing = [ground for ground in brought.grounds if ground not in ITEMS_EXPLAIN]
    if needing and len(brought.reason) < rules.reason_characters:
        yield Failure(
            rule="ground_must_be_explained",
            clause=REASON_CLAUSE,
            detail=f"the reason has {len(brought.reason)} of at least {rules.reason_characters} characters "
            f"for {', '.join(needing)}",
            cure=f"say what in the ruling is wrong and why{again}",
        )


def _described(items: Sequence[str], rules: AppealRules) -> bool:
    return bool(items) and all(len(item) >= rules.item_characters for item in items)


def _told(items: Sequence[str], rules: AppealRules) -> str:
    if not items:
        return "no item is described"
    short = sum(1 for item in items if len(item) < rules.item_characters)
    return f"{short} of {len(items)} descriptions have less than {rules.item_characters} characters"
