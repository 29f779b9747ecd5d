"""What is measured of files: of photographs and what people do to them, of documents and videos, and of metadata."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from PIL import ExifTags, Image
from reportlab.pdfgen.canvas import Canvas

from bench.photographs import blurred, contrasted, cropped, exposed, photograph, saved, scaled
from services.evidence.adapters.screening.screening import screen
from tests.kit.hostile_videos import a_video

Changed = Callable[[Image.Image], Image.Image]


@pytest.fixture(scope="module")
def cat() -> Image.Image:
    return photograph("skimage/data", "chelsea.png")


def figures(picture: Image.Image, kind: str = "JPEG", quality: int = 92) -> dict[str, Any]:
    return screen(saved(picture, kind, quality), f"image/{kind.lower()}")


def distance(one: dict[str, Any], other: dict[str, Any]) -> int:
    return (int(one["hashes"][0], 16) ^ int(other["hashes"][0], 16)).bit_count()


def with_exif(picture: Image.Image, gps: dict[int, Any] | None = None, **tags: str) -> bytes:
    exif = Image.Exif()
    for name, value in tags.items():
        tag = ExifTags.Base[name]
        inner = tag in {ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal}
        (exif.get_ifd(ExifTags.IFD.Exif) if inner else exif)[tag] = value
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(gps or {})
    content = BytesIO()
    picture.save(content, "JPEG", exif=exif)
    return content.getvalue()


def test_the_more_a_photograph_is_blurred_the_lower_its_sharpness(cat: Image.Image) -> None:
    sharpness = [figures(blurred(radius)(cat))["sharpness"] for radius in (0, 1, 2, 4, 8)]

    assert sharpness == sorted(sharpness, reverse=True)
    assert sharpness[0] > 20 * sharpness[3]


def test_a_sharp_subject_before_a_soft_background_counts_as_sharp(cat: Image.Image) -> None:
    soft = blurred(8)(cat)
    third = (cat.width // 3, cat.height // 3)
    soft.paste(cat.crop((*third, third[0] * 2, third[1] * 2)), third)

    assert figures(soft)["sharpness"] > 10 * figures(blurred(8)(cat))["sharpness"]


def test_size_and_brightness_are_those_of_the_picture(cat: Image.Image) -> None:
    found = figures(cat)

    assert (found["width"], found["height"]) == cat.size
    assert figures(exposed(0.2)(cat))["brightness"] < found["brightness"] / 4
    assert figures(exposed(3)(cat))["brightness"] > found["brightness"] * 1.5


@pytest.mark.parametrize(
    ("kind", "quality", "change"),
    [
        ("JPEG", 30, scaled(1)),
        ("WEBP", 60, scaled(1)),
        ("PNG", 0, scaled(1)),
        ("JPEG", 92, scaled(0.5)),
        ("JPEG", 92, exposed(0.6)),
        ("JPEG", 92, contrasted(1.4)),
        ("JPEG", 92, cropped(3)),
        ("JPEG", 92, blurred(4)),
    ],
)
def test_a_copy_saved_otherwise_keeps_nearly_all_bits_of_its_hash(
    cat: Image.Image, kind: str, quality: int, change: Changed
) -> None:
    assert distance(figures(cat), figures(change(cat), kind, quality)) <= 8


def test_photographs_of_different_things_differ_in_many_bits(cat: Image.Image) -> None:
    others = [figures(photograph("skimage/data", f"{name}.png")) for name in ("coffee", "astronaut", "coins", "moon")]

    assert all(distance(figures(cat), other) > 16 for other in others)


def test_a_picture_that_shows_nothing_has_no_hash() -> None:
    assert figures(Image.new("RGB", (800, 600), "grey"))["hashes"] == []


def test_a_picture_is_looked_at_the_way_up_that_it_says(cat: Image.Image) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    content = BytesIO()
    cat.rotate(90, expand=True).save(content, "JPEG", exif=exif)

    assert distance(figures(cat), screen(content.getvalue(), "image/jpeg")) <= 4


def test_what_is_seen_through_is_looked_at_on_white() -> None:
    glass = Image.new("RGBA", (300, 200), (0, 0, 0, 0))

    assert figures(glass, "PNG")["brightness"] == 255


def test_a_camera_and_an_editor_are_read_from_the_metadata(cat: Image.Image) -> None:
    found = screen(
        with_exif(
            cat,
            gps={1: "N", 2: (30.0, 15.0, 0.0), 3: "W", 4: (120.0, 9.0, 36.0)},
            Make="Phone & Sons",
            Model="P 7",
            Software="Adobe Photoshop 25.1 (Windows)",
            DateTimeOriginal="2026:11:02 09:30:00",
            OffsetTimeOriginal="+08:00",
        ),
        "image/jpeg",
    )

    assert found["metadata"]
    assert (found["device"], found["software"]) == ("Phone & Sons P 7", "Adobe Photoshop 25.1 (Windows)")
    assert found["place"] == {"latitude": 30.25, "longitude": -120.16}
    assert (found["taken_at"], found["zone_known"]) == ("2026-11-02T01:30:00+00:00", True)


def test_a_time_without_a_zone_is_told_as_such_and_stripped_metadata_as_none(cat: Image.Image) -> None:
    local = screen(with_exif(cat, DateTimeOriginal="2026:11:02 09:30:00"), "image/jpeg")
    stripped = figures(cat)

    assert (local["taken_at"], local["zone_known"]) == ("2026-11-02T09:30:00+00:00", False)
    assert not stripped["metadata"]
    assert [stripped[name] for name in ("taken_at", "device", "software", "place")] == [None] * 4


@pytest.mark.parametrize("time", ["0000:00:00 00:00:00", "yesterday", "2026:13:40 99:00:00", "\0" * 19])
def test_a_time_that_is_none_is_left_out(cat: Image.Image, time: str) -> None:
    assert screen(with_exif(cat, DateTimeOriginal=time), "image/jpeg")["taken_at"] is None


@pytest.mark.parametrize("gps", [{2: (91.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)}, {1: "N"}, {2: (1.0, 2.0, 3.0)}])
def test_a_place_that_is_none_is_left_out(cat: Image.Image, gps: dict[int, Any]) -> None:
    assert screen(with_exif(cat, gps=gps), "image/jpeg")["place"] is None


def test_an_editor_is_read_from_xmp_and_png_texts_too(cat: Image.Image) -> None:
    packet = b'<x:xmpmeta><rdf:Description xmp:CreatorTool="GIMP 2.10"/></x:xmpmeta>'
    content = BytesIO()
    cat.save(content, "JPEG", xmp=packet)

    assert screen(content.getvalue(), "image/jpeg")["software"] == "GIMP 2.10"


def test_a_document_tells_its_pages_and_how_it_was_made() -> None:
    content = BytesIO()
    canvas = Canvas(content)
    for _ in range(3):
        canvas.drawString(100, 700, "Kiln batch 17 passed inspection.")
        canvas.showPage()
    canvas.save()

    found = screen(content.getvalue(), "application/pdf")

    assert found["pages"] == 3
    assert "ReportLab" in found["software"]
    assert datetime.fromisoformat(found["taken_at"]).year >= 2000


def test_a_video_tells_its_size_length_and_how_its_pictures_look() -> None:
    found = screen(a_video(), "video/mp4")

    assert found["width"] > 0
    assert found["seconds"] > 0
    assert found["brightness"] is not None
    assert found["place"] is None


def test_a_text_has_no_figures() -> None:
    assert screen("壶裂了".encode(), "text/plain") == {}
