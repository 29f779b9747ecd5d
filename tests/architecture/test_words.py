"""One word per idea: the synonyms that docs/language.md rejects appear in no domain name."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, SERVICES, modules

GLOSSARY = ROOT / "docs" / "language.md"

Words = tuple[str, ...]


def words(name: str) -> Words:
    """The words of a name in any style: `CaseFile`, `case_file`, `case file`."""
    return tuple(word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name))


def rejected(glossary: str) -> dict[Words, str]:
    """Each rejected synonym of the table `| word | meaning | not |`, with the word to use instead."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in glossary.splitlines()
        if line.strip().startswith("|") and line.count("|") >= 4
    ]
    used = {words(cells[0]) for cells in rows}
    found = {}
    for cells in rows:
        if cells[2].lower() == "not" or set(cells[2]) <= set(":- "):
            continue
        for synonym in re.split(r"[,;]", re.sub(r"\([^)]*\)", "", cells[2])):
            # A word that is right for one idea may be wrong for another; only a reader can tell.
            if words(synonym) and words(synonym) not in used:
                found[words(synonym)] = cells[0].strip("`* ")
    return found


def names(files: Iterable[Path]) -> list[str]:
    """The file names and class names of a domain."""
    found = []
    for path in files:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [path.stem, *(node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
    return found


def misused(found: Iterable[str], synonyms: dict[Words, str]) -> list[str]:
    """Each name that uses a rejected synonym, with the word to use."""
    return [
        f"{name}: say {word!r}, not {' '.join(synonym)!r}"
        for name in found
        for synonym, word in synonyms.items()
        if any(words(name)[at : at + len(synonym)] == synonym for at in range(len(words(name))))
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_no_domain_name_uses_a_rejected_word(service: str) -> None:
    synonyms = rejected(GLOSSARY.read_text(encoding="utf-8"))

    assert synonyms, f"{GLOSSARY.name} rejects no word: is its table still | word | meaning | not |?"
    assert not misused(names(modules(f"services/{service}/domain")), synonyms)


PLANTED = """
| word | meaning | not |
|------|:-------:|-----|
| **case** | one dispute | ticket, dispute file (legacy) |
| `offer` | what one side proposes | counter-offer; Proposal |
| ruling | what an adjudicator decides | - |
| complaint | what a buyer files | case, claim |
"""


def test_the_glossary_is_read() -> None:
    assert rejected(PLANTED) == {
        ("ticket",): "case",
        ("dispute", "file"): "case",
        ("counter", "offer"): "offer",
        ("proposal",): "offer",
        ("claim",): "complaint",
    }


@pytest.mark.parametrize("planted", ["TicketOpened", "OpenTicket", "ticket", "DisputeFileOpened", "MakeCounterOffer"])
def test_a_planted_synonym_is_found(planted: str) -> None:
    assert misused([planted], rejected(PLANTED))


@pytest.mark.parametrize("fine", ["CaseOpened", "OfferMade", "DisputeOpened", "Ticketed", "FileDispute"])
def test_an_accepted_word_is_let_alone(fine: str) -> None:
    assert not misused([fine], rejected(PLANTED))
