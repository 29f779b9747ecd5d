"""A case with large files is written and checked in the memory that one with small ones needs."""

from pathlib import Path

import pytest

from bench.bundle import measure
from redress.embedded import EmbeddedServers

pytestmark = pytest.mark.timeout(300)  # real processes at work: a machine busy with other things takes its time

MORE = 80
"""MiB that the larger case has more."""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory as Linux shows it")
def test_memory_does_not_grow_with_the_files(tmp_path: Path) -> None:
    """INVARIANT: what a side may bring to a case can also be taken out of it: 200 MiB pass in the memory of one file.

    A bundle, or all its files, gathered in memory by whoever writes or checks it would break that.
    """
    with EmbeddedServers(tmp_path) as servers:
        small = measure(servers.mongo_url, "small", 20)
        large = measure(servers.mongo_url, "large", 20 + MORE)

    written, checked, _ = (more.peak_mib - less.peak_mib for less, more in zip(small, large, strict=True))
    assert written < MORE / 2, f"{written} MiB more to write {MORE} MiB more"
    assert checked < MORE / 5, f"{checked} MiB more to check {MORE} MiB more"
