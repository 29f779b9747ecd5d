"""The edge where what people write is sealed and opened; inside, a text is an opaque token (ADR 0022).

The same text of the same person always seals to the same token, so that repeated requests are seen as repeated.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from hmac import digest
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from pydantic import BaseModel

from shared.adapters.boxes import NONCE, boxed, unboxed
from shared.adapters.metered_keys import MeteredKeys
from shared.eventing.engine import Engine
from shared.eventing.messages import Command
from shared.eventing.ports import Keys, Telemetry
from shared.kernel.actors import Actor, Parties, Side
from shared.kernel.masking import mask
from shared.kernel.texts import ERASED, MASKED, TOKEN, Personal, with_texts

_IN_BYTES: Final = re.compile(f"(?:{TOKEN.pattern}|{MASKED.pattern})".encode())


def seal(text: str, person: str, key: bytes) -> str:
    """The token that stands for a text of a person."""
    plain = text.encode()
    nonce = digest(digest(key, b"redress text nonce v1", sha256), plain, sha256)[:NONCE]
    box = boxed(plain, _text_key(key), person, nonce)
    return f"pd1:{person}:{urlsafe_b64encode(box).decode().rstrip('=')};"


def unseal(person: str, box: str, key: bytes) -> str | None:
    """The text in a token; None when it was not sealed under this key."""
    try:
        raw = urlsafe_b64decode(box + "=" * (-len(box) % 4))
        return unboxed(raw, _text_key(key), person).decode()
    except (InvalidTag, ValueError):
        return None


def _text_key(key: bytes) -> bytes:
    return digest(key, b"redress text v1", sha256)


async def opened_json(body: bytes, keys: Keys | None, telemetry: Telemetry | None = None) -> bytes:
    """A JSON document with every token in it replaced by its text, masked where the token says so, or by `[erased]`."""
    found = {(match[1] or match[3]).decode() for match in _IN_BYTES.finditer(body)} if keys else set()
    if not keys or not found:
        return body
    known = await keys.known(sorted(found))
    counts: Counter[str] = Counter()

    def text(match: "re.Match[bytes]") -> bytes:
        person, box = (match[1] or match[3]).decode(), (match[2] or match[4]).decode()
        opened, outcome = _opened(person, box, match[0].decode(), known)
        counts[outcome] += 1
        return orjson.dumps(opened if match[1] else mask(opened))[1:-1]

    text_of_all = _IN_BYTES.sub(text, body)
    if telemetry is not None:
        for outcome, many in counts.items():
            telemetry.count("texts_opened", many, outcome=outcome)
    return text_of_all


async def opened_value(value: Any, keys: Keys | None) -> Any:
    """A JSON value with its texts opened."""
    return orjson.loads(await opened_json(orjson.dumps(value, default=str), keys)) if keys else value


def _opened(person: str, box: str, token: str, known: Mapping[str, bytes]) -> tuple[str, str]:
    """What stands in place of a token, and how that came out."""
    key = known.get(person)
    if key is None:
        return ERASED, "erased"
    text = unseal(person, box, key)
    return (token, "unreadable") if text is None else (text, "opened")


class Sealing:
    """Seals what comes in to one service. Without keys it changes nothing."""

    def __init__(self, keys: Keys | None, engine: Engine, telemetry: Telemetry) -> None:
        self.keys: Keys | None = MeteredKeys(keys, telemetry) if keys else None
        self._engine = engine
        self._telemetry = telemetry
        for outcome in ("opened", "erased", "unreadable"):
            telemetry.count("texts_opened", 0, outcome=outcome)

    async def sealed(self, command: type[Command], body: BaseModel, *, by: Actor, case_id: str) -> Any:
        """A request's body with its personal texts as tokens; raises PersonErasedError for an erased person."""
        texts: list[str] = []

        def noted(text: str, _: Personal) -> str:
            texts.append(text)
            return text

        if self.keys is None:
            return body
        with_texts(body, noted)
        if not texts:
            return body
        person = await self._person(command, body, by, case_id)
        key = await self.keys.key_of(person)
        self._telemetry.count("texts_sealed", len(texts))
        return with_texts(body, lambda text, _: seal(text, person, key))

    async def opened_body(self, body: bytes) -> bytes:
        """A JSON document with its texts opened."""
        return await opened_json(body, self.keys, self._telemetry)

    async def opened(self, text: str) -> str:
        """A text with the tokens in it opened."""
        opened: str = await opened_value(text, self.keys)
        return opened

    async def _person(self, command: type[Command], body: BaseModel, by: Actor, case_id: str) -> str:
        named = getattr(body, command.ABOUT) if command.ABOUT else None
        if not isinstance(named, Side):
            return named or by.id
        state = (await self._engine.load(case_id)).state
        parties = getattr(getattr(state, "file", state), "parties", None)
        return parties.party_on(named).id if isinstance(parties, Parties) else by.id
