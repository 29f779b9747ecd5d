"""Copies of evidence files: everything a camera or program wrote is gone, and what is seen is the same."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import av
import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from services.evidence.adapters.copies import without_metadata
from services.evidence.adapters.screening.inspecting import inspect
from tests.kit.hostile_videos import a_video

PLANTED = "13800138000 by the lake"
ORIENTATION, MODEL, GPS = 274, 272, 34853


def scene() -> Image.Image:
    """Noise over a slope: every pixel tells where it is."""
    noise = np.random.default_rng(7).integers(0, 60, (48, 80, 3))
    return Image.fromarray((noise + np.linspace(0, 180, 80)[None, :, None]).astype(np.uint8))


def exif(orientation: int) -> Image.Exif:
    written = Image.Exif()
    written[MODEL], written[ORIENTATION] = PLANTED, orientation
    written[GPS] = {1: "N", 2: (30.0, 15.0, 1.0), 3: "E", 4: (120.0, 9.0, 2.0), 29: PLANTED}
    return written


def photo(kind: str, orientation: int = 1, **more: Any) -> bytes:
    written = BytesIO()
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{PLANTED}</x:xmpmeta>".encode()
    scene().save(written, kind, exif=exif(orientation), xmp=xmp, **more)
    return written.getvalue()


def jpeg(**more: Any) -> bytes:
    """With EXIF, XMP, a comment, IPTC, and a preview behind its end."""
    content = photo("JPEG", comment=PLANTED.encode(), **more)
    iptc = b"Photoshop 3.0\0" + PLANTED.encode()
    segment = b"\xff\xed" + (len(iptc) + 2).to_bytes(2) + iptc
    return content[:2] + segment + content[2:] + b"\xff\xd8" + PLANTED.encode() + b"\xff\xd9"


def png(**more: Any) -> bytes:
    info = PngInfo()
    info.add_text("Comment", PLANTED)
    info.add_itxt("Author", PLANTED)
    return photo("PNG", pnginfo=info, **more)


def pdf(coded: Any = pikepdf.Name.DCTDecode) -> bytes:
    written = BytesIO()
    scene().save(written, "PDF", title=PLANTED, author=PLANTED)
    with pikepdf.open(BytesIO(written.getvalue())) as document:
        (image,) = (one for one in document.objects if isinstance(one, pikepdf.Stream) and "/Width" in one)
        image.write(jpeg(), filter=coded)
        document.Root.Metadata = document.make_stream(PLANTED.encode())
        document.pages[0].obj.PieceInfo = pikepdf.Dictionary(Program=pikepdf.String(PLANTED))
        again = BytesIO()
        document.save(again, compress_streams=False)
    return again.getvalue()


def mp4() -> bytes:
    written = BytesIO()
    with av.open(BytesIO(a_video()), "r") as source, av.open(written, "w", format="mp4") as copy:
        copy.metadata.update({"title": PLANTED, "comment": PLANTED, "creation_time": "2026-11-01T10:00:00Z"})
        stream = copy.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                copy.mux(packet)
    return written.getvalue()


def shown(content: bytes) -> np.ndarray[Any, Any]:
    """The picture as a viewer shows it."""
    with Image.open(BytesIO(content)) as picture:
        return np.asarray(ImageOps.exif_transpose(picture).convert("RGB")).astype(int)


PICTURES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "jpeg": ("image/jpeg", jpeg),
    "progressive jpeg": ("image/jpeg", lambda: jpeg(progressive=True)),
    "jpeg with restarts": ("image/jpeg", lambda: jpeg(restart_marker_blocks=2)),
    "png": ("image/png", png),
    "lossless webp": ("image/webp", lambda: photo("WEBP", lossless=True)),
    "webp": ("image/webp", lambda: photo("WEBP", quality=70)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_keeps_its_pixels_and_nothing_else(name: str) -> None:
    media_type, made = PICTURES[name]
    original = made()

    copy = without_metadata(original, media_type)

    assert PLANTED.encode() in original
    assert PLANTED.encode() not in copy
    with Image.open(BytesIO(copy)) as picture:
        assert dict(picture.getexif()) == {}
        assert not {"exif", "xmp", "comment", "photoshop", "Comment", "Author"} & picture.info.keys()
    assert (shown(copy) == shown(original)).all()
    assert inspect(copy, None) == media_type


@pytest.mark.parametrize(
    ("media_type", "made", "off"),
    [
        ("image/jpeg", lambda: jpeg(quality=95), 8),
        ("image/png", lambda: photo("PNG", 6), 0),
        ("image/webp", lambda: photo("WEBP", 6, lossless=True), 0),
    ],
)
def test_a_picture_that_lies_on_its_side_is_turned(media_type: str, made: Callable[[], bytes], off: int) -> None:
    original = photo("JPEG", 6, quality=95) if media_type == "image/jpeg" else made()

    copy = without_metadata(original, media_type)

    assert shown(copy).shape == (80, 48, 3)
    assert abs(shown(copy) - shown(original)).mean() <= off
    assert PLANTED.encode() not in copy


@pytest.mark.parametrize("coded", [pikepdf.Name.DCTDecode, [pikepdf.Name.DCTDecode]])
def test_a_document_keeps_its_pages_and_its_photographs_lose_what_they_carry(coded: Any) -> None:
    original = pdf(coded if isinstance(coded, pikepdf.Name) else pikepdf.Array(coded))

    copy = without_metadata(original, "application/pdf")

    assert PLANTED.encode() in original
    assert PLANTED.encode() not in copy
    with pikepdf.open(BytesIO(copy)) as document:
        assert len(document.pages) == 1
        assert "/Metadata" not in document.Root
        assert "/Info" not in document.trailer
    assert inspect(copy, None) == "application/pdf"


def test_of_a_photograph_that_is_coded_twice_over_no_copy_is_made() -> None:
    """Rather none than one that tells what it should not."""
    twice = pdf(pikepdf.Array([pikepdf.Name.ASCIIHexDecode, pikepdf.Name.DCTDecode]))

    with pytest.raises(ValueError, match="coded twice over"):
        without_metadata(twice, "application/pdf")


def test_a_video_keeps_its_frames() -> None:
    original = mp4()

    copy = without_metadata(original, "video/mp4")

    assert PLANTED.encode() in original
    assert PLANTED.encode() not in copy
    assert frames(copy) == frames(original)
    with av.open(BytesIO(copy), "r") as video:
        assert "creation_time" not in {**video.metadata, **video.streams.video[0].metadata}
    assert inspect(copy, None) == "video/mp4"


def frames(content: bytes) -> list[bytes]:
    with av.open(BytesIO(content), "r") as video:
        return [frame.to_ndarray().tobytes() for frame in video.decode(video=0)]


def test_a_text_is_as_it_was() -> None:
    assert without_metadata(b"what happened", "text/plain") == b"what happened"
