"""Evidence files as they arrive: the hostile ones are refused with their reason or contained, and nothing leaks."""

import asyncio
import gc
import os
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from services.evidence.adapters.screening.inspector import MODULES, Inspector
from shared.adapters.worker_pool import JobFailedError, OverLimitError, PoolBusyError, WorkerLimits, WorkerPool
from shared.kernel.refusals import Refused
from tests.kit.hostile import hostile_files
from tests.kit.hostile_documents import a_document
from tests.kit.hostile_pictures import a_picture
from tests.kit.hostile_videos import a_video

pytestmark = pytest.mark.timeout(300)  # real processes at work: a machine busy with other things takes its time

SHORT = WorkerLimits(memory=96 * 1024 * 1024, cpu_seconds=1, wall_seconds=2, answer=1_000_000, jobs=3)


def held() -> tuple[int, int]:
    """How many children and open files this process has."""
    gc.collect()
    children = subprocess.run(["pgrep", "-c", "-P", str(os.getpid())], check=False, capture_output=True, text=True)
    return int(children.stdout) - 1, len(os.listdir("/proc/self/fd"))  # noqa: PTH208


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    one = WorkerPool(SHORT, size=1, queue=1)
    yield one
    await one.close()


async def test_every_hostile_file_is_refused_with_its_reason_or_contained_and_nothing_leaks() -> None:
    files = hostile_files()
    assert len(files) >= 60
    before = await asyncio.to_thread(held)
    pool = WorkerPool(size=2, queue=len(files), modules=MODULES)
    inspect = Inspector(pool).inspect

    found = await asyncio.gather(*(inspect(file.content, file.name) for file in files))
    workers = len(pool.pids)
    await pool.close()

    wrong = {
        file.why: (file.rule, one)
        for file, one in zip(files, found, strict=True)
        if (one.rule if isinstance(one, Refused) else None) != file.rule
    }
    assert wrong == {}
    assert [one for one in found if isinstance(one, Refused) and not (one.detail and one.cure)] == []
    assert workers == 2
    assert await asyncio.to_thread(held) == before


async def test_what_honest_parties_send_is_taken() -> None:
    pool = WorkerPool(size=1, modules=MODULES)
    honest = {
        "a.webp": a_picture("WEBP"),
        "a.png": a_picture("PNG"),
        "video.mp4": a_video(),
        "A.JPEG": a_picture("JPEG"),
        "b.pdf": a_document(),
    }
    honest |= {"with a preview.jpg": a_picture("JPEG") + a_picture("JPEG", (32, 32))}
    honest |= {
        "moving.jpg": a_picture("JPEG") + a_video(),
        "chat.txt": "壶裂了".encode(),
        "no ending": b"hello",
    }

    found = {name: await Inspector(pool).inspect(content, name) for name, content in honest.items()}
    await pool.close()

    assert {name: one for name, one in found.items() if not isinstance(one, str)} == {}
    assert set(found.values()) == {
        "image/jpeg", "image/png", "image/webp", "application/pdf", "video/mp4", "text/plain",
    }  # fmt: skip


async def test_a_file_that_takes_more_than_a_worker_may_is_refused_and_the_next_one_is_read() -> None:
    pool = WorkerPool(SHORT, size=1, modules=MODULES)
    large = a_picture("PNG", (6_000, 6_000))

    refused = await Inspector(pool).inspect(large, None)
    taken = await Inspector(pool).inspect(a_picture("PNG"), None)
    await pool.close()

    assert isinstance(refused, Refused)
    assert refused.rule == "file_must_be_decodable_within_limits"
    assert taken == "image/png"


@pytest.mark.parametrize(
    ("job", "args", "limit"),
    [
        (time.sleep, (60,), "time"),
        (pow, (7, 10**8), "cpu"),
        (bytearray, (10**9,), "memory"),
        (os._exit, (3,), "crash"),
        (os.kill, (0, 9), "crash"),
    ],
)
async def test_a_worker_that_meets_a_limit_is_replaced(
    pool: WorkerPool, job: object, args: tuple[int, ...], limit: str
) -> None:
    # Time is the one limit that is waited for; the others must be met well before it.
    pool.limits = replace(SHORT, wall_seconds=1 if limit == "time" else 60)
    with pytest.raises(OverLimitError) as met:
        await pool.run(job, *args)  # type: ignore[arg-type]

    assert met.value.limit == limit
    assert await pool.run(len, "four") == 4


async def test_a_worker_is_replaced_after_its_share_of_jobs(pool: WorkerPool) -> None:
    ids = [await pool.run(os.getpid) for _ in range(5)]

    assert len(set(ids[:3])) == 1
    assert ids[3] not in ids[:3]


async def test_a_job_that_fails_is_a_fault_of_ours_and_its_worker_goes_on(pool: WorkerPool) -> None:
    first = await pool.run(os.getpid)
    with pytest.raises(JobFailedError, match="ZeroDivisionError"):
        await pool.run(divmod, 1, 0)
    assert await pool.run(os.getpid) == first


async def test_an_answer_that_is_too_large_ends_its_worker(pool: WorkerPool) -> None:
    with pytest.raises(OverLimitError, match="crash"):
        await pool.run(bytes, 2_000_000)
    assert await pool.run(bytes, 3) == b"\0\0\0"


async def test_more_work_than_may_wait_is_turned_away(pool: WorkerPool) -> None:
    jobs = [asyncio.create_task(pool.run(time.sleep, 0.2)) for _ in range(3)]
    done = await asyncio.gather(*jobs, return_exceptions=True)

    assert [type(one) for one in done].count(PoolBusyError) == 1
    assert [one for one in done if one is not None and not isinstance(one, PoolBusyError)] == []


async def test_whoever_stops_waiting_leaves_no_worker_behind(pool: WorkerPool) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await pool.run(time.sleep, 60)
    assert pool.pids == []
    assert await pool.run(len, "four") == 4


async def test_a_pool_that_was_closed_takes_no_work(pool: WorkerPool) -> None:
    await pool.close()
    with pytest.raises(PoolBusyError, match="stopping"):
        await pool.run(len, "four")


async def test_a_worker_sees_no_secret_of_the_service(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_MONGO__URL", "mongodb://secret")
    assert await pool.run(os.getenv, "REDRESS_MONGO__URL") is None
