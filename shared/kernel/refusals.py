"""Refusals as named values: what a business rule answers when it says no."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """A business rule said no. `rule` is a sentence and a stable code, never free text.

    `clause` is the policy clause the rule stands on, `detail` the facts of this case,
    `field` the part of the request at fault, and `cure` what would make it acceptable.
    """

    rule: str
    detail: str = ""
    clause: str | None = None
    field: str | None = None
    cure: str | None = None
