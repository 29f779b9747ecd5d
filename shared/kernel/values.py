"""The frozen shape that every value in Redress has: immutable and closed to unknown fields."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value. Two values with the same fields are the same value."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _utc_milliseconds(moment: datetime) -> datetime:
    # MongoDB keeps milliseconds; a moment that changes when stored would break digests.
    if moment.tzinfo is None:
        message = "a moment needs a time zone, for example 2026-11-01T08:00:00Z"
        raise ValueError(message)
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000) if moment.microsecond % 1000 else moment


Moment = Annotated[datetime, AfterValidator(_utc_milliseconds)]
"""An instant in UTC with millisecond precision."""


def said(moment: datetime) -> str:
    """A moment as people are told it: to the minute, and to the second where that is not whole."""
    return f"{moment:%Y-%m-%d %H:%M:%S}".removesuffix(":00") + " UTC"
