"""`redress policy`: check, show and compare policies, and see what a draft would have changed."""

import asyncio
import json as plain_json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

from cyclopts import App
from rich.console import Console
from rich.table import Table

from redress.policy_diff import Difference, differences
from redress.registry import opened
from redress.simulating import Simulation
from redress.simulating import simulate as run_simulation
from shared.adapters.policy_document import Fault
from shared.adapters.policy_files import PolicyFaults, read_policies
from shared.adapters.settings import Settings
from shared.kernel.money import Money
from shared.kernel.policy import Policy, PolicyBook

app = App(name="policy", help="The rules as data: check, show, compare, and try a draft on closed cases.")
console = Console()


@app.command
def check(path: Path | None = None, *, json: bool = False) -> None:
    """Say whether policies can be used, and every fault with file, line, field, rule and cure; exits with 1 on faults.

    Parameters
    ----------
    path
        A folder of policies, or one file; REDRESS_POLICIES by default.
    json
        Print versions and faults as JSON.
    """
    versions: Sequence[Policy] = ()
    faults: Sequence[Fault] = ()
    try:
        versions = read_policies(path or Settings().policies).versions
    except PolicyFaults as wrong:
        faults = wrong.faults
    if json:
        shown = [{"version": one.version, "in_force_from": one.in_force_from.isoformat()} for one in versions]
        _print_json({"versions": shown, "faults": [asdict(fault) for fault in faults]})
    for fault in () if json else faults:
        _line(str(fault))
    for policy in () if json else versions:
        clauses, categories = len(policy.clauses), len(policy.categories)
        _line(f"{policy.version}: sound; {clauses} clauses, {categories} categories")
    sys.exit(1 if faults else 0)


@app.command
def show(version: str | None = None, *, json: bool = False) -> None:
    """List the versions and when each is in force; or show one of them whole.

    Parameters
    ----------
    version
        A version, its name, a former version, or a file.
    json
        Print it as JSON.
    """
    if version is not None:
        policy = _policy(version)
        if json:
            _print_json(policy.model_dump(mode="json"))
        else:
            _show_policy(policy)
        return
    book = _book(Settings().policies)
    rows = [(one, following) for one, following in pairwise([*book.versions, None]) if one is not None]
    if json:
        _print_json(
            [
                {
                    "version": one.version,
                    "in_force_from": one.in_force_from.isoformat(),
                    "in_force_until": following.in_force_from.isoformat() if following else None,
                    "formerly": list(one.formerly),
                }
                for one, following in rows
            ]
        )
        return
    table = _columns("version", "in force from", "until", "stands for cases pinned to")
    for one, following in rows:
        until = following.in_force_from.isoformat() if following else "replaced"
        table.add_row(one.version, one.in_force_from.isoformat(), until, ", ".join(one.formerly))
    console.print(table)


@app.command
def diff(old: str, new: str, *, json: bool = False) -> None:
    """What differs in meaning between two policies; comments, layout and order of clauses do not.

    Parameters
    ----------
    old
        A version, its name, or a file.
    new
        A version, its name, or a file.
    json
        Print the differences as JSON.
    """
    before, after = _policy(old), _policy(new)
    found = differences(before, after)
    if json:
        changes = [difference._asdict() for difference in found]
        _print_json({"old": before.version, "new": after.version, "changes": changes})
        return
    _line(f"{before.version} -> {after.version}: {len(found)} differences")
    if found:
        console.print(_table(found))


@app.command
def simulate(draft: str, *, unfinished: bool = False, json: bool = False) -> None:
    """Decide closed cases of intake's log again under a draft, and list those that would have come out otherwise.

    Reads the log in the MongoDB that REDRESS_MONGO__* name and writes nothing. The draft counts as in force for all.

    Parameters
    ----------
    draft
        A policy file, or a version of REDRESS_POLICIES.
    unfinished
        Take cases that are still open, too.
    json
        Print the result as JSON.
    """
    settings = Settings()
    policy, book = _policy(draft), _book(settings.policies)

    async def run() -> Simulation:
        async with opened("intake", settings) as ports:
            return await run_simulation(ports.log, settings.lanes, book, policy, unfinished=unfinished)

    result = asyncio.run(run())
    if json:
        _print_json(as_data(result))
    else:
        _show_simulation(result)


def as_data(result: Simulation) -> dict[str, Any]:
    """A simulation as `--json` prints it."""
    return {
        "draft": result.draft,
        "replayed": result.replayed,
        "differing": [
            {"case_id": one.case_id, "pinned": one.pinned, "changes": [change._asdict() for change in one.changes]}
            for one in result.differing
        ],
        "doubtful": [{"case_id": one.case_id, "why": [why._asdict() for why in one.why]} for one in result.doubtful],
    }


def _show_simulation(result: Simulation) -> None:
    if result.differing:
        table = _columns("case", "asked", "what", "as recorded", "under the draft")
        for case in result.differing:
            for change in case.changes:
                table.add_row(case.case_id, change.of, change.what, change.recorded, change.draft)
        console.print(table)
    for doubt in result.doubtful:
        for why in doubt.why:
            _line(f"cannot be told: {doubt.case_id} {why.of} of {why.at.isoformat()}: {why.why}")
    same = result.replayed - len(
        {*(one.case_id for one in result.differing), *(one.case_id for one in result.doubtful)}
    )
    _line(
        f"{result.draft}: {result.replayed} cases replayed, {len(result.differing)} would differ, "
        f"{same} would not, {len(result.doubtful)} cannot be told in every part"
    )


def _show_policy(policy: Policy) -> None:
    _line(f"{policy.version}, in force from {policy.in_force_from.isoformat()}")
    clauses = _columns("clause", "zh", "en", title="clauses")
    for clause in policy.clauses:
        clauses.add_row(clause.id, clause.zh, clause.en)
    console.print(clauses)
    categories = _columns("category", "sub-reason", "clause", "remedies", title="categories")
    for name, category in policy.categories.items():
        for reason in category.sub_reasons:
            categories.add_row(name, reason, category.clause_of(reason), ", ".join(category.remedies))
    console.print(categories)
    numbers = _columns("field", "value", title="windows (hours), reminders, limits and the rest")
    rest = policy.model_dump(mode="json", exclude={"version", "formerly", "in_force_from", "clauses", "categories"})
    for area, values in rest.items():
        for name, value in values.items() if isinstance(values, dict) else [("", values)]:
            numbers.add_row(f"{area}.{name}".rstrip("."), _said(area, value))
    console.print(numbers)


def _table(found: Sequence[Difference]) -> Table:
    table = _columns("area", "field", "", "old", "new")
    for one in found:
        table.add_row(one.area, one.path, one.kind, _said(one.area, one.old), _said(one.area, one.new))
    return table


def _said(area: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case {"minor": int(), "currency": str(), **rest} if not rest:
            return str(Money.model_validate(value))
        case int() | float() if area == "windows":
            return f"{value:g} h" + (f" ({value / 24:g} d)" if value % 24 == 0 else "")
        case {"id": _, "zh": zh, "en": en}:
            return f"{zh} / {en}"
        case str():
            return value
        case _:
            return plain_json.dumps(value, ensure_ascii=False)


def _policy(text: str) -> Policy:
    """The policy of a file, or the version of that name; raises LookupError naming those there are."""
    if (file := Path(text)).is_file():
        return _book(file).versions[0]
    book = _book(Settings().policies)
    for policy in book.versions:
        if text in {policy.version, policy.name, *policy.formerly}:
            return policy
    names = ", ".join(policy.version for policy in book.versions)
    raise LookupError(f"{text} is neither a file nor a policy version; there are: {names}")


def _book(path: Path) -> PolicyBook:
    """Sound policies; else every fault is printed and the exit code is 1, as with `check`."""
    try:
        return read_policies(path)
    except PolicyFaults as wrong:
        for fault in wrong.faults:
            _line(str(fault))
        sys.exit(1)


def _columns(*names: str, title: str | None = None) -> Table:
    """A table that folds what does not fit: a version or an instant that is cut off says nothing."""
    table = Table(title=title)
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def _line(text: str) -> None:
    """One line for one thing, however wide: other programs read it, too."""
    console.print(text, highlight=False, soft_wrap=True, markup=False)


def _print_json(data: Any) -> None:
    sys.stdout.write(plain_json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n")
