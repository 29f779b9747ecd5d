"""The same pictures, or nearly the same, in other cases.

Every hash is held in memory, eight bytes each, and compared with: a million take a few milliseconds and nothing is
missed, whatever the distance. What the view got meanwhile is read first.
"""

from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.evidence.domain.figures import Alike, bits_apart
from services.evidence.views import pictures
from services.evidence.views.pictures import Pictures
from shared.eventing.ports import Shown
from shared.eventing.reading import Reader

_PAGE: Final = 2000
_OVERLAP: Final = timedelta(minutes=2)
"""How late a case may come into the view, behind others that were screened after it."""
_WHILE_READING: Final = timedelta(hours=1)
_PART: Final = 1 << 15
_TOLD: Final = 20
_FIRST: Final = 1024


class Lookalikes:
    """Follows the view of pictures; what was screened a moment ago may not be in it yet."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._hashes: NDArray[np.uint64] = np.zeros(_FIRST, dtype=np.uint64)
        self._cases: list[str] = []
        self._recent: dict[str, tuple[int, datetime]] = {}
        """Of the cases within the overlap, the version that was read and when it was screened."""
        self._until: datetime | None = None
        self._read_whole = False

    async def of(self, case: str, hashes: tuple[str, ...], most_bits: int) -> tuple[Alike, ...]:
        """Files of other cases with a picture that differs in at most so many bits, the closest first."""
        await self._follow()
        cases = {one for picture in hashes for one in self._near(picture, most_bits)} - {case}
        found: list[Alike] = []
        # What is held says where to look; what the case has by now is asked of the view.
        for one in sorted(cases)[: _TOLD * 5]:
            if seen := await self._reader.one(pictures.VIEW, one):
                found += _alike(one, seen.document, hashes, most_bits)
        return tuple(sorted(found, key=lambda one: (one.bits, one.case_id, one.item_id))[:_TOLD])

    def _near(self, picture: str, most_bits: int) -> set[str]:
        wanted = np.uint64(int(picture, 16))
        found: set[str] = set()
        # In parts that fit the processor's cache: in one go most of the time is spent on fresh memory.
        for start in range(0, len(self._cases), _PART):
            held = self._hashes[start : min(start + _PART, len(self._cases))]
            near = np.flatnonzero(np.bitwise_count(held ^ wanted) <= most_bits)
            found.update(self._cases[start + int(at)] for at in near)
        return found

    async def _follow(self) -> None:
        """Read what came into the view since the last time, and a little of what was there before."""
        if not self._read_whole:
            await self._read_all()
        after = self._until and self._until - _OVERLAP
        while page := await self._reader.stored(pictures.VIEW, order="latest", after=after, limit=_PAGE):
            for shown in page:
                self._hold(shown)
            last: datetime = page[-1].keys["latest"]
            if len(page) < _PAGE:
                break
            # Others may share the instant at which the page ended: it is read again, unless that is all of it.
            again = last - timedelta(milliseconds=1)
            after = again if after is None or again > after else last
        if self._until is not None:
            since = self._until - _OVERLAP
            self._recent = {case: seen for case, seen in self._recent.items() if seen[1] > since}

    async def _read_all(self) -> None:
        async for shown in self._reader.scan(pictures.VIEW):
            self._hold(shown)
        # What came while this was read, before or behind it, is read again.
        self._until = self._until and self._until - _WHILE_READING
        self._read_whole = True

    def _hold(self, shown: Shown) -> None:
        latest: datetime = shown.keys["latest"]
        self._until = max(latest, self._until or latest)
        version, _ = self._recent.get(shown.stream, (0, latest))
        if version >= shown.version:
            return
        self._recent[shown.stream] = (shown.version, latest)
        # Read as it is stored: a million checks of what our own view wrote would take minutes.
        files: list[dict[str, Any]] = shown.body["files"]
        for picture in {one for file in files for one in file["hashes"]}:
            at = len(self._cases)
            if at == len(self._hashes):
                self._hashes = np.concatenate([self._hashes, np.zeros(at, dtype=np.uint64)])
            self._hashes[at] = int(picture, 16)
            self._cases.append(shown.stream)


def _alike(case: str, document: Pictures, hashes: tuple[str, ...], most_bits: int) -> list[Alike]:
    return [
        Alike(case_id=case, item_id=file.item_id, sha256=file.sha256, bits=bits)
        for file in document.files
        if (bits := bits_apart(hashes, file.hashes)) is not None and bits <= most_bits
    ]
