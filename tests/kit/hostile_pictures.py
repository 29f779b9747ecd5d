"""Pictures that are bombs, broken, cut off, mislabelled or two things at once."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from PIL import Image

from tests.kit.hostile import BOMB, BROKEN, CUT, LIES, TWO, Hostile

_ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


def a_picture(kind: str, size: tuple[int, int] = (96, 64)) -> bytes:
    """A small picture with something in every part of it."""
    gradient = Image.linear_gradient("L").resize(size)
    picture = Image.merge("RGB", (gradient, gradient.rotate(180), gradient.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
    saved = BytesIO()
    picture.save(saved, kind)
    return saved.getvalue()


def an_archive(name: str = "order.txt", content: bytes = b"order") -> bytes:
    """A ZIP archive with one file of that name."""
    saved = BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return saved.getvalue()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _png(width: int, height: int, *chunks: bytes, packed: bytes | None = None) -> bytes:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = packed if packed is not None else zlib.compress(b"\0" * (width + 1) * height)
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _resized(jpeg: bytes, width: int, height: int) -> bytes:
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def _animated(frames: int, size: tuple[int, int]) -> bytes:
    saved = BytesIO()
    pictures = [Image.new("L", size, shade % 256) for shade in range(frames)]
    pictures[0].save(saved, "PNG", save_all=True, append_images=pictures[1:], compress_level=1)
    return saved.getvalue()


def files() -> Iterator[Hostile]:
    """Every hostile picture."""
    yield from _bombs()
    yield from _cut_and_broken()
    yield from _two_kinds()
    yield from _mislabelled()


def _bombs() -> Iterator[Hostile]:
    jpeg, few = a_picture("JPEG"), zlib.compress(b"\0" * 64)
    yield Hostile("real pixels by the hundred million", "a.png", _png(12_000, 10_000), BOMB)
    yield Hostile("a header of four thousand million pixels", "b.png", _png(65_000, 65_000, packed=few), BOMB)
    yield Hostile("the widest PNG there can be", "c.png", _png(2**31 - 1, 1, packed=few), BOMB)
    yield Hostile("the tallest PNG there can be", "d.png", _png(1, 2**31 - 1, packed=few), BOMB)
    yield Hostile("a JPEG that claims the most there can be", "e.jpg", _resized(jpeg, 65_500, 65_500), BOMB)
    yield Hostile("a JPEG as long as a street", "f.jpg", _resized(jpeg, 65_500, 8), BOMB)
    yield Hostile("a thousand frames", "g.png", _animated(300, (8, 8)), BOMB)
    yield Hostile("frames that are large together", "h.png", _animated(20, (2_000, 2_000)), BOMB)
    text = _chunk(b"zTXt", b"note\0\0" + zlib.compress(b"a" * 80_000_000))
    yield Hostile("a remark that unfolds to 80 MB", "i.png", _png(8, 8, text), BOMB)
    profile = _chunk(b"iCCP", b"icc\0\0" + zlib.compress(b"a" * 80_000_000))
    yield Hostile("a colour profile that unfolds to 80 MB", "j.png", _png(8, 8, profile), BOMB)


def _cut_and_broken() -> Iterator[Hostile]:
    for kind, ending in _ENDINGS.items():
        whole = a_picture(kind)
        for part in (0.5, 0.9):
            cut = whole[: int(len(whole) * part)]
            yield Hostile(f"{kind} cut off after {part:.0%}", f"cut.{ending}", cut, CUT)
    for kind, start, rule in (("JPEG", 3, BROKEN), ("PNG", 8, CUT), ("WEBP", 12, BROKEN)):
        head = a_picture(kind)[:start]
        if kind == "WEBP":
            head = b"RIFF" + struct.pack("<I", 68) + b"WEBP" + b"\xaa" * 64
        yield Hostile(f"nothing but the first bytes of a {kind}", f"head.{_ENDINGS[kind]}", head, rule)
    yield Hostile("noise behind a JPEG start", "n.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8, BROKEN)
    yield Hostile("pixels that do not unpack", "o.png", _png(64, 64, packed=b"\x78\x9c" + b"\xff" * 90), BROKEN)
    changed = bytearray(a_picture("PNG"))
    changed[changed.index(b"IDAT") + 12] ^= 0xFF
    yield Hostile("one byte changed, checksum kept", "p.png", bytes(changed), BROKEN)
    yield Hostile("fewer pixels than it says", "q.png", _png(64, 64, packed=zlib.compress(b"\0" * 100)), CUT)


def _two_kinds() -> Iterator[Hostile]:
    archive, script = an_archive(), b"<script>alert(1)</script>"
    for kind, ending in _ENDINGS.items():
        picture = a_picture(kind)
        yield Hostile(f"{kind} and ZIP", f"two.{ending}", picture + archive, TWO)
        yield Hostile(f"{kind} and a script", f"script.{ending}", picture + script, TWO)
    jpeg, png = a_picture("JPEG"), a_picture("PNG")
    program = b"MZ" + b"\x90" * 58 + struct.pack("<I", 128) + b"\0" * 64
    yield Hostile("JPEG and a Windows program", "r.jpg", jpeg + program, TWO)
    yield Hostile("JPEG and a Linux program", "s.jpg", jpeg + b"\x7fELF\x02\x01\x01" + b"\0" * 64, TWO)
    yield Hostile("JPEG and a RAR archive", "t.jpg", jpeg + b"Rar!\x1a\x07\x01\0" + b"\0" * 32, TWO)
    yield Hostile("JPEG and a PDF after it", "u.jpg", jpeg + b"%PDF-1.7\n%%EOF\n", TWO)
    comment = b"\xff\xfe" + struct.pack(">H", 20) + b"%PDF-1.7 1 0 obj \n"
    yield Hostile("JPEG with a PDF start in its remark", "v.jpg", jpeg[:2] + comment + jpeg[2:], TWO)
    php = b"<?php system($_GET['c']); ?>"
    remark = b"\xff\xfe" + struct.pack(">H", len(php) + 2) + php
    yield Hostile("JPEG with a program for a web server", "w.jpg", jpeg[:2] + remark + jpeg[2:], TWO)
    yield Hostile("PNG with what an editor left after its end", "x.png", png + b"\x49\x44\x41\x54" * 40, TWO)
    yield Hostile("a path out of the folder in an archive behind it", "y.png", png + an_archive("../../x"), TWO)


def _mislabelled() -> Iterator[Hostile]:
    jpeg, png = a_picture("JPEG"), a_picture("PNG")
    yield Hostile("JPEG called PNG", "a.png", jpeg, LIES)
    yield Hostile("PNG called PDF", "a.pdf", png, LIES)
    yield Hostile("WebP called MP4", "a.mp4", a_picture("WEBP"), LIES)
    yield Hostile("picture called program", "photo.jpg.exe", jpeg, LIES)
    yield Hostile("picture whose name reads backwards", "photo\u202egpj.exe", jpeg, LIES)
    yield Hostile("picture whose name ends in dots", "photo.exe. .", jpeg, LIES)
    yield Hostile("a name that leads out of its folder", "../../../etc/passwd", jpeg, None)
    yield Hostile("a name with a line break and a zero", "a\r\nX-Evil: 1\0.jpg", jpeg, None)
    yield Hostile("a name of ten thousand signs", "a" * 10_000 + ".jpg", jpeg, None)
