"""At the door of a service: whether somebody may do something, by the table of rights and the log as it is now."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.eventing.feeds import earlier_of
from shared.eventing.ports import EventLog
from shared.eventing.streams import Codec
from shared.eventing.views import View
from shared.kernel.actors import Actor
from shared.kernel.lanes import lane_of
from shared.kernel.refusals import Refused
from shared.kernel.rights import People, Relation, Right, matters, refusal
from shared.kernel.rights_table import right_to

KEPT: Final = 4096
"""Cases whose people a process keeps in memory; each takes some hundred bytes."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Whose a case is at a version."""

    version: int
    digest: str
    people: People | None


class Doors:
    """Who is whose in one service. `view` folds it; what is kept in memory is brought up to date before it counts."""

    def __init__(
        self,
        view: View[People],
        log: EventLog,
        codec: Codec,
        *,
        lanes: int,
        right: Callable[[str], Right | None] = right_to,
        kept: int = KEPT,
    ) -> None:
        self.view = view
        self.right = right
        self._log = log
        self._codec = codec
        self._lanes = lanes
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._kept = kept

    async def refusal(self, by: Actor, action: str, about: str = "") -> Refused | None:
        """Why somebody may not do it, or None. `about` is the stream, or the person, that it is about.

        Raises StoreUnavailableError from the log.
        """
        right = self.right(action)
        relation = await self._relation(by, right, about) if right and matters(right, by.role) else None
        return refusal(right, by, relation, action, about)

    async def refusals(self, by: Actor, actions: Sequence[str], about: str) -> Mapping[str, Refused]:
        """Of several actions on one case, those that somebody may not do, each with the reason."""
        rights = {action: self.right(action) for action in actions}
        asked = next((right for right in rights.values() if right and matters(right, by.role)), None)
        relation = await self._relation(by, asked, about) if asked else None
        found = {action: refusal(right, by, relation, action, about) for action, right in rights.items()}
        return {action: refused for action, refused in found.items() if refused}

    async def people(self, stream: str) -> People | None:
        """Whose a case is, as the log has it now; None where the log says nothing of it."""
        known = self._known.get(stream, _Known(0, "", None))
        later = (await self._log.load(lane_of(stream, self._lanes), [stream], after=known.version)).get(stream, ())
        if later and known.version and later[0].prev != known.digest:
            self._known.pop(stream)  # the log was restored to another one: what is known is of no use
            return await self.people(stream)
        people = known.people
        for commit in later:
            for entry in self._codec.entries(commit, await earlier_of(self._log, commit)):
                people = self.view.evolve(people, entry)
        if later:
            self._remember(stream, _Known(later[-1].last, later[-1].digest, people))
        return people

    async def _relation(self, by: Actor, right: Right, about: str) -> Relation:
        if right.about == "person":
            oneself = by.id == about and right.person in {None, by.role}
            return Relation.OWN if oneself else Relation.OTHER
        kept = self._known.get(about)
        if kept and kept.people and kept.people.parties and kept.people.parties.side_of(by):
            return Relation.OWN  # parties never change, so the log need not be asked again
        people = await self.people(about)
        return people.relation_of(by) if people else Relation.NONE

    def _remember(self, stream: str, known: _Known) -> None:
        self._known[stream] = known
        self._known.move_to_end(stream)
        if len(self._known) > self._kept:
            self._known.popitem(last=False)
