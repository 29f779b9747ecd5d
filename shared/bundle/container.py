"""The container of a bundle: a zip archive in which every byte is given by the names and the contents.

Stored, not compressed; one date for all; no gaps, comments or extra fields (docs/bundle.md). So one reader can say of
every byte whether it is as it must be, and two writers of the same contents write the same bytes.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import BinaryIO, Final
from zlib import crc32

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_MADE_BY_UNIX: Final = 3 << 8 | 20
_NEEDS: Final = 20
_NEW_YEAR_1980: Final = 0x21
_MODE: Final = 0o644 << 16
_MOST: Final = 0xFFFF_FFFF
_CHUNK: Final = 1 << 20
LONGEST_KEPT: Final = 64 << 20
"""Most bytes of one entry that are read into memory."""


class MismatchError(Exception):
    """The first thing in a bundle that is not as it must be: where, and what is wrong with it."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands; `content` is None where it was not kept."""

    name: str
    size: int
    sha256: str
    content: bytes | None = None


@dataclass(slots=True)
class Packer:
    """Writes a container: what `entry` answers, then what `end` answers, is the archive."""

    _directory: list[bytes] = field(default_factory=list)
    _at: int = 0

    def entry(self, name: str, content: bytes) -> Iterator[bytes]:
        """The bytes of one entry; raises ValueError for an archive of 4 GiB or more."""
        shape = (_NEEDS, 0, 0, 0, _NEW_YEAR_1980, crc32(content), len(content), len(content))
        self._directory.append(_central(name, shape, self._at))
        header = _local(name, shape)
        self._at += len(header) + len(content)
        if self._at > _MOST:
            message = f"a bundle holds less than 4 GiB, and {name} makes it {self._at} bytes"
            raise ValueError(message)
        yield header
        yield content

    def end(self) -> bytes:
        """The central directory and the end record."""
        return _ending(self._directory, self._at)


def unpack(file: BinaryIO, kept: Sequence[str]) -> Iterator[Entry]:
    """Every entry in order; the contents of those whose names begin with one of `kept` come along.

    Raises MismatchError at the first byte of the container that no writer would have written there.
    """
    directory: list[bytes] = []
    at = 0
    while True:
        signature = file.read(4)
        if signature != b"PK\x03\x04":
            break
        header = signature + file.read(_LOCAL.size - 4)
        where = f"local header at byte {at}"
        if len(header) < _LOCAL.size:
            raise MismatchError(where, "the archive ends in it")
        _, *shape, length, _ = _LOCAL.unpack(header)
        name = _read_name(file, length, where)
        if header + name.encode() != _local(name, tuple(shape)) or tuple(shape[:5]) != (_NEEDS, 0, 0, 0, 33):
            raise MismatchError(where, f"not as it must be for {name}")
        entry, crc = _read_content(file, name, shape[6], kept=name.startswith(tuple(kept)))
        if crc != shape[5]:
            raise MismatchError(name, "the content is not the one of which the local header has the checksum")
        if shape[6] != shape[7]:
            raise MismatchError(where, f"two sizes for {name}")
        directory.append(_central(name, tuple(shape), at))
        at += len(header) + length + entry.size
        yield entry
    _check_rest(file, signature, _ending(directory, at), at)


def _read_name(file: BinaryIO, length: int, where: str) -> str:
    raw = file.read(length)
    if len(raw) < length or not raw.isascii() or not raw.decode().isprintable():
        raise MismatchError(where, "its name cannot be read")
    return raw.decode()


def _read_content(file: BinaryIO, name: str, size: int, *, kept: bool) -> tuple[Entry, int]:
    if kept and size > LONGEST_KEPT:
        raise MismatchError(name, f"{size} bytes are more than such an entry may have")
    digest, crc, left, parts = sha256(), 0, size, []
    while left:
        part = file.read(min(left, _CHUNK))
        if not part:
            raise MismatchError(name, f"the archive ends {left} bytes before its end")
        digest.update(part)
        crc = crc32(part, crc)
        left -= len(part)
        if kept:
            parts.append(part)
    return Entry(name, size, digest.hexdigest(), b"".join(parts) if kept else None), crc


def _check_rest(file: BinaryIO, begun: bytes, due: bytes, at: int) -> None:
    rest = begun + file.read(len(due) + 1 - len(begun))
    if rest == due:
        return
    wrong = next((n for n, (is_, must) in enumerate(zip(rest, due, strict=False)) if is_ != must), None)
    if wrong is not None:
        raise MismatchError("central directory", f"byte {at + wrong} is not as it must be")
    raise MismatchError("the archive", "bytes follow its end" if len(rest) > len(due) else "it is cut short")


def _local(name: str, shape: tuple[int, ...]) -> bytes:
    return _LOCAL.pack(b"PK\x03\x04", *shape, len(name), 0) + name.encode("ascii")


def _central(name: str, shape: tuple[int, ...], at: int) -> bytes:
    fixed = (*shape, len(name), 0, 0, 0, 0, _MODE, at)
    return _CENTRAL.pack(b"PK\x01\x02", _MADE_BY_UNIX, *fixed) + name.encode("ascii")


def _ending(directory: Sequence[bytes], at: int) -> bytes:
    whole, count = b"".join(directory), len(directory)
    return whole + _END.pack(b"PK\x05\x06", 0, 0, count, count, len(whole), at, 0)
