"""The texts of refusals, as the pure tests see them; `make refusals` records them anew.

`tests/pure/<service>/refusals.yaml` has under each rule what a caller is told, and the tests that saw it. Every run of
a pure test compares: a text that was changed, that is new or that no longer comes fails that very test. Read the
difference as a user would before committing it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from hypothesis import currently_in_test_context

from shared.kernel.refusals import Refused

PURE = Path(__file__).parents[1] / "pure"
FILE = "refusals.yaml"
Texts = frozenset[Refused]
PER_TEST: Final[list[Refused]] = []
"""What the test that runs now was told so far."""


def saw(refused: Refused) -> None:
    """Hold a refusal against the record, when the test has ended; not what chance found, which comes once."""
    if not currently_in_test_context():
        PER_TEST.append(refused)


def of_test(file: Path, name: str) -> Texts:
    """The texts on record for a test: `test_lodging.py` and `test_it[parameter]`."""
    return recorded(file.parent).get(f"{file.name}::{name}", frozenset())


@cache
def recorded(folder: Path) -> Mapping[str, Texts]:
    """Each test of a service with the texts it saw when they were recorded."""
    file = folder / FILE
    return texts_by_test(yaml.safe_load(file.read_text(encoding="utf-8"))) if file.exists() else {}


def texts_by_test(rules: Mapping[str, list[dict[str, Any]]]) -> Mapping[str, Texts]:
    found = defaultdict[str, set[Refused]](set)
    for rule, texts in rules.items():
        for text in texts:
            told = {name: value for name, value in text.items() if name != "tests"}
            for test in text["tests"]:
                found[test].add(Refused(rule, **told))
    return {test: frozenset(texts) for test, texts in found.items()}


def page(by_test: Mapping[str, Texts]) -> str:
    """The record of a service: rule by rule, text by text, the same whatever the order of the tests was."""
    tests = defaultdict[Refused, list[str]](list)
    for test, texts in by_test.items():
        for text in texts:
            tests[text].append(test)
    rules = defaultdict[str, list[dict[str, Any]]](list)
    for text in sorted(tests, key=repr):
        told = {name: value for name, value in asdict(text).items() if name != "rule" and value}
        rules[text.rule].append({**told, "tests": sorted(tests[text])})
    return f"# Written by `make refusals`: what callers are told. Read it as they would.\n{_yaml(dict(rules))}"


def _yaml(rules: Mapping[str, Any]) -> str:
    return yaml.safe_dump(rules, allow_unicode=True, width=118, sort_keys=False)


def differences(seen: Texts, on_record: Texts) -> str:
    """What to say of a test whose texts are not those on record; nothing when they are."""
    lines = [f"  now:       {text}" for text in sorted(seen - on_record, key=repr)]
    lines += [f"  on record: {text}" for text in sorted(on_record - seen, key=repr)]
    return "\n".join(["refusals differ from the record (`make refusals` writes it anew):", *lines]) if lines else ""


def outdated(folder: Path, file: str, names: set[str]) -> Iterator[str]:
    """Tests of a file that are on record and exist no longer."""
    return (test for test in recorded(folder) if test.startswith(f"{file}::") and test not in names)


class Record:
    """What each test saw in this run, to be written instead of compared."""

    def __init__(self) -> None:
        self.seen = defaultdict[Path, dict[str, Texts]](dict)

    def keep(self, file: Path, name: str, texts: Texts) -> None:
        if texts:
            self.seen[file.parent][f"{file.name}::{name}"] = texts

    def write(self) -> None:
        for folder, by_test in self.seen.items():
            (folder / FILE).write_text(page(by_test), encoding="utf-8")
