"""Traces: what led to what across services, in the words of W3C Trace Context (ADR 0027).

A commit keeps the `traceparent` of the span that appended it, so that what follows hours later, in another process,
still hangs on the decision that led to it.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from typing import Final, Protocol, TypeAlias

_TRACEPARENT: Final = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

Attribute: TypeAlias = str | int | float


class Kind(Enum):
    """On which side of a wire a span is."""

    SERVER = "server"
    CONSUMER = "consumer"
    PRODUCER = "producer"
    INTERNAL = "internal"


class Span(Protocol):
    """One piece of work in a trace. Names and attributes never hold a text that a person wrote."""

    @property
    def trace(self) -> str | None:
        """The traceparent for what follows from this work."""
        ...

    def note(self, **attributes: Attribute) -> None: ...

    def rename(self, name: str) -> None: ...

    def end(self, error: BaseException | None = None) -> None:
        """The work is over; of an error only the kind is kept."""
        ...


class Tracer(Protocol):
    """Where spans come from."""

    def begin(self, name: str, kind: Kind, parent: str | None, /, **attributes: Attribute) -> Span:
        """A span under `parent`, or the first of a new trace. It costs next to nothing where the trace is not kept."""
        ...


class Passing:
    """A span that is not kept: what follows hangs on what was before it."""

    __slots__ = ("trace",)

    def __init__(self, trace: str | None) -> None:
        self.trace = trace

    def note(self, **attributes: Attribute) -> None: ...

    def rename(self, name: str) -> None: ...

    def end(self, error: BaseException | None = None) -> None: ...


class Untraced:
    """The `Tracer` port that keeps nothing, and hands on what came from outside."""

    def begin(self, _name: str, _kind: Kind, parent: str | None, /, **_attributes: Attribute) -> Span:
        return Passing(parent)


@contextmanager
def spanning(tracer: Tracer, name: str, kind: Kind, parent: str | None, /, **attributes: Attribute) -> Iterator[Span]:
    """A span for as long as the block runs."""
    span = tracer.begin(name, kind, parent, **attributes)
    try:
        yield span
    except BaseException as error:
        span.end(error)
        raise
    else:
        span.end()


def traceparent_in(text: str | None) -> str | None:
    """The text, if it is a traceparent; anything else a caller may have sent is ignored, as the standard asks."""
    return text if text and _TRACEPARENT.fullmatch(text) else None


def ids_in(trace: str | None) -> Mapping[str, str]:
    """The ids in a traceparent, by the names that logs have for them."""
    return {"trace_id": trace[3:35], "span_id": trace[36:52]} if trace else {}
