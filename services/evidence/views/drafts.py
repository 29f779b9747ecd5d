"""What has each side prepared? Nobody else sees that yet."""

from services.evidence.domain.events import Draft, DraftDiscarded, DraftSaved, EvidenceSubmitted, RoundOpened
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.actors import Parties, Side
from shared.kernel.values import Moment, Value


class SavedDraft(Value):
    """One draft as it was last saved."""

    draft: Draft
    saved_at: Moment


class Drafts(Value):
    """The drafts of both sides; each is answered with its own only."""

    parties: Parties
    of: dict[Side, tuple[SavedDraft, ...]]


def evolve(document: Drafts | None, entry: Entry) -> Drafts | None:
    match entry.message:
        case RoundOpened(parties=parties):
            return document or Drafts(parties=parties, of=dict.fromkeys(Side, ()))
        case DraftSaved(side=side, draft=draft, saved_at=at):
            kept = document and _without(document, side, draft.item_id)
            return kept and _with(kept, side, (*kept.of[side], SavedDraft(draft=draft, saved_at=at)))
        case DraftDiscarded(side=side, item_id=item_id):
            return document and _without(document, side, item_id)
        case EvidenceSubmitted(item=item) if item.submitter != "platform":
            return document and _without(document, item.submitter, item.item_id)
        case _:
            return document


def _without(document: Drafts, side: Side, item_id: str) -> Drafts:
    return _with(document, side, tuple(saved for saved in document.of[side] if saved.draft.item_id != item_id))


def _with(document: Drafts, side: Side, drafts: tuple[SavedDraft, ...]) -> Drafts:
    return document.model_copy(update={"of": {**document.of, side: drafts}})


VIEW: View[Drafts] = View(name="drafts", version=1, document=Drafts, evolve=evolve)
