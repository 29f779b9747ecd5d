"""Was each side given the same to show its evidence? One chapter for each opening of a round."""

from collections.abc import Mapping
from typing import Final

from services.evidence.views.time_given import RoundTime, SideTime, TimeGiven
from shared.kernel.treatment import EqualTreatment, Wording, compared, report

WORDINGS: Final = (
    Wording(name="given_seconds", of="given", unit="seconds", said="was given {} for its evidence"),
    Wording(name="rebuttal_seconds", of="given", unit="seconds", said="was given {} more to answer the last item"),
    Wording(name="requests", of="given", unit="times", said="was asked for evidence {}"),
    Wording(name="reminders", of="given", unit="times", said="was reminded {}"),
    Wording(
        name="slowest_disclosure_seconds",
        of="given",
        unit="seconds",
        said="waited at most {} until an item of the other side was shown",
    ),
    Wording(name="shown_items", of="done", unit="items", said="was shown {} of the other side"),
    Wording(name="received_items", of="done", unit="items", said="acknowledged {}"),
    Wording(name="items", of="done", unit="items", said="brought {}"),
    Wording(name="late_items", of="done", unit="items", said="brought {} late"),
    Wording(name="used_seconds", of="done", unit="seconds", said="used {}"),
)


def part_of(case_id: str, document: TimeGiven) -> EqualTreatment:
    """Evidence's part of the report on a case."""
    chapters = [
        compared(_title(one), WORDINGS, {side: _amounts(time) for side, time in one.sides.items()})
        for one in document.rounds
    ]
    return report(case_id, "evidence", chapters)


def _title(opened: RoundTime) -> str:
    return f"evidence of the {opened.round} round{', asked for after the seal' if opened.reopened else ''}"


def _amounts(time: SideTime) -> Mapping[str, int | None]:
    return time.model_dump(include={wording.name for wording in WORDINGS})
