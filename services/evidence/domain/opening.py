"""A round of evidence opens for an accepted complaint or an admitted appeal, and both sides are asked at once."""

from collections.abc import Sequence
from typing import ClassVar, assert_never

from services.evidence.domain.access import round_must_be_open
from services.evidence.domain.events import EvidenceFact, EvidenceRequested, RoundOpened, RoundRules
from services.evidence.domain.evidence_file import Collecting, EvidenceFile, NoFile, Sealed, Stopped
from services.evidence.domain.item_types import MAY_SUBMIT
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Parties, Side
from shared.kernel.ids import derived_id
from shared.kernel.items import Element, ItemType, Round
from shared.kernel.policy import Burden
from shared.kernel.refusals import Refused
from shared.kernel.values import Moment


class OpenRound(Command):
    """An appeal round takes its burden table over from the first round."""

    NAME: ClassVar[str] = "open_round"

    round: Round
    parties: Parties
    rules: RoundRules
    due_at: Moment


def open_round(command: OpenRound, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    match state:
        case Stopped():
            return round_must_be_open(state)
        case NoFile():
            return _first_round_must_be_sealed(state) if command.round is Round.APPEAL else _opening(command)
        case Collecting():
            appeals_too_early = command.round is Round.APPEAL and state.round is Round.FIRST
            return _first_round_must_be_sealed(state) if appeals_too_early else []
        case Sealed():
            if command.round is Round.FIRST or state.round is Round.APPEAL:
                return []
            rules = command.rules.model_copy(update={"burdens": state.file.rules.burdens})
            return _opening(command.model_copy(update={"rules": rules}))
        case _:
            assert_never(state)


def _first_round_must_be_sealed(state: NoFile | Collecting) -> Refused:
    standing = "was not opened" if isinstance(state, NoFile) else "is still open"
    return Refused("first_round_must_be_sealed", detail=f"the first round {standing}")


def _opening(command: OpenRound) -> Sequence[EvidenceFact]:
    opened = RoundOpened(
        round=command.round,
        parties=command.parties,
        rules=command.rules,
        due_at=command.due_at,
    )
    asked = [
        EvidenceRequested(
            request_id=derived_id(command.id, "request", side, burden.element),
            round=command.round,
            side=side,
            element=burden.element,
            items=burden.items,
            note=None,
            due_at=command.due_at,
        )
        for side in Side
        for burden in asked_of(side, command.round, command.rules.burdens)
    ]
    return [opened, *asked]


def asked_of(side: Side, in_round: Round, burdens: tuple[Burden, ...]) -> Sequence[Burden]:
    """What a side is asked for when a round opens: what it must show, or at least its own account.

    On appeal each side is asked once: for a statement and anything new of what it had to show.
    """
    borne = [burden for burden in burdens if burden.bearer is side]
    if in_round is Round.FIRST and borne:
        return borne
    kinds = dict.fromkeys(kind for burden in borne for kind in burden.items if kind in MAY_SUBMIT[side])
    items = tuple(dict.fromkeys((ItemType.STATEMENT, *kinds)))
    return [Burden(element=Element.RESPONSIBILITY, bearer=side, items=items)]
