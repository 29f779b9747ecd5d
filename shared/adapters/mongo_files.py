"""Evidence files in GridFS, named by the SHA-256 of their bytes."""

from hashlib import sha256

from motor.motor_asyncio import AsyncIOMotorGridFSBucket

from shared.adapters.mongo_client import Database, translated
from shared.kernel.items import FileRef


class MongoFiles:
    """The `FileStore` port over GridFS."""

    def __init__(self, database: Database) -> None:
        self._bucket = AsyncIOMotorGridFSBucket(database, bucket_name="files")
        self._files = database["files.files"]

    async def put(self, content: bytes, media_type: str) -> FileRef:
        """Store bytes under their hash; storing them again answers the same reference."""
        digest = sha256(content).hexdigest()
        known = await self.describe(digest)
        if known is not None:
            return known
        reference = FileRef(sha256=digest, size=len(content), media_type=media_type)
        # Not under the hash as GridFS id: of two uploads at once the loser's clean-up would take the
        # winner's chunks with it. Two copies of the same bytes do no harm.
        with translated():
            await self._bucket.upload_from_stream(digest, content, metadata={"media_type": media_type})
        return reference

    async def describe(self, digest: str) -> FileRef | None:
        """What is stored under a hash, by the store's own word; None for nothing."""
        with translated():
            found = await self._files.find_one({"filename": digest})
        if found is None:
            return None
        return FileRef(sha256=digest, size=found["length"], media_type=found["metadata"]["media_type"])

    async def read(self, digest: str) -> bytes:
        """The bytes under a hash; raises LookupError when there are none."""
        if await self.describe(digest) is None:
            raise LookupError(f"no file {digest} is stored")
        with translated():
            stream = await self._bucket.open_download_stream_by_name(digest)
            content: bytes = await stream.read()
        return content
