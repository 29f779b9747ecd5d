"""The three kinds of message: commands ask, facts say what a service decided, published facts tell others.

Each carries its own stored name, so renaming a class never touches stored data (style.md 3.4).
"""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from shared.kernel import texts
from shared.kernel.actors import Actor
from shared.kernel.ids import Id
from shared.kernel.values import Moment

Words = texts.Words
"""Free text that a person writes: never empty, at most 4,000 characters; sealed when it comes in (ADR 0022)."""


class Given:
    """Marks a command field that the handler gathers (an order, a policy); callers never send it."""


class Command(BaseModel):
    """Something one recipient is asked to do. Time, caller and new ids come with it, never from a clock.

    `id` identifies the request: a second command with the same id on the same stream is the same request.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    NAME: ClassVar[str]
    """The name on the command topic and in the HTTP path, for example `lodge_appeal`."""
    ABOUT: ClassVar[str | None] = None
    """The field that names the person, or the side, whom its texts are about; without one they are the caller's."""

    id: Id
    case_id: Id
    """The stream it decides on."""
    at: Moment
    by: Actor


class Fact(BaseModel):
    """Something a service decided, in its own log and past tense. Stored facts forbid unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    TYPE: ClassVar[str]
    """The stored name, `service.fact.vN`."""


class Published(BaseModel):
    """The public form of a fact, on its own topic. Readers ignore fields they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str]
    """The wire name with its version, `ruling.issued.v1`."""
    TOPIC: ClassVar[str]
    SOURCE: ClassVar[str]
    """The producing service, `platform` for facts from outside, or `any` for what every service may tell."""
    ORDERED: ClassVar[bool] = True
    """Whether it takes a sequence of its case and source. What only the platform hears takes none (ADR 0013)."""

    case_id: Id
    at: Moment

    @property
    def stream(self) -> str:
        """The stream the fact belongs to: the message key."""
        return self.case_id

    @property
    def lineage(self) -> str:
        """What its sequence or version counts in, within the stream."""
        return self.SOURCE
