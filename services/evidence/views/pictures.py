"""Which pictures are in which case? Found by hash, also those that differ in a few bits.

A hash of 64 bits is kept as three parts. Two hashes that differ in at most eight bits have a part in which they differ
in at most two: so every part is asked for with all values that are so close, and whoever answers is compared whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from services.evidence.domain.events import FileScreened
from services.evidence.domain.figures import PictureHash
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.ids import Id
from shared.kernel.values import Value

MOST_BITS: Final = 8
"""Hashes that differ in no more are found without fail."""
WIDTHS: Final = (22, 21, 21)
KEYS: Final = ("first", "second", "third")
_RADIUS: Final = MOST_BITS // len(WIDTHS)


class Pictured(Value):
    """One file with pictures."""

    item_id: Id
    sha256: str
    hashes: tuple[PictureHash, ...]


class Pictures(Value):
    """The pictures of one case."""

    files: tuple[Pictured, ...]


def evolve(document: Pictures | None, entry: Entry) -> Pictures | None:
    match entry.message:
        case FileScreened(figures=figures) as fact:
            files = document.files if document else ()
            kept = [one for one in files if (one.item_id, one.sha256) != (fact.item_id, fact.file.sha256)]
            if figures and figures.hashes:
                kept.append(Pictured(item_id=fact.item_id, sha256=fact.file.sha256, hashes=figures.hashes))
            return Pictures(files=tuple(kept)) if kept or document else None
        case _:
            return document


def parts(picture: str) -> tuple[int, ...]:
    """A hash in as many numbers as there are keys."""
    left, found = int(picture, 16), []
    for width in WIDTHS:
        found.append(left & (1 << width) - 1)
        left >>= width
    return tuple(found)


def near(part: int, width: int, radius: int = _RADIUS) -> Iterator[int]:
    """Every value that differs from a part in at most so many bits."""
    for many in range(radius + 1):
        for places in combinations(range(width), many):
            yield part ^ sum(1 << place for place in places)


def asked_for(picture: str) -> Mapping[str, Sequence[int]]:
    """By key, the values of which any picture that looks alike has at least one."""
    return {key: list(near(part, width)) for key, part, width in zip(KEYS, parts(picture), WIDTHS, strict=True)}


def keys(pictures: Pictures) -> Mapping[str, object]:
    hashes = [one for file in pictures.files for one in file.hashes]
    columns = zip(*map(parts, hashes), strict=True) if hashes else ((),) * len(KEYS)
    return {key: sorted(set(column)) for key, column in zip(KEYS, columns, strict=True)}


VIEW: View[Pictures] = View(
    name="pictures", version=1, document=Pictures, evolve=evolve, keys=keys, indexed=("first", "second", "third")
)
