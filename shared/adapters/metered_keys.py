"""The key vault with its failures counted: without it no text can be sealed or opened."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from shared.eventing.ports import DestroyedKey, Keys, PersonErasedError, Telemetry


class MeteredKeys:
    """The `Keys` port over another one."""

    def __init__(self, inner: Keys, telemetry: Telemetry) -> None:
        self._inner = inner
        self._telemetry = telemetry
        for operation in ("key_of", "known", "destroy"):
            # From the start, or the first failure would be no increase.
            telemetry.count("key_vault_errors", 0, operation=operation)

    async def key_of(self, person: str) -> bytes:
        with self._counted("key_of"):
            return await self._inner.key_of(person)

    async def known(self, persons: Sequence[str]) -> Mapping[str, bytes]:
        with self._counted("known"):
            return await self._inner.known(persons)

    async def destroy(self, person: str) -> DestroyedKey:
        with self._counted("destroy"):
            return await self._inner.destroy(person)

    @contextmanager
    def _counted(self, operation: str) -> Iterator[None]:
        try:
            yield
        except PersonErasedError:
            raise
        except Exception:
            self._telemetry.count("key_vault_errors", operation=operation)
            raise
