"""What every fact, command and value of the kit is: frozen, typed, and closed to fields it does not declare."""

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Id = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:~-]*$")]
"""A name that is safe in keys, headers and paths."""

Moment = AwareDatetime
"""An instant with its time zone; Redress writes UTC, to the millisecond."""


class Value(BaseModel):
    """An immutable value.

    A mistyped field is an error where your code makes one; what is read from a topic may have fields of a later
    version, which `redress_contracts.read` leaves out at any depth.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(Value):
    """One published fact."""

    TYPE: ClassVar[str]
    """The CloudEvents type with its version, `ruling.issued.v1`."""
    TOPIC: ClassVar[str]
    SOURCE: ClassVar[str]
    """Who tells it: a service, `platform`, or `any` for what every service may tell."""
    ORDERED: ClassVar[bool] = True
    """Whether it takes a number in its case's and source's sequence. A fact with a `version` goes by that instead."""

    case_id: Id
    at: Moment

    @property
    def stream(self) -> str:
        """The case, or whatever else the fact belongs to: the record's key and the CloudEvents subject."""
        return self.case_id

    @property
    def lineage(self) -> str:
        """Within the stream, what its number or version counts in."""
        return self.SOURCE


class Command(Value):
    """The body of something that a service may be asked, over HTTP or on its command topic."""

    NAME: ClassVar[str]
    SERVICE: ClassVar[str]
