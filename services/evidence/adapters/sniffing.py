"""What a file really is, by its content and never by its name."""

from typing import Final

import puremagic

from shared.kernel.refusals import Refused

ALLOWED: Final = ("image/jpeg", "image/png", "image/webp", "application/pdf", "video/mp4", "text/plain")


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
    return bool(text.strip()) and not any(ord(sign) < 32 and sign not in "\t\r\n\f" for sign in text)
