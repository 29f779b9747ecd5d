"""The public keys of whoever issues tokens: from a file or fetched, kept, and fetched again when they change."""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias

import httpx
import structlog
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from shared.adapters.failures import Misconfigured
from shared.eventing.ports import Clock, IssuerAwayError

_log = structlog.get_logger(__name__)

FRESH: Final = timedelta(minutes=10)
"""Keys that are older are fetched anew before they are used, so a key that was withdrawn counts no longer than this."""
KEPT: Final = timedelta(hours=24)
"""How long keys still count while their issuer cannot be reached."""
PAUSE: Final = timedelta(minutes=1)
"""Between two looks, whoever asks: unknown key ids are cheap to invent."""
FIRST_PAUSE: Final = timedelta(seconds=5)
"""The same while no look has succeeded yet."""
_TIMEOUT: Final = httpx.Timeout(5.0)


Key: TypeAlias = Mapping[str, Any]
"""One JSON Web Key."""


class FileKeys:
    """Keys of a JWKS file, read once. Raises Misconfigured for one that holds none."""

    def __init__(self, file: Path) -> None:
        try:
            self._keys = keys_in(file.read_bytes())
        except (OSError, ValueError) as error:
            raise Misconfigured(f"REDRESS_AUTH__JWKS_FILE: {file.name}: {error}") from error

    async def key(self, kid: str | None) -> Key | None:
        return _chosen(self._keys, kid)

    @property
    def known(self) -> bool:
        return True

    async def run(self) -> None:
        """Nothing has to be looked after."""


class FetchedKeys:
    """Keys of a JWKS address. One look at a time; a look that fails leaves what is known."""

    def __init__(self, url: str, clock: Clock, client: httpx.AsyncClient | None = None) -> None:
        self._url = url
        self._clock = clock
        self._client = client or httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False, trust_env=False)
        self._keys: Mapping[str, Key] = {}
        self._fetched: datetime | None = None
        self._looked: datetime | None = None
        self._looking = asyncio.Lock()

    async def key(self, kid: str | None) -> Key | None:
        """The key of that id; None when the issuer has none. Raises IssuerAwayError while nothing can be known."""
        now = self._clock.now()
        found = _chosen(self._keys, kid)
        if found is None or self._fetched is None or now - self._fetched > FRESH:
            await self._look(now)
            found = _chosen(self._keys, kid)
        if not self.known:
            raise IssuerAwayError("the keys of the token's issuer cannot be fetched now")
        return found

    @property
    def known(self) -> bool:
        """Whether keys are at hand that count."""
        return self._fetched is not None and self._clock.now() - self._fetched <= KEPT

    async def run(self) -> None:
        """Fetch before anybody asks, and again before keys are too old; ends only when it is cancelled."""
        try:
            while True:
                now = self._clock.now()
                if self._fetched is None or now - self._fetched > FRESH / 2:
                    await self._look(now)
                await self._clock.sleep(FIRST_PAUSE.total_seconds())
        finally:
            await self._client.aclose()

    async def _look(self, now: datetime) -> None:
        async with self._looking:
            pause = PAUSE if self._fetched else FIRST_PAUSE
            if self._looked is not None and now - self._looked < pause:
                return
            self._looked = now
            try:
                answer = await self._client.get(self._url)
                answer.raise_for_status()
                self._keys, self._fetched = keys_in(answer.content), now
            except (httpx.HTTPError, ValueError) as error:
                age = None if self._fetched is None else (now - self._fetched).total_seconds()
                _log.error("token keys cannot be fetched", error=f"{type(error).__name__}: {error}", known_for=age)


def keys_in(content: bytes) -> Mapping[str, Key]:
    """The signing keys of a JWKS document by id; raises ValueError naming what is wrong with it.

    Keys for encryption, keys without an id beside others, symmetric keys and those of unknown kinds do not count.
    """
    try:
        found = [key for key in json.loads(content)["keys"] if _signs(key)]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"no JSON Web Key Set (RFC 7517): {error!r}") from error
    named = {str(key["kid"]): key for key in found if "kid" in key}
    named |= {"": found[0]} if len(found) == 1 and not named else {}
    if not named:
        raise ValueError("it has no public key for signatures of a kind that is known here")
    return named


def _signs(key: Any) -> bool:
    if key.get("use", "sig") != "sig" or key["kty"] == "oct":
        return False
    try:
        PyJWK(key)
    except PyJWTError:
        return False
    return True


def _chosen(keys: Mapping[str, Key], kid: str | None) -> Key | None:
    """A token that names no key may mean the only one there is."""
    if kid is None:
        return next(iter(keys.values())) if len(keys) == 1 else None
    return keys.get(kid)
