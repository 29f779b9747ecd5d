"""What callers are told is on record, and every pure test is held against the record."""

from pathlib import Path

import pytest
import yaml

from shared.kernel.refusals import Refused
from tests.architecture.tree import ROOT, SERVICES
from tests.kit.refusals import FILE, Record, differences, outdated, page, recorded, texts_by_test

LATE = Refused("window_must_be_open", "it closed at noon", clause="process.window", cure="ask before noon")
EARLY = Refused("window_must_be_open", "it opens at noon")
SEEN = {"test_a.py::test_one": frozenset({LATE, EARLY}), "test_b.py::test_two[buyer]": frozenset({LATE})}


def test_a_record_is_read_as_it_was_written_whatever_the_order_of_the_tests() -> None:
    assert texts_by_test(yaml.safe_load(page(SEEN))) == SEEN
    assert page(dict(reversed(SEEN.items()))) == page(SEEN)


@pytest.mark.parametrize(
    ("seen", "on_record", "said"),
    [({LATE}, set(), ["now"]), (set(), {LATE}, ["on record"]), ({EARLY}, {LATE}, ["now", "on record"])],
)
def test_a_new_a_missing_and_a_changed_text_are_told(
    seen: set[Refused], on_record: set[Refused], said: list[str]
) -> None:
    lines = differences(frozenset(seen), frozenset(on_record)).splitlines()[1:]
    assert [line.strip().split(":")[0] for line in lines] == said
    assert not differences(frozenset(seen), frozenset(seen))


def test_a_test_that_is_gone_is_told(tmp_path: Path) -> None:
    record = Record()
    for test, texts in SEEN.items():
        file, _, name = test.partition("::")
        record.keep(tmp_path / file, name, texts)
    record.write()
    assert recorded(tmp_path) == SEEN
    assert list(outdated(tmp_path, "test_a.py", {"test_a.py::test_one"})) == []
    assert list(outdated(tmp_path, "test_a.py", {"test_a.py::test_renamed"})) == ["test_a.py::test_one"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_text_on_record_says_what_is_wrong_in_plain_words(service: str) -> None:
    """A caller is told the facts of the case, and no moment as a machine writes it."""
    texts = {text for texts in recorded(ROOT / "tests" / "pure" / service).values() for text in texts}
    assert texts, FILE
    assert not [text for text in texts if not text.detail]
    assert not [text for text in texts if "+00:00" in f"{text.detail}{text.cure}"]
