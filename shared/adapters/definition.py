"""What makes one service this service; all else is shared."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from shared.eventing.agenda import Agenda, Due
from shared.eventing.messages import Command
from shared.eventing.model import Model
from shared.eventing.requests import Provider
from shared.eventing.views import View
from shared.kernel.rights import People, Right
from shared.kernel.rights_table import right_to

if TYPE_CHECKING:
    from shared.adapters.service import Service


@dataclass(frozen=True, slots=True)
class Definition:
    """A service as its process runs it: its pure model, and what its edges need to know."""

    model: Model
    views: Sequence[View[Any]]
    """The first shows a case: a caller who prefers to wait for a command waits for this one."""
    deadlines: View[Agenda]
    command_for: Callable[[Due, str, datetime], Command]
    open_commands: Sequence[type[Command]]
    """Commands that callers may send; the rest come from policies and deadlines only."""
    providers: Callable[["Service"], Mapping[str, Provider]]
    routes: Callable[["Service"], APIRouter]
    people: View[People]
    """Says whose a case is: who of parties and adjudicators may see it and act in it."""
    worker_modules: Sequence[str] = ()
    """What worker processes import before their first job."""
    tasks: Callable[["Service"], Mapping[str, Callable[[], Awaitable[None]]]] = lambda _: {}
    """Work of this service alone that goes on as long as the process, by name; like all of it, under supervision."""
    right: Callable[[str], Right | None] = right_to
    """Who may do what, by the name of a command or by method and path of a route."""
    bounds_itself: Callable[[str], bool] = lambda _: False
    """Whether the route at a path bounds its body itself, while it streams in."""

    @property
    def every_view(self) -> tuple[View[Any], ...]:
        """All that is kept fed: what queries show, whose cases are, and what falls due."""
        return (*self.views, self.people, self.deadlines)
