"""A file as it was sent, as a copy without metadata, or small: who is given which (product.md, section 10).

Copies are made when they are asked for and not kept: nothing of them is left to sweep or to erase.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from shared.eventing.blobs import joined, one_piece
from shared.eventing.file_store import FileStore, StoredFile
from shared.kernel.items import FileRef
from shared.kernel.refusals import Refused


class Form(StrEnum):
    """What of a file is asked for."""

    ORIGINAL = "original"
    SHARED = "shared"
    THUMBNAIL = "thumbnail"


class Copies(Protocol):
    """Makes copies, within limits. Raises StoreUnavailableError when too many wait already."""

    async def shared(self, content: bytes, media_type: str) -> bytes | Refused:
        """The same to look at, without metadata."""
        ...

    async def thumbnail(self, content: bytes) -> bytes | Refused:
        """A small JPEG."""
        ...


@dataclass(frozen=True, slots=True)
class Given:
    """What is answered with: its reference, and its bytes from one place up to another."""

    file: FileRef
    read: Callable[[int, int], AsyncIterator[bytes]]


def form_for(asked: Form | None, *, others: bool) -> Form | Refused:
    """`others`: the file is the other side's, and who asks is a party or names nobody."""
    if not others:
        return asked or Form.ORIGINAL
    if asked is Form.ORIGINAL:
        return Refused(
            "original_is_for_its_owner_and_staff",
            detail="of the other side's files a party is given copies without metadata",
            field="query.form",
            cure="ask for form=shared; adjudicators look at the original",
        )
    return asked or Form.SHARED


async def given(store: FileStore, copies: Copies, known: StoredFile, form: Form) -> Given | Refused:
    """A stored file in a form. Raises LookupError or FileDamagedError when its bytes cannot be had."""
    if form is Form.ORIGINAL:
        return Given(known.file, lambda start, stop: store.desk.read(known.stored, start, stop))
    content = await joined(store.desk.read(known.stored))
    kind = known.file.media_type
    if form is Form.SHARED:
        copy = await copies.shared(content, kind)
    else:
        copy, kind = await copies.thumbnail(content), "image/jpeg"
    if isinstance(copy, Refused):
        return copy
    reference = FileRef(sha256=sha256(copy).hexdigest(), size=len(copy), media_type=kind)
    return Given(reference, lambda start, stop: one_piece(copy[start:stop]))
