"""JPEG, PNG and WebP pictures, decoded to the last pixel of the last frame."""

import struct
import warnings
from io import BytesIO
from typing import Final

from PIL import Image, ImageSequence, UnidentifiedImageError

from services.evidence.adapters.screening.bounds import FRAMES, PIXELS, SIDE, bomb, broken, cut_off, two_kinds
from shared.kernel.refusals import Refused

_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_PNG_START: Final = 8
_CHUNK: Final = struct.Struct(">I4s")


def picture_at_fault(content: bytes, media_type: str) -> Refused | None:
    """What is wrong with a picture; None when every frame decodes. Its size is read before anything is decoded."""
    # Whether there are too many pixels is decided below, before they are decoded.
    Image.MAX_IMAGE_PIXELS = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _ends_early_or_late(content, media_type) or _decoded(content, media_type)


def _decoded(content: bytes, media_type: str) -> Refused | None:
    formats = [_FORMATS[media_type]]
    try:
        with Image.open(BytesIO(content), formats=formats) as picture:
            if found := _too_large(picture):
                return found
            picture.verify()
        with Image.open(BytesIO(content), formats=formats) as picture:
            for frame in ImageSequence.Iterator(picture):
                frame.load()
    except UnidentifiedImageError:
        return broken(f"it is no {formats[0]} picture past its first bytes")
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as error:
        return _meaning(error)
    return None


def _meaning(error: Exception) -> Refused:
    said = str(error).lower()
    if "too large" in said:
        return bomb(f"a remark or profile in it is larger unpacked than any is: {error}")
    return cut_off(error) if "truncated" in said else broken(error)


def _too_large(picture: Image.Image) -> Refused | None:
    width, height = picture.size
    # A JPEG with several pictures has one main picture, the others are previews of it.
    frames = 1 if picture.format in {"JPEG", "MPO"} else getattr(picture, "n_frames", 1)
    if max(width, height) > SIDE or frames > FRAMES or width * height * frames > PIXELS:
        return bomb(f"it has {width} x {height} pixels in {frames} frames; {PIXELS} pixels are allowed")
    return None


def _ends_early_or_late(content: bytes, media_type: str) -> Refused | None:
    """PNG and WebP say where they end; phones append to JPEG in earnest, so there what follows is judged by kind."""
    match media_type:
        case "image/png":
            end = _png_end(content)
        case "image/webp":
            end = 8 + int.from_bytes(content[4:8], "little")
            end += end % 2
        case _:
            return None
    if end > len(content):
        return cut_off(f"it has {len(content)} bytes of at least {end}")
    if content[end:].strip(b"\0"):
        return two_kinds(f"{len(content) - end} bytes follow after the end of the picture")
    return None


def _png_end(content: bytes) -> int:
    at: int = _PNG_START
    while at + _CHUNK.size <= len(content):
        length: int
        length, kind = _CHUNK.unpack_from(content, at)
        at += _CHUNK.size + length + 4
        if kind == b"IEND":
            return at
    return max(at, len(content) + 1)
