"""How much one evidence file may unfold into, and the refusals that every kind of file shares.

These guard the machine and are no rules of the marketplace, so they are not in the policy.
"""

from typing import Final

from shared.kernel.refusals import Refused

PIXELS: Final = 64_000_000
"""In all frames of a picture together, or in one frame of a video."""
SIDE: Final = 30_000
FRAMES: Final = 200
UNFOLDED: Final = 256 * 1024 * 1024
"""Bytes that all streams of a document may hold together once decompressed."""
OBJECTS: Final = 100_000
PAGES: Final = 1_000


def bomb(detail: str) -> Refused:
    """It would unfold into far more than it is."""
    return Refused(
        "file_must_not_be_a_bomb", detail, cure="send it smaller: fewer pixels, frames or pages, or in several files"
    )


def broken(detail: object) -> Refused:
    """No decoder of its kind can read it."""
    return Refused(
        "file_must_decode", f"it cannot be read: {str(detail)[:200]}", cure="open it, save it anew and send that"
    )


def cut_off(detail: object) -> Refused:
    """It ends before its format does."""
    return Refused("file_must_be_whole", f"its end is missing: {str(detail)[:200]}", cure="send the whole file again")


def two_kinds(detail: str) -> Refused:
    """Different programs would see different files in it."""
    return Refused(
        "file_must_be_one_kind_only", detail, cure="send each thing as a file of its own, saved by a common program"
    )
