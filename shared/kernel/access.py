"""Who may ask for what every service keeps for the platform itself."""

from shared.kernel.actors import Actor, Role
from shared.kernel.refusals import Refused


def only_the_platform(by: Actor) -> Refused | None:
    """Refuses everyone but the platform."""
    if by.role is Role.PLATFORM:
        return None
    return Refused(
        "only_the_platform_may_do_this",
        detail=f"this follows from a deadline or from another step; a {by.role} cannot ask for it",
        field="by",
    )
