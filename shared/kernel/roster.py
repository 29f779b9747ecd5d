"""Who is on duty to decide cases."""

from typing import Annotated

from pydantic import Field

from shared.kernel.actors import Actor
from shared.kernel.values import Value


class RosterEntry(Value):
    """One adjudicator on duty: open cases, and the parties handled of late."""

    actor: Actor
    load: Annotated[int, Field(ge=0)] = 0
    recent_parties: tuple[str, ...] = ()
