"""What a file really is, by its content and never by its name."""

from typing import Final

import puremagic

ALLOWED: Final = ("image/jpeg", "image/png", "image/webp", "application/pdf", "video/mp4", "text/plain")


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
