"""A form with one file in it (multipart/form-data), read as it streams in."""

from collections.abc import AsyncIterable, AsyncIterator, Callable
from typing import Any, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from shared.eventing.file_store import StreamRefusedError
from shared.kernel.refusals import Refused

FRAME_BYTES: Final = 64 * 1024
"""Room for everything in a form but its file: boundaries, headers and other fields."""


def boundary_of(content_type: str | None) -> bytes | None:
    """The boundary of a form, None when the content is no form."""
    kind, options = parse_options_header(content_type)
    return options.get(b"boundary", b"") if kind == b"multipart/form-data" else None


class FormFile:
    """The one file of a form. Other fields are read over; a second file, or none, is refused."""

    def __init__(self, boundary: bytes, body: AsyncIterable[bytes]) -> None:
        self.name: str | None = None
        self._body = body
        self._pieces: list[bytes] = []
        self._header = (bytearray(), bytearray())
        self._is_file = False
        self._files = 0
        self._aside = 0
        self._complete = False
        callbacks: dict[str, Callable[..., Any]] = {
            "on_part_begin": self._part_begins,
            "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
            "on_header_end": self._header_ends,
            "on_part_data": self._part_goes_on,
            "on_end": self._all_read,
        }
        try:
            self._parser: Any = MultipartParser(boundary, callbacks)  # type: ignore[arg-type]
        except FormParserError as error:
            raise StreamRefusedError(_form_must_be_readable(str(error))) from error

    async def content(self) -> AsyncIterator[bytes]:
        """The file's bytes as they come; raises StreamRefusedError for a form that cannot be read or has no file."""
        async for piece in self._body:
            try:
                self._parser.write(piece)
            except FormParserError as error:
                raise StreamRefusedError(_form_must_be_readable(str(error))) from error
            for part in self._taken():
                yield part
        if not self._complete:
            raise StreamRefusedError(_form_must_be_readable("it ends before its last boundary"))
        if not self._files:
            raise StreamRefusedError(_form_must_hold_one_file("no part has a file name"))

    def _taken(self) -> list[bytes]:
        taken, self._pieces = self._pieces, []
        return taken

    def _part_begins(self) -> None:
        self._is_file = False

    def _header_ends(self) -> None:
        field, value = (bytes(part) for part in self._header)
        self._header = (bytearray(), bytearray())
        if field.lower() != b"content-disposition":
            return
        _, options = parse_options_header(value)
        if b"filename" in options:
            self._is_file = True
            self._files += 1
            if self._files > 1:
                raise StreamRefusedError(_form_must_hold_one_file("there are several"))
            self.name = options[b"filename"].decode(errors="replace")

    def _part_goes_on(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._pieces.append(bytes(data[start:end]))
            return
        self._aside += end - start
        if self._aside > FRAME_BYTES:
            raise StreamRefusedError(_form_must_hold_one_file(f"other fields have over {FRAME_BYTES} bytes"))

    def _all_read(self) -> None:
        self._complete = True


def _form_must_be_readable(why: str) -> Refused:
    return Refused("request_must_be_well_formed", detail=f"the form cannot be read: {why}", field="body")


def _form_must_hold_one_file(why: str) -> Refused:
    return Refused(
        "form_must_hold_one_file",
        detail=f"a form brings one file: {why}",
        field="body",
        cure="send each file by itself",
    )
