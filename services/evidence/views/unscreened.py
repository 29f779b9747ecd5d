"""What has nobody looked at yet? Every file of a case, with the screener that looked at it last."""

from services.evidence.domain.events import EvidenceSubmitted, FileScreened, RoundOpened
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.actors import Parties, Side
from shared.kernel.ids import Id
from shared.kernel.items import FileRef
from shared.kernel.values import Moment, Value


class Work(Value):
    """One file of an item. `screener` is the version that looked at it, 0 while none has."""

    item_id: Id
    person: Id
    file: FileRef
    submitted_at: Moment
    screener: int = 0


class Screened(Value):
    """All files of a case."""

    parties: Parties
    files: tuple[Work, ...] = ()

    @property
    def next_due(self) -> Moment | None:
        """Since when the longest waiting file waits."""
        return min((one.submitted_at for one in self.files if not one.screener), default=None)

    @property
    def oldest(self) -> int | None:
        """The oldest screener that looked at one of them."""
        return min((one.screener for one in self.files if one.screener), default=None)


def evolve(document: Screened | None, entry: Entry) -> Screened | None:
    match entry.message:
        case RoundOpened(parties=parties):
            return document or Screened(parties=parties)
        case EvidenceSubmitted(item=item) if document and isinstance(item.submitter, Side):
            person = document.parties.party_on(item.submitter).id
            new = (
                Work(item_id=item.item_id, person=person, file=file, submitted_at=item.submitted_at)
                for file in dict.fromkeys(item.files)
            )
            return document.model_copy(update={"files": (*document.files, *new)})
        case FileScreened() as fact if document:
            files = (
                one.model_copy(update={"screener": fact.screener})
                if (one.item_id, one.file.sha256) == (fact.item_id, fact.file.sha256)
                else one
                for one in document.files
            )
            return document.model_copy(update={"files": tuple(files)})
        case _:
            return document


VIEW: View[Screened] = View(
    name="unscreened",
    version=1,
    document=Screened,
    evolve=evolve,
    keys=lambda screened: {"next_due": screened.next_due, "oldest": screened.oldest},
    indexed=("next_due", "oldest"),
)
