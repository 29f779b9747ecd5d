"""Evidence files in memory, for wiring tests."""

from hashlib import sha256

from shared.kernel.items import FileRef


class MemoryFiles:
    """The `FileStore` port without a server."""

    def __init__(self) -> None:
        self._stored: dict[str, tuple[bytes, str]] = {}

    async def put(self, content: bytes, media_type: str) -> FileRef:
        digest = sha256(content).hexdigest()
        _, kind = self._stored.get(digest, (content, media_type))
        reference = FileRef(sha256=digest, size=len(content), media_type=kind)
        self._stored.setdefault(digest, (content, media_type))
        return reference

    async def describe(self, digest: str) -> FileRef | None:
        if digest not in self._stored:
            return None
        content, media_type = self._stored[digest]
        return FileRef(sha256=digest, size=len(content), media_type=media_type)

    async def read(self, digest: str) -> bytes:
        if digest not in self._stored:
            raise LookupError(f"no file {digest} is stored")
        return self._stored[digest][0]
