"""Whether a file is evidence at all: one of the allowed kinds, wholly readable, and nothing else besides."""

import mimetypes
import re
import zipfile
from io import BytesIO
from typing import Final

from services.evidence.adapters.screening.bounds import two_kinds
from services.evidence.adapters.screening.documents import document_at_fault
from services.evidence.adapters.screening.pictures import picture_at_fault
from services.evidence.adapters.screening.videos import video_at_fault
from shared.kernel.refusals import Refused

ALLOWED: Final = ("image/jpeg", "image/png", "image/webp", "application/pdf", "video/mp4", "text/plain")

_STARTS: Final = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"%PDF-", "application/pdf"))
_BRANDS: Final = re.compile(rb"isom|iso[2-9]|mp4[12]|avc1|M4V |dash|MSNV|3gp[4-9]")
_MARKUP: Final = re.compile(rb"\s*<(?:!doctype|\?xml|html|head|body|script|svg|\?php)", re.IGNORECASE)
_RUNS: Final = re.compile(rb"<script|<!doctype html|<\?php\s", re.IGNORECASE)
_EXECUTABLE: Final = re.compile(rb"MZ.{58}..\0\0|\x7fELF[\x01\x02][\x01\x02]\x01|\xca\xfe\xba\xbe\0\0", re.DOTALL)
_ARCHIVE: Final = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_NO_TEXT: Final = {"text/html", "text/xml", "text/javascript"}
_HEAD: Final = 1024
_BOM: Final = b"\xef\xbb\xbf"
_CONTROLS: Final = bytes({*range(0x20), 0x7F} - set(b"\t\n\f\r"))
_MORE_CONTROLS: Final = re.compile(rb"\xc2[\x80-\x9f]")
"""U+0080 to U+009F in UTF-8."""


def inspect(content: bytes, name: str | None) -> str | Refused:
    """The media type of content that decodes as one kind of evidence and no other, or why it is not taken."""
    media_type = kind_of(content)
    if media_type is None:
        return Refused(
            "file_must_be_of_an_allowed_kind",
            "the content is none of the kinds that evidence may be",
            cure="send a JPEG, PNG, WebP, PDF, MP4 or UTF-8 text file",
        )
    return (
        _name_at_fault(name, media_type)
        or _second_kind(content, media_type)
        or _content_at_fault(content, media_type)
        or media_type
    )


def kind_of(content: bytes) -> str | None:
    """The allowed kind that content begins as; None when it begins as none of them."""
    for start, media_type in _STARTS:
        if content.startswith(start):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return "video/mp4" if _BRANDS.fullmatch(content[8:12]) else None
    return "text/plain" if _is_text(content) else None


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    if _MARKUP.match(content.removeprefix(_BOM)):
        return False
    if not text.strip("\ufeff \t\r\n\f") or _MORE_CONTROLS.search(content):
        return False
    # By the byte, for 10 MiB take a second by the character.
    return len(content.translate(None, _CONTROLS)) == len(content)


def _name_at_fault(name: str | None, media_type: str) -> Refused | None:
    """A name may have no ending, or one that means nothing; one that means another kind is a lie."""
    said = mimetypes.guess_type(name.lower().rstrip(". "))[0] if name and "." in name else None
    is_text = media_type == "text/plain" and said and said.startswith("text/") and said not in _NO_TEXT
    if said is None or said == media_type or is_text:
        return None
    return Refused(
        "file_must_be_what_its_name_says",
        f"its name says {said}, its content is {media_type}",
        field="name",
        cure="give it the ending that fits its content",
    )


def _second_kind(content: bytes, media_type: str) -> Refused | None:
    if _is_archive(content):
        return two_kinds("an archive of files can be unpacked from it")
    if media_type in {"text/plain", "application/pdf"}:
        return None
    if b"%PDF-" in content[:_HEAD]:
        return two_kinds("it can be opened as a PDF document too")
    if _RUNS.search(content):
        return two_kinds("it holds a script or a web page")
    return _after_the_picture(content) if media_type == "image/jpeg" else None


def _after_the_picture(content: bytes) -> Refused | None:
    """Phones append previews, depth maps and short videos; programs, documents and archives nobody's camera does."""
    end = content.find(b"\xff\xd9")
    while end >= 0:
        after = content[end + 2 : end + 2 + 16 + 64]
        if after.startswith((b"%PDF-", *_ARCHIVE)) or _EXECUTABLE.match(after):
            return two_kinds("a program, document or archive follows after the picture")
        end = content.find(b"\xff\xd9", end + 2)
    return None


def _is_archive(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return bool(archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        return False


def _content_at_fault(content: bytes, media_type: str) -> Refused | None:
    match media_type:
        case "application/pdf":
            return document_at_fault(content)
        case "video/mp4":
            return video_at_fault(content)
        case "text/plain":
            return None
        case _:
            return picture_at_fault(content, media_type)
