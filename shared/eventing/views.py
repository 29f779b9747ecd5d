"""A view answers one question with one document per stream, computed from the log alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import BaseModel

from shared.eventing.model import Entry
from shared.kernel.actors import Parties

D = TypeVar("D", bound=BaseModel)


def _no_keys(_: BaseModel) -> Mapping[str, object]:
    return {}


def _no_parties(_: BaseModel) -> Parties | None:
    return None


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
    parties: Callable[[D], Parties | None] = field(default=_no_parties)
    """Whose case a document is about, as far as it says so. What a service shows a case by must say it."""
