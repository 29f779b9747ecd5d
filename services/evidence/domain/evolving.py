"""How each fact changes the evidence file; a fact that does not fit its state changes nothing."""

from dataclasses import replace
from typing import TypeAlias, assert_never

from services.evidence.domain.events import (
    CaseEnded,
    CaseResumed,
    CaseSuspended,
    CollectionStopped,
    DisclosureAcknowledged,
    DraftDiscarded,
    DraftSaved,
    EvidenceClosed,
    EvidenceFact,
    EvidenceRequested,
    EvidenceSubmitted,
    FileScreened,
    RebuttalOpened,
    ReminderSent,
    RoundExtended,
    RoundOpened,
    SideFinished,
)
from services.evidence.domain.evidence_file import (
    Collecting,
    Ended,
    EvidenceFile,
    File,
    NoFile,
    Request,
    Sealed,
    Stopped,
    Suspended,
    later_by,
    starts_a_clock,
)
from shared.kernel.actors import Side

Collected: TypeAlias = (
    RoundExtended | EvidenceRequested | EvidenceSubmitted | SideFinished | RebuttalOpened | EvidenceClosed
)


def evolve(state: EvidenceFile, fact: EvidenceFact) -> EvidenceFile:  # noqa: PLR0911
    match fact:
        case RoundOpened():
            return _opened(state, fact)
        case DisclosureAcknowledged() | DraftSaved() | DraftDiscarded():
            return state if isinstance(state, NoFile) else replace(state, file=_noted(state.file, fact))
        case FileScreened():
            return state if isinstance(state, NoFile) else _screened(state, fact)
        case CaseSuspended(suspended_at=since):
            return Suspended(state.file, state, since) if isinstance(state, Collecting | Sealed) else state
        case CaseResumed(resumed_at=at):
            return later_by(state.paused, at - state.since) if isinstance(state, Suspended) else state
        case CollectionStopped():
            return state if isinstance(state, NoFile) else Stopped(state.file)
        case CaseEnded():
            return state if isinstance(state, NoFile) else Ended(state.file)
        case ReminderSent():
            return state
        case _:
            return _collected_in(state, fact)


def _opened(state: EvidenceFile, fact: RoundOpened) -> EvidenceFile:
    if isinstance(state, NoFile):
        file = File(parties=fact.parties, rules=fact.rules, delivered_at=fact.delivered_at)
    else:
        appeals = state.file.appeals | ({fact.appeal_id} if fact.appeal_id else set())
        file = replace(state.file, rules=fact.rules, appeals=appeals)
    opened = Collecting(
        file=file,
        round=fact.round,
        due=dict.fromkeys(Side, fact.due_at),
        closes_at=fact.due_at,
        owing=dict.fromkeys(Side, "evidence_due"),
    )
    return replace(state, file=file, paused=opened) if isinstance(state, Suspended) else opened


def _noted(file: File, fact: DisclosureAcknowledged | DraftSaved | DraftDiscarded) -> File:
    match fact:
        case DisclosureAcknowledged():
            return replace(file, received=file.received | {(fact.side, item_id) for item_id in fact.item_ids})
        case DraftSaved():
            key = (fact.side, fact.draft.item_id)
            return replace(file, drafts={**file.drafts, key: fact.draft}, discarded=file.discarded - {key})
        case DraftDiscarded():
            key = (fact.side, fact.item_id)
            return replace(_without_draft(file, key), discarded=file.discarded | {key})
        case _:
            assert_never(fact)


def _screened(state: Collecting | Sealed | Suspended | Stopped | Ended, fact: FileScreened) -> EvidenceFile:
    known = {**state.file.screened, (fact.item_id, fact.file.sha256): fact}
    file = replace(state.file, screened=known)
    if isinstance(state, Suspended):
        return replace(state, file=file, paused=replace(state.paused, file=file))
    return replace(state, file=file)


def _without_draft(file: File, gone: tuple[str, str]) -> File:
    return replace(file, drafts={key: draft for key, draft in file.drafts.items() if key != gone})


def _collected_in(state: EvidenceFile, fact: Collected) -> EvidenceFile:
    match state:
        case Collecting():
            return _collected(state, fact)
        case Sealed() if isinstance(fact, EvidenceRequested):
            return _reopened(state, fact)
        case Suspended():
            # Only an appeal that is heard while the case rests leads here.
            paused = _collected_in(state.paused, fact)
            return replace(state, file=paused.file, paused=paused) if isinstance(paused, Collecting | Sealed) else state
        case _:
            return state


def _reopened(state: Sealed, fact: EvidenceRequested) -> Collecting:
    return Collecting(
        file=state.file,
        round=state.round,
        due=dict.fromkeys(Side, fact.due_at),
        closes_at=fact.due_at,
        owing={fact.side: "evidence_due"},
        requests={fact.request_id: Request(fact.side, fact.items, fact.due_at)},
        finished=frozenset({fact.side.other}),
        reopened=True,
    )


def _collected(state: Collecting, fact: Collected) -> Collecting | Sealed:
    match fact:
        case RoundExtended():
            return replace(
                state,
                file=replace(state.file, appeals=state.file.appeals | {fact.appeal_id}),
                due=dict.fromkeys(Side, fact.due_at),
                closes_at=fact.due_at,
                owing=dict.fromkeys(Side, "evidence_due"),
                finished=frozenset(),
                unanswered=frozenset(),
                reopened=False,
            )
        case EvidenceRequested():
            return _requested(state, fact)
        case EvidenceSubmitted():
            return _submitted(state, fact)
        case SideFinished():
            owing = {side: kind for side, kind in state.owing.items() if side is not fact.side}
            return replace(state, finished=state.finished | {fact.side}, owing=owing)
        case RebuttalOpened():
            return replace(
                state,
                due={**state.due, fact.side: fact.until},
                closes_at=fact.until,
                owing={fact.side: "rebuttal_due"},
                finished=state.finished - {fact.side},
                unanswered=state.unanswered - {fact.side},
                rebutted=state.rebutted | {fact.side},
            )
        case EvidenceClosed():
            file = replace(
                state.file,
                seals={**state.file.seals, fact.round: fact.manifest_digest},
                sealed_items=state.file.sealed_items | {line.item_id for line in fact.manifest},
            )
            return Sealed(file=file, round=fact.round)
        case _:
            assert_never(fact)


def _requested(state: Collecting, fact: EvidenceRequested) -> Collecting:
    """Whoever is asked again may speak again, even after saying done."""
    anew = starts_a_clock(state, fact.side, fact.due_at)
    return replace(
        state,
        requests={**state.requests, fact.request_id: Request(fact.side, fact.items, fact.due_at)},
        due={**state.due, fact.side: max(state.due[fact.side], fact.due_at)},
        closes_at=max(state.closes_at, fact.due_at),
        owing={**state.owing, fact.side: "evidence_due"} if anew else state.owing,
        finished=state.finished - {fact.side},
        unanswered=state.unanswered - {fact.side},
    )


def _submitted(state: Collecting, fact: EvidenceSubmitted) -> Collecting:
    item, side = fact.item, fact.item.submitter
    file = replace(state.file, items=(*state.file.items, item))
    if side == "platform":
        return replace(state, file=file)
    waiting = state.unanswered | ({side.other} & state.finished)
    return replace(
        state,
        file=_without_draft(file, (side, item.item_id)),
        latest=(side, item.disclosed_at),
        unanswered=waiting,
    )
