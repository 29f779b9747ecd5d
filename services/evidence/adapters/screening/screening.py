"""The figures of a file that was found whole: they judge nothing, and the same file always has the same."""

import warnings
from io import BytesIO
from statistics import median
from typing import Any, Final

import av
import pikepdf
from av.error import FFmpegError
from PIL import Image

from services.evidence.adapters.screening.looking import looked_at
from services.evidence.adapters.screening.metadata import of_document, of_picture, of_video

SCREENER: Final = 1
"""Raised when the same file would get other figures; files can then be screened again."""
_SAMPLES: Final = (0.0, 0.5, 0.9)
"""Where in a video pictures are looked at."""


def screen(content: bytes, media_type: str) -> dict[str, Any]:
    """What can be measured of a file of that kind; nothing for a text."""
    match media_type:
        case "application/pdf":
            return _document(content)
        case "video/mp4":
            return _video(content)
        case "text/plain":
            return {}
        case _:
            return _picture(content)


def _picture(content: bytes) -> dict[str, Any]:
    Image.MAX_IMAGE_PIXELS = None  # its size was judged before it was taken
    with warnings.catch_warnings(), Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
        warnings.simplefilter("ignore")
        width, height = picture.size
        said = of_picture(picture)
        return {"width": width, "height": height, **said, **looked_at(picture)}


def _document(content: bytes) -> dict[str, Any]:
    with pikepdf.open(BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
        said = {str(name): str(value) for name, value in pdf.trailer.get("/Info", pikepdf.Dictionary()).items()}
        return {"pages": len(pdf.pages), **of_document(said)}


def _video(content: bytes) -> dict[str, Any]:
    with av.open(BytesIO(content), format="mp4", options={"enable_drefs": "0"}) as container:
        stream = container.streams.video[0]
        stream.thread_type, stream.thread_count = "NONE", 1
        seconds = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
        said = {**stream.metadata, **container.metadata}
        looks = [look for share in _SAMPLES if (look := _look_into(container, stream, share)) is not None]
        return {
            "width": stream.width,
            "height": stream.height,
            "seconds": round(seconds, 1),
            **of_video(said),
            "sharpness": max((look["sharpness"] for look in looks), default=None),
            "brightness": median(look["brightness"] for look in looks) if looks else None,
            "contrast": median(look["contrast"] for look in looks) if looks else None,
            "hashes": list(dict.fromkeys(one for look in looks for one in look["hashes"])),
        }


def _look_into(container: Any, stream: Any, share: float) -> dict[str, Any] | None:
    """The figures of the picture from which on a video can be played, at or before that share of its length."""
    try:
        container.seek(int((stream.duration or 0) * share), stream=stream)
        frame = next(container.decode(stream), None)
    except FFmpegError:
        return None
    return None if frame is None else looked_at(frame.to_image())
