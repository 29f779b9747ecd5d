"""Request bodies as they stream in: bounded, and compared with what their sender says of them."""

import re
from base64 import b64decode
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from hashlib import sha1, sha256, sha512
from typing import Any, Final, TypeAlias

from starlette.requests import ClientDisconnect

from shared.eventing.file_store import StreamRefusedError
from shared.kernel.refusals import Refused

Expected: TypeAlias = Sequence[tuple[str, bytes]]
"""Digests that content must have, each with its algorithm."""

HASHES: Final[Mapping[str, Any]] = {
    "sha-256": sha256,
    "sha-512": sha512,
    # The least that tus servers must offer; it finds broken lines, not forgers.
    "sha1": lambda: sha1(usedforsecurity=False),
}
_ENTRY: Final = re.compile(r"\s*([A-Za-z0-9-]+)\s*=\s*:?([A-Za-z0-9+/=]+):?\s*")


async def within(content: AsyncIterable[bytes], limit: int, over: Refused) -> AsyncIterator[bytes]:
    """The same stream, refused as soon as it is over the limit."""
    read = 0
    async for piece in content:
        read += len(piece)
        if read > limit:
            raise StreamRefusedError(over)
        yield piece


async def matching(content: AsyncIterable[bytes], expected: Expected, rule: str) -> AsyncIterator[bytes]:
    """The same stream, refused at its end unless it has the digests that it was announced with."""
    running = [(name, HASHES[name](), wanted) for name, wanted in expected]
    async for piece in content:
        for _, running_hash, _ in running:
            running_hash.update(piece)
        yield piece
    for name, running_hash, wanted in running:
        if running_hash.digest() != wanted:
            detail = f"the content has {name} {running_hash.hexdigest()}, announced was {wanted.hex()}"
            raise StreamRefusedError(Refused(rule, detail=detail, cure="send it again: it was changed on the way"))


async def what_came(content: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """The same stream, ended where its sender went away."""
    try:
        async for piece in content:
            yield piece
    except ClientDisconnect:
        return


def announced(headers: Mapping[str, str]) -> Expected | Refused:
    """The digests in `Repr-Digest` and `Content-Digest` (RFC 9530) and `Digest` (RFC 3230) that can be checked."""
    found = []
    for name in ("repr-digest", "content-digest", "digest"):
        for entry in filter(None, headers.get(name, "").split(",")):
            read = _ENTRY.fullmatch(entry)
            algorithm = read[1].lower() if read else ""
            try:
                digest = b64decode(read[2], validate=True) if read else b""
            except ValueError:
                digest = b""
            if not digest or (algorithm in HASHES and len(digest) != HASHES[algorithm]().digest_size):
                detail = f"{name} is not of the form sha-256=:BASE64:"
                return Refused("request_must_be_well_formed", detail=detail, field=f"header.{name}")
            if algorithm in HASHES:
                found.append((algorithm, digest))
    return found
