"""A view answers one question with one document per stream, computed from the log alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from pydantic import BaseModel

from shared.eventing.model import Entry
from shared.kernel.rights import People

D = TypeVar("D", bound=BaseModel)


def _no_keys(_: BaseModel) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, slots=True)
class View(Generic[D]):
    """What a view is: its name, the version of its shape, and how one entry changes a document.

    `evolve` answers None while there is nothing to show. A change of shape or meaning raises
    `version`, which builds a new collection beside the old one. `keys` are the values that
    queries select, tally or order by. `indexed` names those with an index; `a+b` is one index over both.
    """

    name: str
    version: int
    document: type[D]
    evolve: Callable[[D | None, Entry], D | None]
    keys: Callable[[D], Mapping[str, object]] = field(default=_no_keys)
    indexed: tuple[str, ...] = ()


LISTED_FOR: Final = "listed_for"
"""The key under which pages find the cases of one person."""


def people_view(evolve: Callable[[People | None, Entry], People | None]) -> View[People]:
    """The view of a service that says whose its cases are."""
    return View(
        name="people",
        version=1,
        document=People,
        evolve=evolve,
        keys=lambda people: {LISTED_FOR: list(people.listed_for)},
        indexed=(LISTED_FOR,),
    )
