"""Blobs in an object store: any S3, or a folder, by URL."""

from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from obstore.exceptions import AlreadyExistsError, BaseError, GenericError
from obstore.store import MemoryStore, ObjectStore, S3Store, from_url

from shared.adapters.failures import Misconfigured
from shared.eventing.blobs import Blob, even, length_of
from shared.eventing.ports import StoreUnavailableError

_PART: Final = 5 * 1024 * 1024
"""The least that S3 takes as one of several parts: what a writer holds."""
_PIECE: Final = 256 * 1024
_PATIENCE: Final[Any] = {"max_retries": 3, "retry_timeout": timedelta(seconds=15)}
_CLIENT: Final[Any] = {"connect_timeout": "5s", "timeout": "60s"}


class ObjectBlobs:
    """The `Blobs` port over obstore."""

    def __init__(self, store: ObjectStore) -> None:
        self._store: Any = store

    async def write(self, blob: Blob, content: AsyncIterable[bytes]) -> int:
        length = 0

        async def counted() -> AsyncIterator[bytes]:
            nonlocal length
            async for piece in even(content, _PIECE):
                length += len(piece)
                yield piece

        if await self.size(blob) is not None:
            raise ValueError(f"there is a blob {blob.id} already")
        with _translated():
            await self._store.put_async(blob.id, counted(), chunk_size=_PART, max_concurrency=1)
        return length

    async def size(self, blob: Blob) -> int | None:
        try:
            with _translated():
                found = await self._store.head_async(blob.id)
        except FileNotFoundError:
            return None
        return int(found["size"])

    async def read(self, blob: Blob, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        length = await length_of(self, blob)
        end = length if stop is None else min(stop, length)
        if start >= end:
            return
        try:
            with _translated():
                found = await self._store.get_async(blob.id, options={"range": (start, end)})
                async for piece in found.stream(min_chunk_size=_PIECE):
                    yield bytes(piece)
        except FileNotFoundError:
            raise LookupError(f"blob {blob.id} was deleted while it was read") from None

    async def delete(self, blob: Blob) -> None:
        try:
            with _translated():
                await self._store.delete_async(blob.id)
        except FileNotFoundError:
            return


def open_objects(url: str, options: Mapping[str, str]) -> ObjectBlobs:
    """The store at `s3://bucket/prefix`, `file:///folder` or `memory:///`; raises Misconfigured with one clear line.

    `options` are for S3: `endpoint`, `region`, `access_key_id`, `secret_access_key`. What is not among them is taken
    from the environment or the machine's own role, as with every S3 client.
    """
    try:
        if url.startswith("memory:"):
            return ObjectBlobs(MemoryStore())
        if url.startswith("file:///") and url.strip("/") != "file:":
            return ObjectBlobs(from_url(url, mkdir=True))
        # Plain HTTP is for a store within reach only; a URL that says so means it.
        client: Any = {**_CLIENT, "allow_http": options.get("endpoint", "").startswith("http://")}
        config: Any = dict(options)
        store = S3Store.from_url(url, config=config, retry_config=_PATIENCE, client_options=client)
        return ObjectBlobs(store)
    except (BaseError, ValueError, TypeError) as error:
        raise Misconfigured(
            "REDRESS_FILES__URL is not usable: it is s3://bucket/prefix, file:///folder or memory:///"
        ) from error


@contextmanager
def _translated() -> Iterator[None]:
    """Raise StoreUnavailableError when the store cannot be reached or fails on its side; others pass."""
    try:
        yield
    except AlreadyExistsError as error:
        raise ValueError(f"there is such an object already: {error}") from error
    except GenericError as error:
        raise StoreUnavailableError(f"the object store: {error}") from error
