"""Who may do what: by role, and by how the caller stands to the case. What is not granted is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from shared.kernel.actors import ADJUDICATORS, Actor, Parties, Role, Side
from shared.kernel.refusals import Refused
from shared.kernel.values import Value


class Relation(StrEnum):
    """How a caller stands to a case, or to a person."""

    OWN = "own"
    """A party of it, or the adjudicator who has it now; of a person: oneself."""
    OTHER = "other"
    """Others are its parties, or have it now."""
    NONE = "none"
    """Nobody's: there is no such case, or no adjudicator of the caller's kind has it yet."""


About: TypeAlias = Literal["case", "pages", "person", "nothing"]
"""What an action is about: one case or order, pages that show the caller's own only, a person, or neither."""

EVERY: Final = frozenset(Relation)


@dataclass(frozen=True, slots=True)
class Right:
    """Who may do one thing: by role, the relations in which it is granted.

    `by_link`: a signed link may stand for its bearer. `about` a person it is one of the role `person`.
    """

    grants: Mapping[Role, frozenset[Relation]]
    about: About = "case"
    person: Role | None = None
    by_link: bool = False

    def of(self, role: Role) -> frozenset[Relation]:
        """The relations in which a role may do it; none for what is not granted."""
        return self.grants.get(role, frozenset())


class People(Value):
    """Whose a case is: its parties, who mediates or rules on it, and who reviews it.

    `over`: nobody is going to be assigned any more. An `order` has parties only, and is on no page of cases.
    """

    parties: Parties | None = None
    adjudicator: Actor | None = None
    reviewer: Actor | None = None
    under_appeal: bool = False
    over: bool = False
    order: bool = False

    def having(self, **changes: object) -> "People":
        """The same people but for this; itself when nothing changes."""
        changed = self.model_copy(update=changes)
        return self if changed == self else changed

    def relation_of(self, by: Actor) -> Relation:
        """How somebody stands to the case. One that waits for an adjudicator is nobody's to those who may get it."""
        if self.parties and self.parties.side_of(by):
            return Relation.OWN
        if by in {self.adjudicator, self.reviewer} and by.role in ADJUDICATORS:
            return Relation.OWN
        return Relation.NONE if by.role in self.awaited else Relation.OTHER

    @property
    def awaited(self) -> frozenset[Role]:
        """The roles of whom nobody has the case yet."""
        mediators = frozenset() if self.adjudicator or self.over or self.order else _MEDIATORS
        reviewers = frozenset({Role.REVIEWER}) if self.under_appeal and not self.reviewer else frozenset()
        return mediators | reviewers

    @property
    def listed_for(self) -> tuple[str, ...]:
        """Under which keys pages find the case: each of its people, and the roles it waits for."""
        if self.order:
            return ()
        both = [self.parties.party_on(side) for side in Side] if self.parties else []
        people = [actor for actor in (*both, self.adjudicator, self.reviewer) if actor]
        return (*(key_of(actor) for actor in people), *(f"{role}:" for role in sorted(self.awaited)))


_MEDIATORS: Final = frozenset({Role.FRONTLINE, Role.SPECIALIST})


def key_of(by: Actor) -> str:
    """Under which key pages find one's own cases."""
    return f"{by.role}:{by.id}"


def page_keys(right: Right, by: Actor) -> tuple[str, ...] | None:
    """The keys under which pages may show cases to a caller; None for one who may see all of them."""
    granted = right.of(by.role)
    if granted == EVERY:
        return None
    own = (key_of(by),) if Relation.OWN in granted else ()
    return (*own, f"{by.role}:") if Relation.NONE in granted else own


CALLER_RULE: Final = "caller_must_be_known"
DECLARED_RULE: Final = "action_must_be_declared"
ROLE_RULE: Final = "role_must_be_allowed_this"
PEOPLE_RULE: Final = "only_people_of_the_case"
ONESELF_RULE: Final = "only_about_oneself"


def refusal(right: Right | None, by: Actor, relation: Relation | None, action: str, about: str = "") -> Refused | None:
    """Why somebody may not do it, or None. `relation` is None where it does not matter; `about` names the case.

    A case of others and one that does not exist are refused in the same words: which it is, is not told.
    """
    if right is None:
        return Refused(
            DECLARED_RULE,
            detail=f"nobody has said who may do this: {action}",
            cure="declare it in the table of rights",
        )
    granted = right.of(by.role)
    if not granted:
        return Refused(
            ROLE_RULE,
            detail=f"a {by.role} may not do this: {action}",
            field="by",
            cure=f"this is for: {', '.join(sorted(right.grants)) or 'nobody'}",
        )
    if relation is None or relation in granted or right.about in {"pages", "nothing"}:
        return None
    if right.about == "person":
        detail = f"{by.role} {by.id} may ask this about no one else"
        return Refused(ONESELF_RULE, detail=detail, field="by", cure="ask about yourself")
    return Refused(
        PEOPLE_RULE,
        detail=f"{by.role} {by.id} has no case {about}",
        field="case_id",
        cure="check the id: parties have their own cases, adjudicators those that they are assigned to",
    )


def matters(right: Right | None, role: Role) -> bool:
    """Whether it has to be looked up how the caller stands to the case: not where a role may always or never."""
    return right is not None and right.about in {"case", "person"} and right.of(role) not in {frozenset(), EVERY}
