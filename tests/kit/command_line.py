"""The command line as people run it: a process of its own, which knows only the settings that it is given."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.kit.replicas import ROOT, clean

REDRESS: Final = (str(Path(sys.executable).with_name("redress")),)


async def run_redress(
    environment: Mapping[str, str],
    *words: str,
    program: Sequence[str] = REDRESS,
    kill_when: Callable[[], object] | None = None,
    patience: float = 120,
) -> tuple[int, str]:
    """Exit code, and what it printed on either output; with `kill_when`, it is killed as soon as that is so."""
    run = await asyncio.create_subprocess_exec(
        *program, *words, env={**clean(os.environ), **environment, "COLUMNS": "1000"}, cwd=ROOT,
        stdin=DEVNULL, stdout=PIPE, stderr=STDOUT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(patience):
            while kill_when and run.returncode is None:
                if kill_when():
                    run.kill()
                    break
                await asyncio.sleep(0.002)
            said, _ = await run.communicate()
    except TimeoutError:
        run.kill()
        raise
    assert run.returncode is not None
    return run.returncode, said.decode()
