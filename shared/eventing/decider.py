"""The Decider: pure `decide` and `evolve` over one stream.

The pattern is Jérémie Chassaing's functional event-sourcing Decider.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.kernel.refusals import Refused

C = TypeVar("C", contravariant=True)
S = TypeVar("S")
F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Decider(Generic[C, S, F]):
    """How one kind of stream decides.

    `decide` answers facts, an empty sequence (what was asked already holds), or a refusal.
    `evolve` never refuses and must be total. Neither reads a clock, makes ids or does I/O.
    """

    decide: Callable[[C, S], Sequence[F] | Refused]
    evolve: Callable[[S, F], S]
    initial: S
