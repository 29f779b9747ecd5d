"""Where a case can stand on its way through the appeal: each standing shows what it allows."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from services.appeals.domain.case_file import CaseFile, ContestedRuling, SealedItem
from shared.kernel.actors import Actor, Side
from shared.kernel.values import Moment


@dataclass(frozen=True, slots=True)
class Heard:
    """Who handled the first round, and every sealed item that may be cited."""

    handlers: frozenset[str] = frozenset()
    items: frozenset[SealedItem] = frozenset()


@dataclass(frozen=True, slots=True)
class Lodged:
    """One appeal and what became of it. An admitted or withdrawn one is the party's only one."""

    appeal_id: str
    side: Side
    became: Literal["lodged", "admitted", "dismissed", "withdrawn"] = "lodged"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoFile:
    """Nobody is known to be a party yet; what other services told early is kept."""

    heard: Heard = Heard()
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What every known case shares; no standing by itself."""

    file: CaseFile
    heard: Heard

    @property
    def policy_version(self) -> str:
        return self.file.rules.policy_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Known(Filed):
    """The case is in its first round: no ruling, nothing to appeal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled(Filed):
    """The parties agreed; a settlement cannot be appealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled(Filed):
    """What every case with a contestable ruling shares; no standing by itself."""

    ruling: ContestedRuling
    lodged: tuple[Lodged, ...] = ()
    silent: frozenset[str] = frozenset()
    """Reviewers who let the time to decide pass."""

    def appeals_of(self, side: Side) -> tuple[Lodged, ...]:
        return tuple(appeal for appeal in self.lodged if appeal.side is side)

    @property
    def admitted(self) -> frozenset[str]:
        """The appeals that are to be decided."""
        return frozenset(appeal.appeal_id for appeal in self.lodged if appeal.became == "admitted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Appealable(Ruled):
    """There is a ruling and no admitted appeal against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderAppeal(Ruled):
    """An appeal is admitted and its evidence round is open.

    `opened_at` is when the last appeal was admitted, `reviewer` who was at work when it came.
    """

    evidence_due_at: Moment
    opened_at: Moment | None = None
    reviewer: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready(Ruled):
    """The appeal's evidence is sealed; a reviewer is to be assigned, best the one who was at work before."""

    evidence_due_at: Moment
    assign_by: Moment | None = None
    reviewer: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderReview(Ruled):
    """One reviewer re-assesses the case until an instant; `look_at` is when the platform looks whether it is late."""

    evidence_due_at: Moment
    reviewer: Actor
    due_at: Moment
    look_at: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Final(Filed):
    """The review is decided; nothing on the merits can be asked any more."""

    reviewer: Actor


Running: TypeAlias = NoFile | Known | Settled | Appealable | UnderAppeal | Ready | UnderReview | Final


@dataclass(frozen=True, slots=True)
class Suspended:
    """The case stands still; what is heard meanwhile is noted on it."""

    case: Running
    since: Moment

    @property
    def heard(self) -> Heard:
        return self.case.heard

    @property
    def policy_version(self) -> str | None:
        return None if isinstance(self.case, NoFile) else self.case.policy_version


Appeal: TypeAlias = Running | Suspended
