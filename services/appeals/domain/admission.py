"""An appeal is admitted when it comes in time and brings new evidence or a reason for each ground it names."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from services.appeals.domain.case_file import ContestedRuling
from shared.kernel.reasons import AppealGround, Failure

WINDOW_CLAUSE = "appeal.window"
REASON_CLAUSE = "appeal.reason"
SHORTEST_REASON = 20
"""Characters below which a reason says nothing that a reviewer could answer."""


def failures_of(
    grounds: Sequence[AppealGround], reason: str, new_evidence: Sequence[str], at: datetime, ruling: ContestedRuling
) -> tuple[Failure, ...]:
    """Every rule the appeal fails, so that the appellant hears all of them at once; none if it is admitted."""
    return (*_lateness(at, ruling), *_missing_evidence(grounds, new_evidence), *_missing_reason(grounds, reason))


def _lateness(at: datetime, ruling: ContestedRuling) -> Iterator[Failure]:
    if at > ruling.appeal_until:
        yield Failure(
            rule="appeal_must_be_lodged_within_the_window",
            clause=WINDOW_CLAUSE,
            detail=f"the window ended at {ruling.appeal_until.isoformat()}, the appeal came at {at.isoformat()}",
            cure="the ruling stands; a consumer association or a court can still be asked",
        )


def _missing_evidence(grounds: Sequence[AppealGround], new_evidence: Sequence[str]) -> Iterator[Failure]:
    if AppealGround.NEW_EVIDENCE in grounds and not new_evidence:
        yield Failure(
            rule="new_evidence_must_be_described",
            clause=REASON_CLAUSE,
            detail="the ground new_evidence was named, but no new item was described",
            cure="an appeal on new evidence says of each item what it is and what it shows",
        )


def _missing_reason(grounds: Sequence[AppealGround], reason: str) -> Iterator[Failure]:
    needing = [ground for ground in grounds if ground is not AppealGround.NEW_EVIDENCE]
    if needing and len(reason) < SHORTEST_REASON:
        yield Failure(
            rule="ground_must_be_explained",
            clause=REASON_CLAUSE,
            detail=f"the reason has {len(reason)} of at least {SHORTEST_REASON} characters for {', '.join(needing)}",
            cure="a reason says what in the ruling is wrong and why",
        )
