"""PDF documents that run, hold, hide or unfold into something."""

import zlib
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Encryption, Name, Pdf

from tests.kit.hostile import BOMB, BROKEN, CUT, HOLDS, LIES, LOCKED, RUNS, TWO, Hostile
from tests.kit.hostile_pictures import an_archive


def a_document(change: Callable[[Pdf], object] = lambda _: None, *, pages: int = 1, password: str = "") -> bytes:
    """A PDF with blank pages, changed as asked."""
    saved = BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        change(pdf)
        if password:
            pdf.save(saved, encryption=Encryption(owner=password, user=password))
        else:
            pdf.save(saved)
    return saved.getvalue()


def _opens_with(**action: Any) -> bytes:
    return a_document(lambda pdf: pdf.Root.__setattr__("OpenAction", pdf.make_indirect(Dictionary(**action))))


@cache
def _packed(size: int, filters: int) -> bytes:
    content = bytes(size)
    for _ in range(filters):
        content = zlib.compress(content, 1)
    return content


def _stream(pdf: Pdf, size: int, filters: int, **more: object) -> None:
    content = _packed(size, filters)
    stream = pdf.make_stream(b"")
    stream.write(content, filter=Array([Name.FlateDecode] * filters))
    for name, value in more.items():
        stream[f"/{name}"] = value
    pdf.Root.Kept = Array([*list(pdf.Root.get("/Kept", [])), stream])


def _streams(pdf: Pdf) -> None:
    for _ in range(6):
        _stream(pdf, 60_000_000, 2)


def _nested(pdf: Pdf) -> None:
    inner = Array([])
    for _ in range(80):
        inner = Array([inner])
    pdf.Root.Kept = inner


def _attached(pdf: Pdf, name: str, content: bytes) -> None:
    pdf.attachments[name] = content


def files() -> Iterator[Hostile]:
    """Every hostile document."""
    yield from _running()
    yield from _holding()
    yield from _unfolding()
    yield from _broken()


def _running() -> Iterator[Hostile]:
    yield Hostile("a script when opened", "a.pdf", _opens_with(S=Name.JavaScript, JS="app.alert(1)"), RUNS)
    yield Hostile("a program when opened", "b.pdf", _opens_with(S=Name.Launch, F="cmd.exe"), RUNS)
    yield Hostile("a form sent away when opened", "c.pdf", _opens_with(S=Name.SubmitForm, F="http://x.test"), RUNS)
    yield Hostile("another document when opened", "d.pdf", _opens_with(S=Name.GoToE), RUNS)
    named = Dictionary(JavaScript=Dictionary(Names=Array([])))
    yield Hostile("scripts by name", "e.pdf", a_document(lambda pdf: pdf.Root.__setattr__("Names", named)), RUNS)
    deep = Dictionary(O=Dictionary(Next=Dictionary(S=Name.JavaScript, JS="1")))
    yield Hostile("a script of a page", "f.pdf", a_document(lambda pdf: pdf.pages[0].obj.__setattr__("AA", deep)), RUNS)


def _holding() -> Iterator[Hostile]:
    yield Hostile("an attached file", "a.pdf", a_document(lambda pdf: _attached(pdf, "x.exe", b"MZ")), HOLDS)
    inner = a_document(lambda pdf: _attached(pdf, "inner.pdf", a_document()))
    yield Hostile("a document in a document", "b.pdf", a_document(lambda pdf: _attached(pdf, "n.pdf", inner)), HOLDS)
    yield Hostile("an attachment called ../x", "c.pdf", a_document(lambda pdf: _attached(pdf, "../x", b"x")), HOLDS)
    form = Dictionary(XFA=Array([]))
    yield Hostile("a form in XML", "d.pdf", a_document(lambda pdf: pdf.Root.__setattr__("AcroForm", form)), HOLDS)
    yield Hostile("a password", "e.pdf", a_document(password="secret"), LOCKED)  # noqa: S106
    yield Hostile("an archive behind it", "f.pdf", a_document() + an_archive(), TWO)


def _unfolding() -> Iterator[Hostile]:
    yield Hostile("a stream of 300 MB", "a.pdf", a_document(lambda pdf: _stream(pdf, 300_000_000, 2)), BOMB)
    yield Hostile("streams of 360 MB together", "b.pdf", a_document(_streams), BOMB)
    huge = {"Subtype": Name.Image, "Width": 60_000, "Height": 60_000}
    yield Hostile("a huge picture", "c.pdf", a_document(lambda pdf: _stream(pdf, 1, 1, **huge)), BOMB)
    yield Hostile("too many pages", "d.pdf", a_document(pages=1_200), BOMB)
    yield Hostile("nested too deep", "e.pdf", a_document(_nested), BROKEN)


def _broken() -> Iterator[Hostile]:
    whole = a_document()
    yield Hostile("cut off", "a.pdf", whole[: len(whole) // 2], CUT)
    yield Hostile("nothing but a start", "b.pdf", b"%PDF-1.7\n", CUT)
    yield Hostile("nothing between start and end", "c.pdf", b"%PDF-1.7\n" + b"\0" * 500 + b"\n%%EOF\n", BROKEN)
    yield Hostile("no page", "d.pdf", a_document(pages=0), BROKEN)
    yield Hostile("document called picture", "e.jpg", whole, LIES)
