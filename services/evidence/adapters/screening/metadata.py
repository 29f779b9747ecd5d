"""What a file says about itself: when, where and with what it was made. All of it can be forged or taken away."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from PIL import ExifTags, Image

_LONGEST: Final = 100
_TOOL: Final = re.compile(rb"CreatorTool(?:=\"|>)([^\"<]{1,100})")
_ISO_6709: Final = re.compile(r"([+-]\d{2}(?:\.\d+)?)([+-]\d{3}(?:\.\d+)?)")
_PDF_TIME: Final = re.compile(r"D:(\d{14})(?:Z|([+-])(\d{2})'?(\d{2})?'?)?")
_TAGS: Final = ExifTags.Base


def of_picture(picture: Image.Image) -> dict[str, Any]:
    """The metadata of a picture; `metadata` says whether a camera wrote any."""
    exif = picture.getexif()
    detail = exif.get_ifd(ExifTags.IFD.Exif)
    camera = [_text(exif.get(tag)) for tag in (_TAGS.Make, _TAGS.Model)]
    tools = [_text(exif.get(_TAGS.Software)), _tool_in_xmp(picture), _text(picture.info.get("Software"))]
    taken = _text(detail.get(_TAGS.DateTimeOriginal)) or _text(detail.get(_TAGS.DateTimeDigitized))
    return {
        "metadata": bool(taken or any(camera) or detail.get(_TAGS.ExposureTime)),
        **_taken(taken, _text(detail.get(_TAGS.OffsetTimeOriginal))),
        "device": " ".join(filter(None, camera)) or None,
        "software": "; ".join(dict.fromkeys(filter(None, tools))) or None,
        "place": _place(exif.get_ifd(ExifTags.IFD.GPSInfo)),
    }


def of_document(said: Mapping[str, str]) -> dict[str, Any]:
    """The metadata of a PDF document, from its entries by name."""
    made = _PDF_TIME.match(said.get("/CreationDate", ""))
    tools = [_text(said.get(name)) for name in ("/Creator", "/Producer")]
    zone = (
        f"{made[2]}{made[3]}:{made[4] or '00'}" if made and made[2] else ("+00:00" if made and "Z" in made[0] else "")
    )
    taken = (
        f"{made[1][:4]}:{made[1][4:6]}:{made[1][6:8]} {made[1][8:10]}:{made[1][10:12]}:{made[1][12:]}" if made else ""
    )
    return {
        "metadata": bool(made or any(tools)),
        **_taken(taken, zone),
        "software": "; ".join(dict.fromkeys(filter(None, tools))) or None,
    }


def of_video(said: Mapping[str, str]) -> dict[str, Any]:
    """The metadata of a video, from its tags by name; its clock is UTC by the format."""
    found = _ISO_6709.match(said.get("location", said.get("com.apple.quicktime.location.ISO6709", "")))
    taken: datetime | None = None
    if made := _text(said.get("creation_time")):
        try:
            taken = datetime.fromisoformat(made).astimezone(UTC)
        except ValueError:
            taken = None
    names = ("com.apple.quicktime.make", "com.apple.quicktime.model", "com.android.manufacturer", "com.android.model")
    device = [_text(said.get(name)) for name in names]
    return {
        "metadata": bool(found or any(device) or (taken and taken.year > _EPOCH_OF_MP4)),
        "taken_at": taken.isoformat() if taken and taken.year > _EPOCH_OF_MP4 else None,
        "zone_known": bool(taken),
        "device": " ".join(filter(None, device)) or None,
        "software": _text(said.get("encoder")) or None,
        "place": {"latitude": float(found[1]), "longitude": float(found[2])} if found else None,
    }


_EPOCH_OF_MP4: Final = 1971
"""What never set its clock says 1904 or 1970."""


def _taken(text: str, zone: str) -> dict[str, Any]:
    """The instant that a local time and its zone name; without a zone, the local time as if it were UTC."""
    try:
        local = datetime.strptime(f"{text}+0000", "%Y:%m:%d %H:%M:%S%z")
    except ValueError:
        return {"taken_at": None, "zone_known": False}
    found = re.fullmatch(r"([+-])(\d{2}):(\d{2})", zone)
    offset = timedelta(hours=int(found[2]), minutes=int(found[3])) if found else timedelta()
    try:
        taken = local - offset if not found or found[1] == "+" else local + offset
    except OverflowError:
        return {"taken_at": None, "zone_known": False}
    return {"taken_at": taken.isoformat(), "zone_known": found is not None}


def _place(gps: Mapping[int, Any]) -> dict[str, float] | None:
    latitude = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef) == "S", 90)
    longitude = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef) == "W", 180)
    return None if latitude is None or longitude is None else {"latitude": latitude, "longitude": longitude}


def _degrees(parts: Any, negative: bool, most: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    found = degrees + minutes / 60 + seconds / 3600
    return round(-found if negative else found, 6) if 0 <= found <= most else None


def _tool_in_xmp(picture: Image.Image) -> str:
    packet = picture.info.get("xmp", b"")
    found = _TOOL.search(packet if isinstance(packet, bytes) else str(packet).encode())
    return _text(found[1].decode(errors="replace")) if found else ""


def _text(value: Any) -> str:
    """What a tag says, if it is a text that can be shown."""
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    return "".join(sign for sign in str(value or "") if sign.isprintable()).strip()[:_LONGEST]
