"""Looking at files in worker processes, against hashing the same bytes and decoding them with the bare library."""

import time
from hashlib import sha256
from io import BytesIO
from typing import Final

from PIL import Image

from bench.photographs import PHONE, photographs, saved
from bench.results import Result, alternate
from bench.stand import Stand
from services.evidence.adapters.screening.inspector import MODULES, Inspector
from services.evidence.adapters.screening.screener import Screener
from shared.adapters.worker_pool import WorkerPool
from shared.kernel.refusals import Refused

TARGET: Final = 0.6
MIB: Final = 1024 * 1024


async def screening(_: Stand, *, quick: bool) -> list[Result]:
    """One worker takes one photograph after the other; the bare side does the same in one process.

    Screening is what happens after a file was taken. Both together, with the inspection when it comes in, decode twice.
    """
    files = _files(3 if quick else 12)
    pool = WorkerPool(size=1, queue=len(files), modules=MODULES)
    try:
        rounds = 2 if quick else 7
        measured = await alternate(rounds, lambda _: _screened(pool, files), lambda _: _bare(files))
        both = await alternate(rounds, lambda _: _inspected_and_screened(pool, files), lambda _: _bare(files))
    finally:
        await pool.close()
    note = f"{len(files)} JPEG of {PHONE[0]} x {PHONE[1]}; SHA-256 and Pillow's whole decode of the same"
    return [
        measured.result("screen files", "MiB/s", TARGET, "higher", note),
        both.result("inspect and screen", "MiB/s", 0.3, "higher", f"{note}; decodes twice, in two jobs"),
    ]


def _files(many: int) -> list[bytes]:
    return [
        saved(one.resize(PHONE, Image.Resampling.BICUBIC), quality=95) for one in list(photographs().values())[:many]
    ]


async def _screened(pool: WorkerPool, files: list[bytes]) -> float:
    started = time.perf_counter()
    for content in files:
        found = await Screener(pool).screen(content, "image/jpeg")
        if isinstance(found, Refused):
            raise RuntimeError(f"a photograph was refused: {found}")  # noqa: TRY004  # it is no matter of types
    return _rate(files, started)


async def _inspected_and_screened(pool: WorkerPool, files: list[bytes]) -> float:
    started = time.perf_counter()
    for content in files:
        media_type = await Inspector(pool).inspect(content, None)
        found = media_type if isinstance(media_type, Refused) else await Screener(pool).screen(content, media_type)
        if isinstance(found, Refused):
            raise RuntimeError(f"a photograph was refused: {found}")  # noqa: TRY004
    return _rate(files, started)


async def _bare(files: list[bytes]) -> float:
    started = time.perf_counter()
    for content in files:
        sha256(content).digest()
        with Image.open(BytesIO(content)) as picture:
            picture.load()
    return _rate(files, started)


def _rate(files: list[bytes], started: float) -> float:
    return sum(map(len, files)) / MIB / (time.perf_counter() - started)
