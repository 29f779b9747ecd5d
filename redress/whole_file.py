"""Files that a command writes: whole, or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


@contextmanager
def whole_file(out: Path) -> Iterator[IO[bytes]]:
    """What is written in the block stands at `out` after it; if it fails, what stood there is as it was.

    Raises LookupError where no file can be made.
    """
    try:
        part = NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False)  # noqa: SIM115
    except OSError as error:
        raise LookupError(f"{out} cannot be written: {error.strerror}") from error
    try:
        with part:
            yield part
            part.flush()
            os.fsync(part.fileno())
        Path(part.name).replace(out)
    except BaseException:
        Path(part.name).unlink(missing_ok=True)
        raise
