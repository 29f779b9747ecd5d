"""Bundles of cases, and damage done to them.

`python -m tests.kit.bundles 10000` flips that many bytes, one at a time, in the bundle of a long case and in one with
photographs; `every` flips each byte once. With a file behind it, it does so in that bundle.
"""

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from bench.samples import BUYER, case_with_files
from redress.bundling import staff_dossier
from redress.registry import DEFINITIONS
from redress.simulator.world import World
from shared.adapters.bundle_press import Printing
from shared.adapters.clock import SystemClock
from shared.adapters.file_ports import memory_files
from shared.adapters.policy_files import read_policies
from shared.bundle.checking import check_bundle
from shared.bundle.container import MismatchError
from shared.bundle.exporting import Dossier, Exporter, Readable, as_it_stands
from shared.bundle.signing import signed
from shared.eventing.file_store import FileStore
from shared.kernel.items import FileRef

KEY: Final = Ed25519PrivateKey.from_private_bytes(b"thirty-two bytes, only for tests")
LANE: Final = 0


@dataclass(frozen=True, slots=True)
class Flip:
    """One byte of a bundle made another."""

    at: int
    bits: int

    def of(self, content: bytes) -> bytes:
        return content[: self.at] + bytes([content[self.at] ^ self.bits]) + content[self.at + 1 :]


def flips(size: int, count: int, seed: int) -> Iterator[Flip]:
    """Seeded damage, anywhere."""
    chance = random.Random(seed)  # a seed is the point
    for _ in range(count):
        yield Flip(chance.randrange(size), chance.randrange(1, 256))


async def played(cases: int, seed: int = 3) -> World:
    """A population, played to its end."""
    world = World(seed, "bundle", cases, read_policies())
    await world.play()
    return world


async def dossier(world: World, case_id: str) -> Dossier:
    """All four chains of a case."""
    loaded = {name: await world.system.services[name].log.load(LANE, [case_id]) for name in DEFINITIONS}
    return staff_dossier(case_id, {name: found[case_id] for name, found in loaded.items() if found.get(case_id)})


async def bundle_of(
    of: Dossier,
    key: Ed25519PrivateKey | None = KEY,
    files: FileStore | None = None,
    readable: Readable = as_it_stands,
    run: Callable[..., Awaitable[Any]] = asyncio.to_thread,
) -> bytes:
    """The bundle, signed by the key unless there is none."""
    sign = None if key is None else lambda manifest: signed(manifest, key)
    exporter = Exporter(files or memory_files(SystemClock()).store, read_policies(), Printing(run), sign, readable)
    return b"".join([piece async for piece in exporter.pieces(of)])


async def longest(world: World) -> bytes:
    """The bundle of the case with the most facts."""
    case = max(world.cases.values(), key=lambda one: len(one.facts))
    return await bundle_of(await dossier(world, case.id))


async def with_photographs(run: Callable[..., Awaitable[Any]] = asyncio.to_thread) -> bytes:
    """The bundle of a case with a few small photographs and not much else."""
    files = memory_files(SystemClock()).store
    brought = []
    for n in range(3):
        written = BytesIO()
        Image.frombytes("RGB", (64, 64), random.Random(n).randbytes(64 * 64 * 3)).save(written, "PNG")
        stored = await files.put(BUYER.id, "photographs", _pieces(written.getvalue()), _png, side_bytes=1 << 20)
        assert isinstance(stored, FileRef)
        brought.append((BUYER, stored))
    commits = case_with_files("photographs", brought)
    return await bundle_of(staff_dossier("photographs", {"evidence": commits}), files=files, run=run)


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _png(_content: bytes, _name: str | None) -> str:
    return "image/png"


def passed(content: bytes, damage: Iterator[Flip]) -> list[Flip]:
    """The flips that the check did not find."""
    unseen = []
    for flip in damage:
        try:
            check_bundle(BytesIO(flip.of(content)))
        except MismatchError:
            continue
        unseen.append(flip)
    return unseen


def _main(count: str, *files: str) -> int:
    bundles = {one: Path(one).read_bytes() for one in files} or asyncio.run(_two())
    unseen = 0
    for name, content in bundles.items():
        check_bundle(BytesIO(content))
        size = len(content)
        chance = random.Random(12)
        every = (Flip(at, chance.randrange(1, 256)) for at in range(size))
        began = time.perf_counter()
        missed = passed(content, every if count == "every" else flips(size, int(count), seed=11))
        seconds = time.perf_counter() - began
        for flip in missed:
            print(f"{name}: byte {flip.at} changed by {flip.bits:08b} is not found")  # noqa: T201
        tried = size if count == "every" else int(count)
        print(f"{name}: {tried} flips in {size} bytes, {tried - len(missed)} found, {seconds:.0f} s")  # noqa: T201
        unseen += len(missed)
    return bool(unseen)


async def _two() -> dict[str, bytes]:
    return {"a long case": await longest(await played(12)), "a case with photographs": await with_photographs()}


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
