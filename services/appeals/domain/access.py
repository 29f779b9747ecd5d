"""What the platform does by itself, nobody else may ask for."""

from shared.eventing.decider import Refused
from shared.eventing.messages import Command
from shared.kernel.actors import Role


def refuse_others_than_the_platform(command: Command) -> Refused | None:
    if command.by.role is Role.PLATFORM:
        return None
    return Refused(
        "only_the_platform_may_do_this",
        detail=f"{command.NAME} follows from other facts of the case; a {command.by.role} cannot ask for it",
        field="by",
    )
