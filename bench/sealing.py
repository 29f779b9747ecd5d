"""What sealing costs: `python -m bench.sealing` prints the time of a text sealed, opened, and of a key from the vault.

The vault is in the MongoDB of REDRESS_MONGO__URL, in a database of its own that is dropped at the end.
"""

import asyncio
import secrets
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

import orjson

from shared.adapters.memory_keys import MemoryKeys
from shared.adapters.mongo_client import open_database
from shared.adapters.mongo_keys import MongoKeys
from shared.adapters.sealing import opened_json, seal
from shared.adapters.settings import Settings

_TEXTS: Final = 2000
_SAID: Final = "The spout of the teapot was cracked when I unpacked it on Saturday; I want to send it back. " * 2
"""184 characters, as long as most that people write."""


def sealing_ns() -> float:
    """Nanoseconds to seal one text, the median over many different ones."""
    key = secrets.token_bytes(32)
    return statistics.median(_timed(partial(seal, f"{n} {_SAID}", "lin", key)) for n in range(_TEXTS))


async def opening_ns(texts: int) -> float:
    """Nanoseconds for each text to open an answer that holds so many, the key at hand."""
    keys = MemoryKeys()
    key = await keys.key_of("lin")
    answer = orjson.dumps([seal(f"{n} {_SAID}", "lin", key) for n in range(texts)])
    return statistics.median(await _awaited(lambda: opened_json(answer, keys), 200)) / texts


async def vault_ns(mongo_url: str) -> float:
    """Nanoseconds to ask the vault for a key, which every command with a text does once."""
    database = await open_database(mongo_url, f"bench_keys_{secrets.token_hex(6)}")
    try:
        keys = MongoKeys(database, {"bench": secrets.token_bytes(32)})
        await keys.key_of("lin")
        return statistics.median(await _awaited(lambda: keys.key_of("lin"), 500))
    finally:
        await database.client.drop_database(database.name)
        database.client.close()


def _timed(act: Callable[[], object]) -> int:
    start = time.perf_counter_ns()
    act()
    return time.perf_counter_ns() - start


async def _awaited(act: Callable[[], Awaitable[object]], times: int) -> Sequence[int]:
    taken = []
    for _ in range(times):
        start = time.perf_counter_ns()
        await act()
        taken.append(time.perf_counter_ns() - start)
    return taken


async def main() -> None:
    url = Settings().mongo.url.get_secret_value()
    print(f"seal one text of {len(_SAID)} characters   {sealing_ns() / 1000:8.1f} µs")
    print(f"open one, of 20 in an answer          {await opening_ns(20) / 1000:8.1f} µs")
    print(f"a key from the vault                  {await vault_ns(url) / 1000:8.1f} µs")


if __name__ == "__main__":
    asyncio.run(main())
