"""Copies of evidence files without what cameras and programs wrote into them; workers make them, of what others sent.

What is seen stays as it is: segments are taken out, and only a picture that is to be turned is encoded anew.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Final

import av
import pikepdf
from PIL import Image as Pillow
from PIL import ImageOps

_TURNED: Final = 274
"""The EXIF tag of orientation: TIFF 6.0, section 8."""
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset(b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs acTL fcTL fdAT".split())
_WEBP_KEPT: Final = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_METADATA: Final = 0x08 | 0x04
_SOI, _EOI, _SOS, _COM = b"\xff\xd8", 0xD9, 0xDA, 0xFE
_RESTARTS: Final = range(0xD0, 0xD8)
_APPLICATION: Final = range(0xE0, 0xF0)
_COLOURS: Final = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""Application segments without which a JPEG would look otherwise."""


def without_metadata(content: bytes, media_type: str) -> bytes:
    """The same to look at, without place, time, device, comments, previews and whatever follows its end."""
    match media_type:
        case "image/jpeg":
            return _picture(content, _jpeg)
        case "image/png":
            return _picture(content, _png)
        case "image/webp":
            return _picture(content, _webp)
        case "application/pdf":
            return _pdf(content)
        case "video/mp4":
            return _mp4(content)
        case _:
            return content


def _picture(content: bytes, strip: Callable[[bytes], bytes]) -> bytes:
    with Pillow.open(BytesIO(content)) as picture:
        if picture.getexif().get(_TURNED, 1) == 1:
            return strip(content)
        turned = ImageOps.exif_transpose(picture)
        written = BytesIO()
        lossless = {"lossless": b"VP8L" in content[:64]} if picture.format == "WEBP" else {}
        turned.save(written, picture.format, quality=95, icc_profile=picture.info.get("icc_profile"), **lossless)
    return strip(written.getvalue())


def _jpeg(content: bytes) -> bytes:
    """Segments up to the end of the picture, but comments and what applications keep: ITU-T T.81, annex B."""
    return b"".join((_SOI, *_segments(content)))


def _segments(content: bytes) -> Iterator[bytes]:
    at = 2
    while True:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1  # fill
            continue
        if marker == _EOI:
            yield content[at : at + 2]
            return
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        segment = content[at:end]
        wanted = _COLOURS.get(marker)
        if (marker not in _APPLICATION and marker != _COM) or (wanted and segment[4:].startswith(wanted)):
            yield segment
        at = end
        if marker == _SOS:
            at = _after_scan(content, end)
            yield content[end:at]


def _after_scan(content: bytes, at: int) -> int:
    """Where the next marker stands: in coded data a stuffed zero or a restart follows upon 0xFF."""
    while True:
        at = content.index(b"\xff", at)
        if content[at + 1] != 0 and content[at + 1] not in _RESTARTS:
            return at
        at += 2


def _png(content: bytes) -> bytes:
    """The chunks that draw: PNG third edition, section 11."""
    kept, at, name = [_PNG], len(_PNG), b""
    while name != b"IEND":
        end = at + 12 + int.from_bytes(content[at : at + 4])
        name = content[at + 4 : at + 8]
        if name in _PNG_KEPT:
            kept.append(content[at:end])
        at = end
    return b"".join(kept)


def _webp(content: bytes) -> bytes:
    """The chunks that draw, and the flags that say which there are: RFC 9649, section 2."""
    kept, at, stop = [], 12, 8 + int.from_bytes(content[4:8], "little")
    while at < stop:
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        name, chunk = content[at : at + 4], content[at:end]
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_METADATA]) + chunk[9:]
        if name in _WEBP_KEPT:
            kept.append(chunk)
        at = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _pdf(content: bytes) -> bytes:
    """Without information dictionary, metadata streams and programs' own data; photographs in it are stripped too."""
    written = BytesIO()
    with pikepdf.open(BytesIO(content)) as document:
        if "/Info" in document.trailer:
            del document.trailer["/Info"]
        for one in document.objects:
            if not isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                continue
            for name in ("/Metadata", "/PieceInfo", "/LastModified"):
                if name in one:
                    del one[name]
            if isinstance(one, pikepdf.Stream) and pikepdf.Name.DCTDecode in (filters := _filters(one)):
                if len(filters) > 1:
                    message = "a photograph in it is coded twice over"
                    raise ValueError(message)
                one.write(_jpeg(one.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)
        document.remove_unreferenced_resources()
        document.save(written, deterministic_id=True)
    return written.getvalue()


def _filters(stream: pikepdf.Stream) -> list[pikepdf.Object]:
    """How a stream is coded: by one filter, which may stand alone, by several, or by none."""
    named = stream.get("/Filter")
    if isinstance(named, pikepdf.Array):
        return list(named)
    return [] if named is None else [named]


def _mp4(content: bytes) -> bytes:
    """Pictures and sound as they are coded, in a container of their own; other tracks are left out."""
    written = BytesIO()
    with (
        av.open(BytesIO(content), "r") as source,
        av.open(written, "w", format="mp4", options={"fflags": "+bitexact"}) as copy,
    ):
        streams = {
            stream.index: copy.add_stream_from_template(stream)
            for stream in source.streams
            if isinstance(stream, av.VideoStream | av.AudioStream)
        }
        for stream in streams.values():
            stream.metadata.clear()
        copy.metadata.clear()
        for packet in source.demux([source.streams[index] for index in streams]):
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                copy.mux(packet)
    return written.getvalue()
