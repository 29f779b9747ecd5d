"""The real files that the parties of the demo submit: photographs, a screenshot and reports of a cracked teapot."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from PIL import ExifTags, Image, ImageDraw, ImageFont
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Image as Figure
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from redress.demo.scenes import View, photograph
from shared.kernel.orders import Order

STYLES = getSampleStyleSheet()
TIME = "%Y-%m-%d %H:%M"


class Camera(NamedTuple):
    """What EXIF says of the camera; orientation 1 is upright."""

    make: str
    model: str
    orientation: int = 1


BUYER, SELLER, CARRIER = Camera("Apple", "iPhone 15"), Camera("HUAWEI", "Pura 70"), Camera("SONY", "ILCE-6400")


def demo_files(folder: Path, order: Order, *, seed: int = 7) -> dict[str, Path]:
    """Write every file into the folder, and return them by name; an order and a seed always give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    sent = order.shipped_at or order.paid_at + timedelta(days=1)
    got = order.delivered_at or sent + timedelta(days=3)
    shots = {
        "buyer_front": ("cracked teapot", View(12, 20, 5.4), BUYER, got + timedelta(minutes=14)),
        "buyer_side": ("cracked teapot", View(52, 26, 5.2), BUYER, got + timedelta(minutes=15)),
        "buyer_close": ("cracked teapot", View(30, 34, 3.3, 0.95), BUYER, got + timedelta(minutes=17)),
        "seller_parcel": ("parcel", View(24, 27, 6.2, 0.6), SELLER, sent - timedelta(hours=2)),
        "carrier_parcel": ("crushed parcel", View(38, 30, 5.8, 0.65), CARRIER, got - timedelta(hours=5)),
    }
    made = {name: folder / f"{name}.jpg" for name in shots}
    for number, (name, (subject, view, camera, taken_at)) in enumerate(shots.items()):
        # the crack is one crack, so photographs of the teapot share their seed
        picture = photograph(subject, view, seed if "teapot" in subject else seed + number)
        _save(picture, made[name], camera, taken_at)
    made["order_screenshot"] = _screenshot(folder / "order_screenshot.png", order)
    made["inspection_report"] = _inspection(folder / "inspection_report.pdf", order, got, made["buyer_close"])
    made["quality_certificate"] = _certificate(folder / "quality_certificate.pdf", order, sent)
    made["carrier_inspection"] = _carriage(folder / "carrier_inspection.pdf", order, got, made["carrier_parcel"])
    return made


def _save(picture: Image.Image, path: Path, camera: Camera, taken_at: datetime) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = camera.make, camera.model
    exif[ExifTags.Base.Orientation] = camera.orientation
    exif[ExifTags.Base.DateTime] = f"{taken_at:%Y:%m:%d %H:%M:%S}"
    exif.get_ifd(ExifTags.IFD.Exif).update(
        {ExifTags.Base.DateTimeOriginal: f"{taken_at:%Y:%m:%d %H:%M:%S}", ExifTags.Base.OffsetTimeOriginal: "+00:00"}
    )
    picture.save(path, "JPEG", quality=86, exif=exif)


def _screenshot(path: Path, order: Order) -> Path:
    line = order.lines[0]
    page = Image.new("RGB", (1080, 1620), "#f4f4f4")
    pen = ImageDraw.Draw(page)
    write = partial(pen.text, fill="#222222")
    pen.rectangle((0, 0, 1080, 170), "#ff5a1f")
    write((48, 18), f"{order.delivered_at or order.paid_at:%H:%M}", font=ImageFont.load_default(34), fill="white")
    write((48, 84), "Order details", font=ImageFont.load_default(52), fill="white")
    pen.rounded_rectangle((32, 210, 1048, 380), 24, "white")
    status = "Delivered" if order.delivered_at else "Paid"
    write((72, 240), status, font=ImageFont.load_default(46), fill="#ff5a1f")
    write((72, 312), f"Waybill {order.waybill or 'pending'}", font=ImageFont.load_default(32), fill="#666666")
    pen.rounded_rectangle((32, 420, 1048, 770), 24, "white")
    page.paste(photograph("teapot", View(18, 20, 5.4), 3).resize((360, 270)), (72, 460))
    write((464, 466), line.product, font=ImageFont.load_default(40))
    write((464, 530), f"Model {line.model or '-'}   x1", font=ImageFont.load_default(30), fill="#666666")
    write((464, 650), f"{line.price_paid}", font=ImageFont.load_default(50), fill="#ff5a1f")
    pen.rounded_rectangle((32, 810, 1048, 1470), 24, "white")
    stamps = {"Placed and paid": order.paid_at, "Shipped": order.shipped_at, "Delivered": order.delivered_at}
    rows = {"Order number": order.order_id, "Seller": order.parties.seller_id, "Buyer": order.parties.buyer_id}
    rows |= {what: f"{when:{TIME}} UTC" for what, when in stamps.items() if when}
    rows |= {"Amount paid": str(line.price_paid), "After-sales": line.listing.after_sales_promise[:34] or "-"}
    for row, (what, value) in enumerate(rows.items()):
        write((72, 850 + row * 76), what, font=ImageFont.load_default(32), fill="#888888")
        write((1008, 850 + row * 76), value, font=ImageFont.load_default(32), anchor="ra")
    page.save(path, "PNG")
    return path


def _pdf(path: Path, title: str, parts: list[Any]) -> Path:
    # invariant: reportlab would else stamp the file with the time of writing
    heading = [Paragraph(title, STYLES["Title"]), Spacer(1, 12)]
    SimpleDocTemplate(str(path), pagesize=A4, title=title, author="Redress demo", invariant=1).build(heading + parts)
    return path


def _text(*sentences: str) -> list[Any]:
    return [part for sentence in sentences for part in (Paragraph(sentence, STYLES["BodyText"]), Spacer(1, 8))]


def _table(rows: Sequence[tuple[str, ...]]) -> list[Any]:
    grid = TableStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#dfe8e1")),
            ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"),
            ("FONTSIZE", (0, 0), (-1, -1), 9),
        ]
    )
    return [Table(rows, style=grid, hAlign="LEFT"), Spacer(1, 14)]


def _figure(photo: Path) -> Any:
    # handed over as bytes: reportlab would name the picture inside the file after the folder it lies in
    return Figure(BytesIO(photo.read_bytes()), 440, 330)


def _order(order: Order) -> list[Any]:
    line = order.lines[0]
    paid = f"{line.price_paid}, {order.paid_at:{TIME}} UTC"
    named = [("Order", order.order_id), ("Product", f"{line.product} {line.model}"), ("Paid", paid)]
    return _table([("Subject", "As recorded"), *named, ("Waybill", order.waybill or "-")])


def _inspection(path: Path, order: Order, got: datetime, photo: Path) -> Path:
    parts = _text(
        f"Received for inspection on {got + timedelta(days=1):{TIME}} UTC in the original packing.",
        "Methods: visual inspection at 300 lx, 10x loupe, dye penetration, water retention for 30 minutes.",
    )
    measured = [
        ("Measurement", "Nominal", "Found", "Verdict"),
        ("Height with lid", "118 mm", "118.2 mm", "conforms"),
        ("Body diameter", "142 mm", "141.7 mm", "conforms"),
        ("Wall thickness at rim", "3.5 mm", "3.4 mm", "conforms"),
        ("Crack length, spout", "none", "61.4 mm", "defect"),
        ("Crack width, widest", "none", "0.38 mm", "defect"),
        ("Branches", "none", "4", "defect"),
        ("Water lost in 30 min", "0 ml", "46 ml", "defect"),
    ]
    parts += [*_order(order), *_table(measured), PageBreak(), *_text("<b>Photograph of the main crack</b>")]
    parts += [_figure(photo), Spacer(1, 10)]
    parts += _text(
        "The crack runs through glaze and body from the tip of the spout, and branches over the belly up to the rim.",
        "<b>Conclusion.</b> The teapot does not hold water and is not fit for use. There is no sign of use: no tea "
        "stain in the crack, no wear on the foot ring. Repair would not restore it.",
    )
    return _pdf(path, "Inspection report", parts)


def _certificate(path: Path, order: Order, sent: datetime) -> Path:
    checked = [
        ("Check before dispatch", "Standard", "Result"),
        ("Lead release", "GB 4806.4, below 0.8 mg/l", "0.02 mg/l"),
        ("Cadmium release", "GB 4806.4, below 0.07 mg/l", "below 0.005 mg/l"),
        ("Thermal shock 140 to 20 C", "no crack", "passed"),
        ("Sound test", "clear ring", "passed"),
    ]
    parts = [*_order(order), *_table(checked)]
    parts += _text(f"The piece left the kiln's store without fault. Checked on {sent - timedelta(hours=4):{TIME}} UTC.")
    return _pdf(path, "Quality certificate", parts)


def _carriage(path: Path, order: Order, got: datetime, photo: Path) -> Path:
    trace = [
        ("Time (UTC)", "Place", "Event"),
        (f"{got - timedelta(hours=31):{TIME}}", "Sorting centre", "Scanned in, packing intact"),
        (f"{got - timedelta(hours=19):{TIME}}", "Line haul", "Shock sensor of the cage: 38 g"),
        (f"{got - timedelta(hours=5):{TIME}}", "Delivery depot", "Corner crushed, photographed, taped, sent on"),
        (f"{got:{TIME}}", "Address", "Delivered, signed"),
    ]
    parts = [*_order(order), *_table(trace), _figure(photo), Spacer(1, 10), PageBreak()]
    measured = [
        ("Measurement", "Found"),
        ("Depth of the dent", "74 mm"),
        ("Torn seam", "112 mm"),
        ("Drop height", "1.1 m"),
    ]
    parts += _table(measured)
    parts += _text(
        "<b>Finding.</b> The parcel entered the network intact and was crushed between the sorting centre and the "
        "delivery depot. The fall it shows is enough to break a piece packed as the sender's photograph shows.",
        "The carrier accepts that the damage happened while the parcel was in its hands.",
    )
    return _pdf(path, "Carrier's inspection of the consignment", parts)
