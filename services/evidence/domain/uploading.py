"""A party may upload files for its case until the case is over; a file stays while an item or draft names it."""

from typing import Literal

from services.evidence.domain.access import party_and_file, round_must_be_open
from services.evidence.domain.evidence_file import Ended, EvidenceFile, File, NoFile, Sealed, Stopped
from shared.kernel.actors import Actor, Side
from shared.kernel.refusals import Refused


def may_upload(by: Actor, state: EvidenceFile) -> tuple[Side, File] | Refused:
    """Also after the seal: new evidence and the proof of a performance are uploaded before they are named."""
    if isinstance(state, Stopped | Ended):
        asked = party_and_file(by, state)
        return asked if isinstance(asked, Refused) else round_must_be_open(state)
    return party_and_file(by, state)


def stays(state: EvidenceFile) -> bool:
    """Whether a file uploaded now stays unnamed: what is owed after the seal is proven in mediation, not here."""
    return isinstance(state, Sealed)


def needed(state: EvidenceFile, person: str, sha256: str) -> Literal["item", "draft"] | None:
    """Whether the case names this file of this person, and whether for good."""
    if isinstance(state, NoFile):
        return None
    file = state.file

    def own(side: object) -> bool:
        return isinstance(side, Side) and file.parties.party_on(side).id == person

    if any(one.sha256 == sha256 for item in file.items if own(item.submitter) for one in item.files):
        return "item"
    drafts = (draft for (side, _), draft in file.drafts.items() if own(side))
    return "draft" if any(one.sha256 == sha256 for draft in drafts for one in draft.files) else None
