"""The key vault: one key per person in MongoDB, each wrapped by a master key that the database never sees."""

import os
import secrets
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from shared.adapters.boxes import boxed, unboxed
from shared.adapters.clock import SystemClock
from shared.adapters.failures import Misconfigured
from shared.adapters.mongo_client import DURABLE, MAJORITY, at_start, translated
from shared.adapters.mongo_documents import CODEC
from shared.adapters.mongo_layout import laid_out_before, lay_out
from shared.adapters.settings import KeySettings
from shared.eventing.ports import Clock, DestroyedKey, PersonErasedError, StoreUnavailableError

_SIZE: Final = 32
_LOOKS: Final = 250
_CHECK: Final = b"redress master key"


class MongoKeys:
    """The `Keys` port over one collection. The first of `masters` wraps new keys; the others only unwrap.

    Nothing is cached: a key that was destroyed opens nothing from that moment on, in any process.
    """

    def __init__(self, database: Any, masters: Mapping[str, bytes], clock: Clock | None = None) -> None:
        self._people = database["people"]
        self._known_masters = database["masters"]
        self._masters = masters
        self._clock = clock or SystemClock()
        self._newest = next(iter(masters))

    async def start(self) -> None:
        """Hold the configured masters against the vault; raises Misconfigured with one clear line."""
        await at_start(lambda: lay_out(self._people, [IndexModel("master")]))
        for name, master in self._masters.items():
            await at_start(partial(self._compared, name, master))
        await at_start(self._none_missing)

    async def _compared(self, name: str, master: bytes) -> None:
        """The vault keeps of each master a box that it alone opens, so a wrong one is found before it wraps a key."""
        kept = await self._known_masters.find_one({"_id": name})
        if kept is None:
            kept = {"_id": name, "box": boxed(_CHECK, master, name)}
            try:
                with laid_out_before(f"master key {name} in the vault"):
                    await self._known_masters.insert_one(dict(kept))
            except DuplicateKeyError:  # services start together: the one that was first is held against
                kept = await self._seen(self._known_masters, name)
        try:
            unboxed(kept["box"], master, name)
        except InvalidTag as error:
            raise Misconfigured(f"master key {name} is another one than the vault knows by that id") from error

    async def _none_missing(self) -> None:
        async for known in self._known_masters.find({"_id": {"$nin": list(self._masters)}}):
            if await self._people.find_one({"master": known["_id"]}):
                raise Misconfigured(
                    f"keys lie under master {known['_id']}, which REDRESS_KEYS__MASTER_FILE lacks: "
                    f"put its line back, and `redress keys rotate`"
                )

    async def key_of(self, person: str) -> bytes:
        with translated():
            found = await self._people.find_one({"_id": person})
        return self._plain(found or await self._made(person))

    async def known(self, persons: Sequence[str]) -> Mapping[str, bytes]:
        with translated():
            found = await self._people.find({"_id": {"$in": list(persons)}, "key": {"$exists": True}}).to_list(None)
        return {document["_id"]: self._plain(document) for document in found}

    async def destroy(self, person: str) -> DestroyedKey:
        gone = {"$set": {"destroyed_at": self._clock.now()}, "$unset": {"key": "", "master": ""}}
        standing = {"_id": person, "destroyed_at": {"$exists": False}}
        try:
            with translated():
                await self._people.update_one(standing, gone, upsert=True)
        except DuplicateKeyError:
            pass  # a tombstone stands already: the upsert tried to lay a second one
        with translated():
            tombstone = await self._people.find_one({"_id": person})
        return DestroyedKey(tombstone["destroyed_at"], tombstone.get("fingerprint"))

    async def rotate(self) -> int:
        """Wrap every key under the newest master; answers how many were under another. Interrupted, it resumes."""
        moved = 0
        with translated():
            async for old in self._people.find({"master": {"$exists": True, "$ne": self._newest}}):
                wrapped = self._wrapped(old["_id"], self._plain(old))
                changed = await self._people.update_one({"_id": old["_id"], "key": old["key"]}, {"$set": wrapped})
                moved += changed.modified_count
        return moved

    async def counts(self) -> Mapping[str, int]:
        """How many keys lie under each master; under `destroyed`, how many people were erased."""
        with translated():
            rows = await self._people.aggregate([{"$group": {"_id": "$master", "n": {"$sum": 1}}}]).to_list(None)
        return {row["_id"] or "destroyed": row["n"] for row in rows}

    async def _made(self, person: str) -> Any:
        key = secrets.token_bytes(_SIZE)
        new = {**self._wrapped(person, key), "fingerprint": sha256(key).hexdigest(), "made_at": self._clock.now()}
        try:
            with translated():
                await self._people.insert_one({"_id": person, **new})
        except DuplicateKeyError:
            return await self._made_by_another(person)
        return new | {"_id": person}

    async def _made_by_another(self, person: str) -> Any:
        """The key that another process made first, once the majority has it: before that it could be lost."""
        return await self._seen(self._people, person)

    async def _seen(self, collection: Any, key: str) -> Any:
        for _ in range(_LOOKS):
            with translated():
                found = await collection.find_one({"_id": key})
            if found:
                return found
            await self._clock.sleep(0.02)
        raise StoreUnavailableError(f"the key of {key} is being made by another process")

    def _wrapped(self, person: str, key: bytes) -> dict[str, Any]:
        return {"key": boxed(key, self._masters[self._newest], person), "master": self._newest}

    def _plain(self, document: Mapping[str, Any]) -> bytes:
        person = document["_id"]
        if "key" not in document:
            raise PersonErasedError(f"{person} was erased, and nothing more of theirs can be kept")
        master = self._masters.get(document["master"])
        if master is None:
            raise Misconfigured(f"keys lie under master {document['master']}, which REDRESS_KEYS__MASTER_FILE lacks")
        try:
            return unboxed(document["key"], master, person)
        except InvalidTag as error:
            raise Misconfigured(f"master {document['master']} is not the one that the keys were wrapped by") from error


def open_keys(settings: KeySettings, client: Any) -> MongoKeys | None:
    """The vault, or None where no master key is configured; raises Misconfigured with one clear line."""
    if not settings.given:
        return None
    text = settings.master.get_secret_value() if settings.master else ""
    if settings.master_file:
        try:
            text = settings.master_file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Misconfigured(f"REDRESS_KEYS__MASTER_FILE cannot be read: {error}") from error
    database = client.get_database(settings.database, codec_options=CODEC, write_concern=DURABLE, read_concern=MAJORITY)
    return MongoKeys(database, masters_in(text))


def require_word(settings: KeySettings) -> None:
    """Raise Misconfigured unless there is a master key or it is said that there is none, and not both."""
    if settings.given == settings.off:
        both = "REDRESS_KEYS__OFF is set beside a master key" if settings.off else "no master key is configured"
        raise Misconfigured(f"{both}: set REDRESS_KEYS__MASTER_FILE, or REDRESS_KEYS__OFF=true to seal nothing")


def new_master(name: str) -> str:
    """A new master key, as a line for the file of REDRESS_KEYS__MASTER_FILE."""
    return f"{name}:{b64encode(secrets.token_bytes(_SIZE)).decode()}"


def keep_new_master(file: Path, name: str) -> bool:
    """Leave a new master key in a file that only our user reads; False when the file is there already."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with open(draft, "x", opener=_for_us_alone) as new:
            new.write(new_master(name) + "\n")
            new.flush()
            os.fsync(new.fileno())
        os.link(draft, file)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def masters_in(text: str) -> Mapping[str, bytes]:
    """The master keys that a file or variable holds, in order; raises Misconfigured for anything else."""
    masters: dict[str, bytes] = {}
    for number, line in enumerate((part for part in text.replace(",", "\n").split("\n") if part.strip()), 1):
        name, _, encoded = line.strip().partition(":")
        try:
            key = b64decode(encoded, validate=True)
        except (NotBase64, ValueError):
            key = b""
        if not name or len(key) != _SIZE or name in masters:
            raise Misconfigured(f"master key {number} is not `id:base64` of {_SIZE} bytes under an id of its own")
        masters[name] = key
    if not masters:
        raise Misconfigured("REDRESS_KEYS__MASTER or its file holds no key: `id:base64` of 32 bytes")
    return masters
