"""A file is opened when a complaint is accepted, queues once evidence is sealed, and stops when the case ends early."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal, assert_never

from services.mediation.domain.casefile import CaseFile, SealedEvidence, rules_of
from services.mediation.domain.events import (
    FileOpened,
    ManifestKept,
    ManifestRenewed,
    MediationFact,
    MediationQueued,
    MediationStopped,
)
from services.mediation.domain.standing import (
    AwaitingRuling,
    Complying,
    Done,
    FileOpen,
    Mediating,
    Mediation,
    NoFile,
    Queued,
    Stopped,
    Suspended,
)
from shared.eventing.messages import Command, Given
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Parties, Role
from shared.kernel.ids import Id
from shared.kernel.items import ManifestItem
from shared.kernel.money import Money
from shared.kernel.policy import Policy
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Demand


class OpenFile(Command):
    NAME: ClassVar[str] = "open_file"

    parties: Parties
    tier: Role
    category: str
    demand: Demand
    price_paid: Money
    order_id: Id | None = None
    line_id: Id | None = None
    policy: Annotated[Policy, Given()]


class OpenMediation(Command):
    """`at` is the moment the evidence was sealed."""

    NAME: ClassVar[str] = "open_mediation"

    manifest: tuple[ManifestItem, ...]
    manifest_digest: str


class StopMediation(Command):
    NAME: ClassVar[str] = "stop_mediation"

    reason: Literal["withdrawn", "closed"]


def open_file(command: OpenFile, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := only_the_platform(command.by):
        return refusal
    if not isinstance(state, NoFile):
        return []
    file = CaseFile(
        parties=command.parties,
        tier=command.tier,
        price_paid=command.price_paid,
        policy_version=command.policy.version,
        rules=rules_of(command.policy, command.category),
        order_id=command.order_id,
        line_id=command.line_id,
    )
    opened = FileOpened(file=file, category=command.category, demand=command.demand)
    return [opened, MediationQueued(sealed=state.kept)] if state.kept else [opened]


def open_mediation(command: OpenMediation, state: Mediation) -> Sequence[MediationFact] | Refused:
    """Topics of two services have no common order: a manifest that comes before its complaint is kept.

    Until there is a ruling, evidence that is sealed again takes the place of what was sealed before.
    """
    if refusal := only_the_platform(command.by):
        return refusal
    sealed = SealedEvidence(manifest=command.manifest, digest=command.manifest_digest, sealed_at=command.at)
    match state:
        case NoFile(kept=kept):
            return [] if kept and kept.digest == sealed.digest else [ManifestKept(sealed=sealed)]
        case FileOpen():
            return [MediationQueued(sealed=sealed)]
        case Queued(sealed=before) | Mediating(sealed=before) | AwaitingRuling(sealed=before):
            return [] if before.digest == sealed.digest else [ManifestRenewed(sealed=sealed)]
        case Complying() | Done() | Stopped() | Suspended():
            return []
        case _:
            assert_never(state)


def stop_mediation(command: StopMediation, state: Mediation) -> Sequence[MediationFact] | Refused:
    """What was already agreed or ruled stands, and goes on being owed."""
    if refusal := only_the_platform(command.by):
        return refusal
    match state:
        case FileOpen() | Queued() | Mediating() | AwaitingRuling():
            return [MediationStopped(reason=command.reason)]
        case NoFile() | Complying() | Done() | Stopped() | Suspended():
            return []
        case _:
            assert_never(state)
