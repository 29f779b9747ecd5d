"""Pages by cursor: where the last one ended, in a form that callers hand back and do not read.

A page starts after a stream's id, not after a count, so what is added meanwhile shifts nothing: every document
that was there from the first page to the last is shown exactly once.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from urllib.parse import urlencode

import orjson


class CursorUnfitError(ValueError):
    """The cursor was not given out for this question."""


def cursor_after(view: str, where: Mapping[str, str], stream: str) -> str:
    """The cursor of the page that follows a stream, for one question only."""
    return urlsafe_b64encode(orjson.dumps([view, sorted(where.items()), stream])).decode().rstrip("=")


def start_of(view: str, where: Mapping[str, str], cursor: str | None) -> str | None:
    """The stream that a page starts after. Raises CursorUnfitError."""
    if cursor is None:
        return None
    try:
        read = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise CursorUnfitError("the cursor is none that was given out") from error
    match read:
        case [named, filters, str(stream)] if [named, filters] == [
            view,
            [list(pair) for pair in sorted(where.items())],
        ]:
            return stream
        case _:
            raise CursorUnfitError("the cursor was given out for another question")


def next_link(asked: Mapping[str, str], cursor: str) -> str:
    """The Link header (RFC 8288) to the next page, relative so that it holds behind any gateway."""
    return f'<?{urlencode({**asked, "cursor": cursor})}>; rel="next"'
