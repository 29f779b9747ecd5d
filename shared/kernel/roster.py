"""Who is on duty to decide cases."""

from typing import Annotated

from pydantic import Field

from shared.kernel.actors import Actor
from shared.kernel.values import Moment, Value


class Handled(Value):
    """A party whose case an adjudicator handled, and when last."""

    party: str
    at: Moment


class RosterEntry(Value):
    """One adjudicator on duty: open cases, and the parties handled of late."""

    actor: Actor
    load: Annotated[int, Field(ge=0)] = 0
    recent_parties: tuple[str, ...] = ()
    handled: tuple[Handled, ...] = ()
    """Where the instants are known, so that the rules of a case decide what is recent."""
