"""Old versions of facts: each step changes the data of one version into that of the next.

Kafka keeps facts for weeks and recordings keep them for ever, so a version that is told no more is still read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Upcast:
    """How the data of one type becomes that of a later one."""

    to: str
    change: Callable[[Data], Data]


UPCASTS: Mapping[str, Upcast] = {}
"""The steps that this release knows, by the type they start from. Every type is still in its first version."""


def upcast(type_: str, data: Data, known: Mapping[str, object], steps: Mapping[str, Upcast]) -> tuple[str, Data]:
    """Take steps until the type is a known one or no step leads on; answers where that is.

    Raises ValueError for steps that lead in a circle.
    """
    passed = {type_}
    while type_ not in known and (step := steps.get(type_)) is not None:
        if step.to in passed:
            raise ValueError(f"upcasts lead from {type_} back to {step.to}")
        type_, data = step.to, step.change(data)
        passed.add(type_)
    return type_, data
