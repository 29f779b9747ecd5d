"""Who may ask: a party only in its own case, an adjudicator only as one, the platform for what runs by itself."""

from collections.abc import Sequence
from typing import assert_never

from services.evidence.domain.events import DraftDiscarded, DraftSaved, EvidenceSubmitted
from services.evidence.domain.evidence_file import (
    Collecting,
    Ended,
    EvidenceFile,
    File,
    NoFile,
    Sealed,
    Stopped,
    Suspended,
)
from shared.kernel.access import case_must_not_be_suspended
from shared.kernel.actors import ADJUDICATORS, Actor, Side
from shared.kernel.refusals import Refused


def party_and_file(by: Actor, state: EvidenceFile) -> tuple[Side, File] | Refused:
    """The side that speaks and its case's file; nobody speaks while the case is suspended."""
    if isinstance(state, NoFile):
        return round_must_be_open(state)
    side = state.file.parties.side_of(by)
    if side is None:
        return Refused("only_a_party_may_do_this", detail=f"{by.role} {by.id} is no party to this case")
    return case_must_not_be_suspended(state.since) if isinstance(state, Suspended) else (side, state.file)


def only_an_adjudicator(by: Actor) -> Refused | None:
    if by.role in ADJUDICATORS:
        return None
    return Refused("only_an_adjudicator_may_do_this", detail=f"this is for an adjudicator, not for the role {by.role}")


def round_must_be_open(state: NoFile | Sealed | Suspended | Stopped | Ended) -> Refused:
    """Why nothing can enter a file that is not collecting."""
    match state:
        case NoFile():
            detail, cure = "no evidence round was opened for this case", "wait until the complaint is accepted"
        case Sealed():
            detail = f"the {state.round} round is sealed"
            cure = "ask the adjudicator to request it, or bring it forward in an appeal, if one is still open"
        case Suspended():
            return case_must_not_be_suspended(state.since)
        case Stopped():
            return Refused("file_must_not_be_stopped", detail="the complaint was withdrawn")
        case Ended():
            return Refused("case_must_not_be_over", detail="the case is over or finally decided")
        case _:
            assert_never(state)
    return Refused("round_must_be_open", detail=detail, cure=cure)


def open_round_of(state: EvidenceFile) -> Collecting | Refused:
    """The round that is open, or why there is none."""
    return state if isinstance(state, Collecting) else round_must_be_open(state)


def why_withheld(facts: Sequence[object], reader: Side | None, superseded: frozenset[str]) -> str | None:
    """Why somebody may not read what was decided at once, or None. `reader` is None for whoever is no party.

    A draft is its owner's alone, and what a newer version took the place of is for adjudicators.
    """
    for fact in facts:
        match fact:
            case DraftSaved(side=side) | DraftDiscarded(side=side) if side is not reader:
                return "a draft, which only its owner sees"
            case EvidenceSubmitted(item=item) if reader is not None and item.item_id in superseded:
                return "an older version of an evidence item, which only adjudicators see"
            case _:
                pass
    return None
