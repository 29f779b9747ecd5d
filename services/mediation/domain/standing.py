"""Where a case stands between its file being opened and its last obligation being met, and what each stand keeps."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from services.mediation.domain.casefile import CaseFile, SealedEvidence
from services.mediation.domain.drafts import Draft
from services.mediation.domain.events import Cause
from services.mediation.domain.obligation_events import Basis
from services.mediation.domain.obligations import Debt
from shared.kernel.actors import Actor, Role, Side
from shared.kernel.remedies import Terms


@dataclass(frozen=True, slots=True)
class NoFile:
    """The complaint is not accepted yet; its manifest may have arrived first."""

    kept: SealedEvidence | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """What every stand of an accepted case knows."""

    file: CaseFile

    @property
    def policy_version(self) -> str:
        """The version this case is pinned to."""
        return self.file.policy_version


@dataclass(frozen=True, slots=True)
class FileOpen(Opened):
    """Evidence is still being collected."""


@dataclass(frozen=True, slots=True)
class Queued(Opened):
    sealed: SealedEvidence


@dataclass(frozen=True, slots=True)
class Wanted:
    """Another adjudicator of this role is to take the case, and why."""

    role: Role
    cause: Cause


@dataclass(frozen=True, slots=True)
class AtWork(Opened):
    """An adjudicator has the case: who, until when, everyone who had it, since when it is mediated."""

    sealed: SealedEvidence
    adjudicator: Actor
    due_at: datetime | None
    handled_by: tuple[Actor, ...]
    since: datetime
    declined: int = 0
    wanted: Wanted | None = None


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """The one offer on the table. A mediator's proposal collects the acceptances of both sides."""

    offer_id: str
    made_by: Actor
    terms: Terms
    valid_until: datetime
    accepted: frozenset[Side] = frozenset()


@dataclass(frozen=True, slots=True)
class Mediating(AtWork):
    """`silent` until the mediator contacts a side or makes an offer."""

    offer: OpenOffer | None = None
    silent: bool = True


@dataclass(frozen=True, slots=True)
class Drafted:
    """A ruling that waits for a second specialist to agree."""

    draft: Draft
    by: Actor


@dataclass(frozen=True, slots=True)
class AwaitingRuling(AtWork):
    """`missed` counts the due instants that passed without a ruling."""

    missed: int = 0
    drafted: Drafted | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """Since when appeals stop the clocks of what is owed, and which appeals."""

    since: datetime
    appeals: frozenset[str]


@dataclass(frozen=True, slots=True)
class Complying(Opened):
    """What is owed is being carried out; `adjudicator` is whoever had the case last."""

    basis: Basis
    debts: tuple[Debt, ...]
    adjudicator: Actor
    stay: Stay | None = None


@dataclass(frozen=True, slots=True)
class Done(Opened):
    basis: Basis
    debts: tuple[Debt, ...]
    adjudicator: Actor


@dataclass(frozen=True, slots=True)
class Stopped(Opened):
    """The case ended before anything was agreed or ruled."""


Running: TypeAlias = FileOpen | Queued | Mediating | AwaitingRuling | Complying
"""What can be suspended."""


@dataclass(frozen=True, slots=True)
class Suspended(Opened):
    """Everything stands still since an instant; `held` is where the case stood, and what was heard meanwhile."""

    held: Running = field(kw_only=True)
    since: datetime = field(kw_only=True)


Mediation: TypeAlias = NoFile | Running | Suspended | Done | Stopped
