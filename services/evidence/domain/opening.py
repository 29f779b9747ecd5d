"""A round of evidence opens for an accepted complaint or an admitted appeal, and both sides are asked at once."""

from collections.abc import Sequence
from typing import ClassVar, assert_never

from services.evidence.domain.access import round_must_be_open
from services.evidence.domain.closing import seal
from services.evidence.domain.events import (
    EvidenceFact,
    EvidenceRequested,
    EvidenceSubmitted,
    Item,
    RoundExtended,
    RoundOpened,
    RoundRules,
)
from services.evidence.domain.evidence_file import Collecting, Ended, EvidenceFile, NoFile, Sealed, Stopped, Suspended
from services.evidence.domain.item_types import MAY_SUBMIT
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Parties, Side
from shared.kernel.clocks import reminders
from shared.kernel.ids import Id, derived_id
from shared.kernel.items import Element, ItemType, Round
from shared.kernel.orders import Listing
from shared.kernel.policy import Burden
from shared.kernel.refusals import Refused
from shared.kernel.values import Moment


class OpenRound(Command):
    """An appeal round takes its burden table over from the first round. `listing` is what the buyer bought from."""

    NAME: ClassVar[str] = "open_round"

    round: Round
    parties: Parties
    rules: RoundRules
    due_at: Moment
    appeal_id: Id | None = None
    listing: Listing | None = None
    delivered_at: Moment | None = None


def open_round(command: OpenRound, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    refused = only_the_platform(command.by)
    return refused or _open(command, state)


def _open(command: OpenRound, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:  # noqa: PLR0911
    match state:
        case Stopped() | Ended():
            return round_must_be_open(state)
        case NoFile():
            return _first_round_must_be_sealed(state) if command.round is Round.APPEAL else _opening(command)
        case Suspended():
            # An appeal that was opened a moment before is noted; its clocks stand still with the others.
            return _open(command, state.paused)
        case Collecting() | Sealed() if command.round is Round.FIRST or command.appeal_id in state.file.appeals:
            return []
        case Collecting(round=Round.APPEAL):
            return _joined(command, state)
        case Collecting():
            if not state.reopened:
                return _first_round_must_be_sealed(state)
            return [seal(state, "appeal_opened", command.at), *_appeal_opening(command, state)]
        case Sealed(round=Round.APPEAL) if command.appeal_id is None:
            return []
        case Sealed():
            return _appeal_opening(command, state)
        case _:
            assert_never(state)


def _joined(command: OpenRound, state: Collecting) -> Sequence[EvidenceFact]:
    """Both parties' appeals are heard together: the later one's due counts for both sides."""
    if command.appeal_id is None or (command.due_at <= state.closes_at and not state.reopened):
        return []
    due_at = max(command.due_at, state.closes_at)
    return [
        RoundExtended(
            round=state.round,
            appeal_id=command.appeal_id,
            due_at=due_at,
            remind_at=reminders(command.at, due_at, command.rules.reminder_percents),
        )
    ]


def _appeal_opening(command: OpenRound, state: Collecting | Sealed) -> Sequence[EvidenceFact]:
    rules = command.rules.model_copy(update=_of_the_case(state.file.rules))
    return _opening(command.model_copy(update={"rules": rules}))


def _of_the_case(first: RoundRules) -> dict[str, object]:
    """What an appeal round takes over from the first: its rules come without the category of the claim."""
    return {"burdens": first.burdens, "angles": first.angles}


def _first_round_must_be_sealed(state: NoFile | Collecting) -> Refused:
    standing = "was not opened" if isinstance(state, NoFile) else "is still open"
    return Refused("first_round_must_be_sealed", detail=f"the first round {standing}")


def _opening(command: OpenRound) -> Sequence[EvidenceFact]:
    opened = RoundOpened(
        round=command.round,
        parties=command.parties,
        rules=command.rules,
        due_at=command.due_at,
        remind_at=reminders(command.at, command.due_at, command.rules.reminder_percents),
        appeal_id=command.appeal_id,
        delivered_at=command.delivered_at,
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
    shown = [_snapshot(command, command.listing)] if command.listing else []
    return [opened, *shown, *asked]


def _snapshot(command: OpenRound, listing: Listing) -> EvidenceSubmitted:
    """The platform's own item: the listing as it stood when the order was placed, shown to both sides at once."""
    item = Item(
        item_id=derived_id(command.id, "listing snapshot"),
        round=command.round,
        type=ItemType.LISTING_SNAPSHOT,
        element=Element.PROBLEM,
        submitter="platform",
        caption=listing.title,
        taken_at=None,
        files=(),
        request_id=None,
        supersedes=None,
        submitted_at=command.at,
        disclosed_at=command.at,
        due_at=command.due_at,
        listing=listing,
    )
    return EvidenceSubmitted(item=item)


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
