"""The Decider: pure `decide` and `evolve` over one stream, and refusals as named values.

The pattern is Jérémie Chassaing's functional event-sourcing Decider.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

C = TypeVar("C", contravariant=True)
S = TypeVar("S")
F = TypeVar("F")


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


@dataclass(frozen=True, slots=True)
class Decider(Generic[C, S, F]):
    """How one kind of stream decides.

    `decide` answers facts, an empty sequence (what was asked already holds), or a refusal.
    `evolve` never refuses and must be total. Neither reads a clock, makes ids or does I/O.
    """

    decide: Callable[[C, S], "Sequence[F] | Refused"]
    evolve: Callable[[S, F], S]
    initial: S
