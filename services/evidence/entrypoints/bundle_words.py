"""What of a case's chain a party may not read because the other side wrote contact details into it.

A commit stands in a bundle as it was hashed, so nothing in it can be masked: it is withheld as a whole. Sealed words
stand there sealed, so only the report needs to mask them.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import orjson

from services.evidence.domain.events import EvidenceSubmitted
from shared.contracts.appeals import AppealOpened, AppealWithdrawn
from shared.contracts.intake import ComplaintFiled, ComplaintWithdrawn
from shared.eventing.commits import Commit
from shared.kernel.actors import Side
from shared.kernel.masking import found
from shared.kernel.texts import TOKEN

WHY: Final = "contact details of the other side, which are masked where the case is shown"
WORDS: Final = {
    ComplaintFiled.TYPE: "description",
    ComplaintWithdrawn.TYPE: "reason",
    AppealOpened.TYPE: "reason",
    AppealWithdrawn.TYPE: "reason",
}
"""Where in a heard fact a party's own words stand; of a complaint the buyer's, of an appeal the appellant's."""


def holds_contacts(commit: Commit, facts: Sequence[object], reader: Side) -> bool:
    """Whether the other side's words in it would be masked for this one."""
    return any(writer is not reader and found(TOKEN.sub(" ", words)) for writer, words in _written(commit, facts))


def _written(commit: Commit, facts: Sequence[object]) -> Iterator[tuple[Side, str]]:
    for fact in facts:
        if isinstance(fact, EvidenceSubmitted) and isinstance(fact.item.submitter, Side):
            yield fact.item.submitter, fact.item.caption
    if commit.heard is not None and commit.heard.type in WORDS:
        heard: dict[str, Any] = orjson.loads(commit.heard.data)
        yield Side(heard["appellant"]["role"]) if "appellant" in heard else Side.BUYER, heard[WORDS[commit.heard.type]]
