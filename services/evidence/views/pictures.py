"""Which pictures are in which case? By hash; those that look alike differ in few bits."""

from services.evidence.domain.events import FileScreened
from services.evidence.domain.figures import PictureHash
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.ids import Id
from shared.kernel.values import Moment, Value


class Pictured(Value):
    """One file with pictures."""

    item_id: Id
    sha256: str
    hashes: tuple[PictureHash, ...]


class Pictures(Value):
    """The pictures of one case. `latest` is when one of them was screened last."""

    latest: Moment
    files: tuple[Pictured, ...]


def evolve(document: Pictures | None, entry: Entry) -> Pictures | None:
    match entry.message:
        case FileScreened(figures=figures) as fact:
            files = document.files if document else ()
            kept = [one for one in files if (one.item_id, one.sha256) != (fact.item_id, fact.file.sha256)]
            if figures and figures.hashes:
                kept.append(Pictured(item_id=fact.item_id, sha256=fact.file.sha256, hashes=figures.hashes))
            return Pictures(latest=fact.screened_at, files=tuple(kept)) if kept or document else None
        case _:
            return document


VIEW: View[Pictures] = View(
    name="pictures",
    version=1,
    document=Pictures,
    evolve=evolve,
    keys=lambda pictures: {"latest": pictures.latest},
    indexed=("latest",),
)
