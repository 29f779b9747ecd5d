"""What a file really is, by its content and never by its name."""

import re
from typing import Final

import puremagic

from shared.kernel.refusals import Refused

ALLOWED: Final = ("image/jpeg", "image/png", "image/webp", "application/pdf", "video/mp4", "text/plain")


_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
"""Signs that no text has; tabs, line ends and page breaks it may have."""


async def inspect(content: bytes, _name: str | None) -> str | Refused:
    """The media type of the content, or why it cannot be evidence. The name it came under says nothing."""
    return sniff(content) or Refused(
        "file_must_be_of_an_allowed_kind",
        detail="the content is none of the kinds that evidence may be",
        cure="send a JPEG, PNG, WebP, PDF, MP4 or UTF-8 text file",
    )


def sniff(content: bytes) -> str | None:
    """The media type of the content, or None for anything that is not evidence."""
    try:
        guesses = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        guesses = []
    for guess in guesses:
        if guess.mime_type in ALLOWED and guess.mime_type != "text/plain":
            return str(guess.mime_type)
    return "text/plain" if not guesses and _is_text(content) else None


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return not text.isspace() and not _CONTROL.search(text)
