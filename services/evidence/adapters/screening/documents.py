"""PDF documents: readable by anyone, running nothing, holding no other file, and no larger than they look."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import pikepdf

from services.evidence.adapters.screening.bounds import OBJECTS, PAGES, PIXELS, UNFOLDED, bomb, broken, cut_off
from shared.kernel.refusals import Refused

_RUNS: Final = {"/JavaScript", "/Launch", "/Rendition", "/ImportData", "/SubmitForm", "/GoToE", "/RichMediaExecute"}
_HOLDS: Final = {"/EmbeddedFiles", "/EmbeddedFile", "/FileAttachment", "/RichMedia", "/XFA"}
_TAIL: Final = 2048
_DEPTH: Final = 60
_PIECE: Final = 1024 * 1024


def document_at_fault(content: bytes) -> Refused | None:
    """What is wrong with a document; None when all of its objects can be read."""
    if b"%%EOF" not in content[-_TAIL:]:
        return cut_off("no end-of-file mark is in its last 2048 bytes")
    try:
        with pikepdf.open(BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            return _locked() if pdf.is_encrypted else _judged(pdf)
    except pikepdf.PasswordError:
        return _locked()
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, RuntimeError, TypeError) as error:
        return broken(error)


def _locked() -> Refused:
    return Refused(
        "document_must_not_be_locked", "a password protects it", cure="save it without a password and send that"
    )


def _judged(pdf: pikepdf.Pdf) -> Refused | None:
    if len(pdf.objects) > OBJECTS or len(pdf.pages) > PAGES:
        return bomb(f"it has {len(pdf.objects)} objects and {len(pdf.pages)} pages")
    if not len(pdf.pages):
        return broken("it has no page")
    unfolded = 0
    for whole in pdf.objects:
        for part in _parts(whole, _DEPTH):
            if found := _does_more_than_show(part):
                return found
        if isinstance(whole, pikepdf.Stream):
            unfolded += _unfolded(whole, UNFOLDED - unfolded)
            if unfolded > UNFOLDED:
                return bomb(f"its streams hold more than {UNFOLDED} bytes")
            if found := _huge_picture(whole):
                return found
    return None


def _parts(value: Any, depth: int) -> Iterator[Any]:
    """The dictionaries that lie directly in an object; what it refers to is visited as an object of its own."""
    if depth == 0:
        raise ValueError("its objects are nested too deep")
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        yield value
        children = [child for _, child in value.items()]
    elif isinstance(value, pikepdf.Array):
        children = list(value)
    else:
        return
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            yield from _parts(child, depth - 1)


def _does_more_than_show(part: Any) -> Refused | None:
    says = {str(part.get(name)) for name in ("/S", "/Type", "/Subtype")} | set(part.keys())
    if runs := says & (_RUNS | {"/JS"}):
        return Refused(
            "document_must_not_run_anything", f"it holds {_listed(runs)}", cure="print it to a new PDF and send that"
        )
    if holds := says & _HOLDS:
        return Refused(
            "document_must_not_hold_other_files",
            f"it holds {_listed(holds)}",
            cure="send what is attached to it as files of their own",
        )
    return None


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(name.lstrip("/") for name in names))


def _huge_picture(stream: Any) -> Refused | None:
    if str(stream.get("/Subtype")) != "/Image":
        return None
    width, height = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
    return bomb(f"a picture in it has {width} x {height} pixels") if width * height > PIXELS else None


def _unfolded(stream: Any, room: int) -> int:
    """How many bytes its Flate filters make of it, counted up to the room, a piece at a time."""
    filters = stream.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    raw = stream.read_raw_bytes()
    pieces: Iterator[bytes] = iter([raw])
    made = [len(raw)]
    for name in names:
        if name not in {"/FlateDecode", "/Fl"}:
            break
        made.append(0)
        pieces = _inflated(pieces, made, len(made) - 1)
    try:
        for _ in pieces:
            if sum(made) > room:
                break
    except zlib.error as error:
        raise ValueError(f"a stream cannot be decompressed: {error}") from error
    return sum(made)


def _inflated(pieces: Iterator[bytes], made: list[int], at: int) -> Iterator[bytes]:
    """What the pieces unfold into, piece by piece; how much that is so far is added to the count."""
    inflater = zlib.decompressobj()
    for packed in pieces:
        left = packed
        while left and not inflater.eof:
            piece = inflater.decompress(left, _PIECE)
            left = inflater.unconsumed_tail
            made[at] += len(piece)
            yield piece
