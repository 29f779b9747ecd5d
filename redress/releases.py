"""Contracts as they were released, and what has changed since: the gate that keeps consumers running.

A release is one file, `docs/releases/<version>.json`, with the schema of every fact and command. It is written once,
by `redress contracts release`, and never changed.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from redress.catalogue import ROOT, Schema, asked, command_schema, fact_schema, told
from redress.catalogue_asyncapi import version
from redress.compatibility import Judged, Verdict, judged
from shared.contracts.topology import SERVICES

RELEASES: Final = "docs/releases"
ACCEPTED: Final = f"{RELEASES}/accepted.yaml"
"""Breaks that somebody answers for: the contract's name, and the reason."""

Contracts = Mapping[str, Schema]


@dataclass(frozen=True, slots=True)
class Change:
    """One contract beside its last release."""

    name: str
    needed: Verdict
    judged: Judged | None
    """None where only one side has it."""
    breaks: Sequence[str]
    """Why consumers or callers would stop working; empty where they go on."""
    note: str = ""

    @property
    def verdict(self) -> str:
        return self.judged.verdict if self.judged else self.note.partition(":")[0]


@cache
def current() -> Contracts:
    """The contracts as the code has them, by name: a fact's type, or service and command."""
    facts = {fact.contract.TYPE: fact_schema(fact) for fact in told()}
    return facts | {one.schema_name: command_schema(one) for service in SERVICES for one in asked(service)}


def needed_of(name: str) -> Verdict:
    """What a change of this contract must be.

    What Redress tells is read by consumers of yesterday, and what it told yesterday by those of today: full. What it
    hears and is asked comes from callers of yesterday: backward.
    """
    inbound = {fact.contract.TYPE for fact in told() if fact.inbound}
    return Verdict.FULL if is_fact(name) and name not in inbound else Verdict.BACKWARD


def compared(old: Contracts, new: Contracts) -> Sequence[Change]:
    """Every contract of either side, in order of name."""
    return [_compared(name, old, new) for name in sorted(old.keys() | new.keys())]


def _compared(name: str, old: Contracts, new: Contracts) -> Change:
    needed = needed_of(name)
    if name not in old:
        return Change(name, needed, None, (), _added(name))
    if name not in new:
        return Change(name, needed, None, list(_gone(name, needed, new)), "gone")
    found = judged(old[name], new[name])
    if found.verdict.meets(needed):
        return Change(name, needed, found, ())
    sides = {"new readers of old data": found.backward, "old readers of new data": found.forward}
    if needed is Verdict.BACKWARD:
        sides.pop("old readers of new data")
    broken = [f"{side}: {reason}" for side, reasons in sides.items() for reason in reasons]
    return Change(name, needed, found, broken)


def _added(name: str) -> str:
    facts = {fact.contract.TYPE: fact for fact in told()}
    if name not in facts or facts[name].inbound or not facts[name].contract.ORDERED:
        return "added"
    source = facts[name].contract.SOURCE
    return (
        f"added: it takes numbers among those of {source}; whoever orders {source}'s facts must subscribe to its topic "
        "before it is told"
    )


def _gone(name: str, needed: Verdict, new: Contracts) -> Iterator[str]:
    if needed is Verdict.BACKWARD:
        yield "it is no longer taken: callers that still send it are refused"
    elif not any(_subject(one) == _subject(name) and _number(one) > _number(name) for one in new):
        yield "it is no longer told, and no later version is: consumers wait for it in vain"


def accepted(root: Path = ROOT) -> Mapping[str, str]:
    """The breaks that are answered for, each with its reason."""
    file = root / ACCEPTED
    return dict(yaml.safe_load(file.read_text(encoding="utf-8")) or {}) if file.is_file() else {}


def latest(root: Path = ROOT) -> Path:
    """The file of the newest release; raises LookupError where there is none."""
    found = sorted((root / RELEASES).glob("*.json"), key=lambda file: version_of(file.stem))
    if not found:
        raise LookupError(f"no release stands in {RELEASES}; `redress contracts release` writes one")
    return found[-1]


def frozen(path: Path) -> Contracts:
    """The contracts of a release file, of one schema, or of a folder such as another checkout's docs/schemas.

    Raises LookupError where there are none.
    """
    try:
        if path.is_dir():
            return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(path.glob("*.json"))}
        document: Any = json.loads(path.read_text(encoding="utf-8"))
        return dict(document["contracts"]) if "contracts" in document else {path.stem: {**document}}
    except (OSError, ValueError, TypeError) as error:
        raise LookupError(f"{path} holds no contracts: {error}") from error


def freeze(root: Path = ROOT) -> Path:
    """Write the contracts as the release of the version that pyproject.toml names; the accepted breaks are done with.

    Raises LookupError where that version was released with other contracts.
    """
    file = root / RELEASES / f"{version()}.json"
    text = json.dumps({"version": version(), "contracts": current()}, indent=1, ensure_ascii=False) + "\n"
    if file.is_file() and file.read_text(encoding="utf-8") != text:
        raise LookupError(f"{version()} was released with other contracts: raise the version in pyproject.toml")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    (root / ACCEPTED).unlink(missing_ok=True)
    return file


def is_fact(name: str) -> bool:
    """Whether a contract's name is a fact's type; a command's has no version."""
    return _number(name) > 0


def _subject(name: str) -> str:
    return name.rpartition(".v")[0]


def _number(name: str) -> int:
    found = re.search(r"\.v([1-9][0-9]*)$", name)
    return int(found[1]) if found else 0


def version_of(text: str) -> tuple[int, ...]:
    """A release's version in a form that compares."""
    return tuple(int(part) for part in re.findall(r"\d+", text))
