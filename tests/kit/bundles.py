"""Bundles of simulated cases, and damage done to them. `python -m tests.kit.bundles 10000` flips that many bytes."""

import asyncio
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from redress.bundling import staff_dossier
from redress.registry import DEFINITIONS
from redress.simulator.world import World
from shared.adapters.bundle_press import Printing
from shared.adapters.clock import SystemClock
from shared.adapters.file_ports import memory_files
from shared.adapters.policy_files import read_policies
from shared.bundle.checking import check_bundle
from shared.bundle.container import MismatchError
from shared.bundle.exporting import Dossier, Exporter
from shared.bundle.signing import signed

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


async def bundle_of(of: Dossier, key: Ed25519PrivateKey | None = KEY) -> bytes:
    """The bundle, signed by the key unless there is none."""
    sign = None if key is None else lambda manifest: signed(manifest, key)
    exporter = Exporter(memory_files(SystemClock()).store, read_policies(), Printing(), sign)
    return b"".join([piece async for piece in exporter.pieces(of)])


async def longest(world: World) -> bytes:
    """The bundle of the case with the most facts."""
    case = max(world.cases.values(), key=lambda one: len(one.facts))
    return await bundle_of(await dossier(world, case.id))


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


def _main(count: int) -> int:
    content = asyncio.run(_longest())
    check_bundle(BytesIO(content))
    began = time.perf_counter()
    unseen = passed(content, flips(len(content), count, seed=11))
    seconds = time.perf_counter() - began
    print(f"{count} flips in a bundle of {len(content)} bytes: {count - len(unseen)} found, {seconds:.0f} s")  # noqa: T201
    return bool(unseen)


async def _longest() -> bytes:
    return await longest(await played(12))


if __name__ == "__main__":
    sys.exit(_main(int(sys.argv[1])))
