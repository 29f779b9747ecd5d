"""What every service refuses alike: steps that are the platform's own, and steps in a case that stands still."""

from datetime import datetime

from shared.kernel.actors import Actor, Role
from shared.kernel.refusals import Refused
from shared.kernel.values import said


def case_must_not_be_suspended(since: datetime, cure: str = "resume the case first") -> Refused:
    """Refuses whatever is asked of a case that stands still."""
    return Refused(
        "case_must_not_be_suspended",
        detail=f"every clock of the case has stood still since {said(since)}",
        cure=cure,
    )


def only_the_platform(by: Actor) -> Refused | None:
    """Refuses everyone but the platform."""
    if by.role is Role.PLATFORM:
        return None
    return Refused(
        "only_the_platform_may_do_this",
        detail=f"this follows from a deadline or from another step; a {by.role} cannot ask for it",
        field="by",
    )
