"""What a bundle is written with: workers that print its report, and the key that signs it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shared.adapters.bundle_printing import pdf_of, small_copy
from shared.adapters.failures import Misconfigured
from shared.adapters.sealing import opened_value
from shared.adapters.worker_pool import OverLimitError
from shared.bundle.exporting import Exporter
from shared.bundle.report import Report
from shared.bundle.signing import KeyUnfitError, signed, signing_key
from shared.eventing.file_store import FileStore
from shared.eventing.ports import Keys
from shared.kernel.policy import PolicyBook

MODULES: Final = ("shared.adapters.bundle_printing",)
"""What a worker imports to print."""


@dataclass(frozen=True, slots=True)
class Printing:
    """The `Press` of a service. `run` has a function done elsewhere, as `WorkerPool.run` does."""

    run: Callable[..., Awaitable[Any]]

    async def small_copy(self, content: bytes) -> bytes | None:
        """Raises PoolBusyError."""
        return await self._within_limits(small_copy, content)

    async def pdf(self, report: Report, pictures: Mapping[str, bytes]) -> bytes | None:
        """Raises PoolBusyError."""
        return await self._within_limits(pdf_of, report, pictures)

    async def _within_limits(self, function: Callable[..., Any], *args: Any) -> bytes | None:
        try:
            printed: bytes | None = await self.run(function, *args)
        except OverLimitError:
            return None
        return printed


def exporter(
    files: FileStore,
    book: PolicyBook,
    run: Callable[..., Awaitable[Any]],
    key_file: Path | None,
    keys: Keys | None,
) -> Exporter:
    """What writes bundles, signing them where a key is set; raises Misconfigured for a key that is none."""

    async def opened(value: Any) -> Any:
        return await opened_value(value, keys)

    return Exporter(files, book, Printing(run), signer(key_file), opened)


def signer(key_file: Path | None) -> Callable[[bytes], bytes] | None:
    """Signs with the key in a file; None without one."""
    if key_file is None:
        return None
    try:
        key = signing_key(key_file.read_bytes())
    except (OSError, KeyUnfitError) as error:
        raise Misconfigured(f"REDRESS_BUNDLE_KEY: {key_file.name}: {error}") from error
    return lambda manifest: signed(manifest, key)
