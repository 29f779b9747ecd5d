"""The same pictures, or nearly the same, in other cases."""

import asyncio
from typing import Any, Final

from services.evidence.domain.figures import Alike, bits_apart
from services.evidence.views import pictures
from shared.eventing.ports import Shown
from shared.eventing.reading import Reader

_CANDIDATES: Final = 5000
"""Documents that one part of a hash may bring. A million random pictures bring some 120."""
_TOLD: Final = 20


class Lookalikes:
    """Asks the view of pictures; what was screened a moment ago may not be in it yet."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def of(self, case: str, hashes: tuple[str, ...], most_bits: int) -> tuple[Alike, ...]:
        """Files of other cases with a picture that differs in at most so many bits, the closest first."""
        found: dict[tuple[str, str, str], Alike] = {}
        for picture in hashes:
            for shown in await self._candidates(picture):
                if shown.stream != case:
                    for alike in _alike(shown, picture, most_bits):
                        key = (alike.case_id, alike.item_id, alike.sha256)
                        found[key] = min(found.get(key, alike), alike, key=lambda one: one.bits)
        return tuple(sorted(found.values(), key=lambda one: (one.bits, one.case_id, one.item_id))[:_TOLD])

    async def _candidates(self, picture: str) -> list[Shown]:
        answers = await asyncio.gather(
            *(
                self._reader.holding(pictures.VIEW, key, values, limit=_CANDIDATES)
                for key, values in pictures.asked_for(picture).items()
            )
        )
        return list({shown.stream: shown for answer in answers for shown in answer}.values())


def _alike(shown: Shown, picture: str, most_bits: int) -> list[Alike]:
    # Read as it is stored: only few of the candidates are alike, and those alone are worth a check.
    files: list[dict[str, Any]] = shown.body["files"]
    found = []
    for file in files:
        bits = bits_apart((picture,), tuple(file["hashes"]))
        if bits is not None and bits <= most_bits:
            found.append(Alike(case_id=shown.stream, item_id=file["item_id"], sha256=file["sha256"], bits=bits))
    return found
