"""Time and peak memory of a large case's bundle: `python -m bench.bundle 200` prints what each command takes.

The case lies in embedded servers of its own; the commands run as processes of their own, as an operator runs them.
Memory is read as Linux shows it.
"""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from PIL import Image
from pydantic import SecretStr

from bench.samples import BUYER, SELLER, Numbering, case_with_files
from bench.stand import quiet, store
from redress.embedded import EmbeddedServers
from redress.registry import opened
from shared.adapters.settings import MongoSettings, Settings
from shared.kernel.items import FileRef

MIB: Final = 1024 * 1024
_FILE: Final = 10 * MIB
_REDRESS: Final = "from redress.cli import main; main()"
_STRANGER: Final = (
    f"import runpy; runpy.run_path({str(Path(__file__).parents[1] / 'docs' / 'verify_bundle.py')!r}, None, '__main__')"
)
_PEAK: Final = """
import atexit, pathlib, sys
def peak():
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    print([line.split()[1] for line in lines if line.startswith("VmHWM")][0], file=sys.stderr)
atexit.register(peak)
"""
"""Says last how much memory a process had at its highest; what the system tells its parent may be the parent's own."""


class Figure(NamedTuple):
    """What one command took."""

    command: str
    seconds: float
    peak_mib: int


def measure(mongo_url: str, case: str, mib: int) -> Sequence[Figure]:
    """Lay down a case with so many MiB of files, half of them by each side, and write and check its bundle."""
    asyncio.run(_lay_down(mongo_url, case, mib))
    environment = {**os.environ, "REDRESS_MONGO__URL": mongo_url}
    with TemporaryDirectory(prefix="redress-bundle-") as folder:
        file = Path(folder) / "case.zip"
        return [
            _taken("redress case export", _REDRESS, ["case", "export", case, "--out", str(file)], environment),
            _taken("redress verify-bundle", _REDRESS, ["verify-bundle", str(file)], environment),
            _taken("docs/verify_bundle.py", _STRANGER, [str(file)], environment),
        ]


async def _lay_down(mongo_url: str, case: str, mib: int) -> None:
    settings = Settings(mongo=MongoSettings(url=SecretStr(mongo_url)))
    async with opened("evidence", settings) as ports:
        files = []
        for number, content in enumerate(_contents(mib)):
            by = (BUYER, SELLER)[number % 2]

            async def pieces(whole: bytes = content) -> AsyncIterator[bytes]:
                yield whole

            async def jpeg(_content: bytes, _name: str | None) -> str:
                return "image/jpeg"

            stored = await ports.files.store.put(by.id, case, pieces(), jpeg, side_bytes=mib * MIB)
            if not isinstance(stored, FileRef):
                raise TypeError(f"{case}: {stored.detail}")
            files.append((by, stored))
        numbered = Numbering()
        await store(ports.database, [numbered(commit) for commit in case_with_files(case, files)])


def _contents(mib: int) -> Sequence[bytes]:
    """Photographs of 10 MiB each, all different."""
    chance = random.Random(mib)
    padding = _FILE - len(_photograph())
    return [_photograph() + chance.randbytes(padding) for _ in range(mib * MIB // _FILE)]


@cache
def _photograph() -> bytes:
    written = BytesIO()
    seen = random.Random(0).randbytes(3000 * 2000 * 3)
    Image.frombytes("RGB", (3000, 2000), seen).save(written, "JPEG", quality=90)
    return written.getvalue()


def _taken(name: str, program: str, arguments: Sequence[str], environment: Mapping[str, str]) -> Figure:
    began = time.perf_counter()
    code = f"{_PEAK}\n{program}"
    ended = subprocess.run(  # noqa: S603 - our own commands
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - began
    if ended.returncode:
        raise RuntimeError(f"{name} ended with {ended.returncode}: {ended.stdout}{ended.stderr}")
    return Figure(name, seconds, int(ended.stderr.split()[-1]) // 1024)


def _main(sizes: Sequence[int]) -> None:
    with quiet(), TemporaryDirectory(prefix="redress-bench-") as folder, EmbeddedServers(Path(folder)) as servers:
        for mib in sizes:
            for figure in measure(servers.mongo_url, f"large-{mib}", mib):
                sys.stdout.write(
                    f"{mib:4} MiB of files  {figure.command:22} {figure.seconds:6.1f} s  peak {figure.peak_mib} MiB\n"
                )


if __name__ == "__main__":
    _main([int(one) for one in sys.argv[1:]] or [200])
