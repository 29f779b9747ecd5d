"""Files that somebody could send to harm the service or deceive the other side, and what must come of each."""

from collections.abc import Iterator
from typing import Final, NamedTuple


class Hostile(NamedTuple):
    """One file: why it is hostile, what it is called, and the rule that refuses it; None where it is contained."""

    why: str
    name: str | None
    content: bytes
    rule: str | None
    """None: taken as what it is, and harmless as that, because it is shown and never run, opened or obeyed."""


BOMB: Final = "file_must_not_be_a_bomb"
BROKEN: Final = "file_must_decode"
CUT: Final = "file_must_be_whole"
KIND: Final = "file_must_be_of_an_allowed_kind"
LIES: Final = "file_must_be_what_its_name_says"
TWO: Final = "file_must_be_one_kind_only"
RUNS: Final = "document_must_not_run_anything"
HOLDS: Final = "document_must_not_hold_other_files"
LOCKED: Final = "document_must_not_be_locked"


def hostile_files() -> list[Hostile]:
    """All of them, the same every time."""
    # Imported here, because each of these names the rules above.
    from tests.kit import hostile_documents, hostile_pictures, hostile_texts, hostile_videos  # noqa: PLC0415

    def _all() -> Iterator[Hostile]:
        for room in (hostile_pictures, hostile_documents, hostile_videos, hostile_texts):
            yield from room.files()

    return list(_all())
