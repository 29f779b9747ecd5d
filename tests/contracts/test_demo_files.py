"""The demo's files are real: they decode, say who took them and when, and come out the same every time."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from redress.demo.files import demo_files
from redress.demo.scenes import View, photograph
from services.evidence.adapters.screening.inspecting import inspect
from shared.kernel.actors import Parties
from shared.kernel.money import Money
from shared.kernel.orders import Listing, Order, OrderLine

ORDER = Order(
    order_id="order-teapot",
    parties=Parties(buyer_id="buyer-lin", seller_id="seller-longquan"),
    lines=(
        OrderLine(
            line_id="line-1",
            product="Celadon teapot",
            model="LQ-142",
            price_paid=Money(minor=128_000),
            listing=Listing(title="Celadon teapot, hand-thrown", after_sales_promise="Breakage replaced within 7 days"),
        ),
    ),
    paid_at=datetime(2026, 11, 2, 12, tzinfo=UTC),
    shipped_at=datetime(2026, 11, 3, 9, tzinfo=UTC),
    delivered_at=datetime(2026, 11, 6, 15, 30, tzinfo=UTC),
    waybill="SF1402233445566",
)
PHOTOGRAPHS = ["buyer_front", "buyer_side", "buyer_close", "seller_parcel", "carrier_parcel"]
REPORTS = ["inspection_report", "quality_certificate", "carrier_inspection"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return demo_files(tmp_path_factory.mktemp("first"), ORDER)


def test_every_file_has_its_stable_name(files: dict[str, Path]) -> None:
    assert sorted(files) == sorted([*PHOTOGRAPHS, *REPORTS, "order_screenshot"])


def test_every_file_is_taken_as_evidence(files: dict[str, Path]) -> None:
    found = {name: inspect(path.read_bytes(), path.name) for name, path in files.items()}
    assert set(found.values()) == {"image/jpeg", "image/png", "application/pdf"}, found


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_photograph_decodes_and_says_what_took_it_and_when(files: dict[str, Path], name: str) -> None:
    with Image.open(files[name]) as checked:
        checked.verify()
    with Image.open(files[name]) as picture:
        picture.load()
        exif = picture.getexif()

        assert (picture.format, picture.size) == ("JPEG", (1024, 768))
        assert exif[ExifTags.Base.Make]
        assert exif[ExifTags.Base.Model]
        assert exif[ExifTags.Base.Orientation] == 1
        assert exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal].startswith("2026:11:0")
    assert 60_000 < files[name].stat().st_size < 500_000


def test_a_photograph_of_the_buyer_was_taken_after_delivery(files: dict[str, Path]) -> None:
    with Image.open(files["buyer_front"]) as picture:
        taken = picture.getexif().get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal]
    assert taken == "2026:11:06 15:44:00"


def test_the_screenshot_decodes(files: dict[str, Path]) -> None:
    with Image.open(files["order_screenshot"]) as checked:
        checked.verify()
    with Image.open(files["order_screenshot"]) as picture:
        picture.load()
        assert picture.format == "PNG"


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_a_whole_pdf(files: dict[str, Path], name: str) -> None:
    written = files[name].read_bytes()
    assert written.startswith(b"%PDF")
    assert written.rstrip().endswith(b"%%EOF")


def test_one_seed_gives_the_same_bytes_every_time(files: dict[str, Path], tmp_path: Path) -> None:
    again = demo_files(tmp_path, ORDER)
    assert {name: path.read_bytes() for name, path in again.items()} == {
        name: path.read_bytes() for name, path in files.items()
    }


def test_another_seed_breaks_the_teapot_another_way() -> None:
    view = View(12, 20, 5.4)
    assert photograph("cracked teapot", view, 7).tobytes() != photograph("cracked teapot", view, 8).tobytes()
