"""`redress contracts`: what has changed since the last release, the release itself, and its registration."""

import sys
from collections import Counter
from pathlib import Path

from cyclopts import App
from rich.console import Console

from redress import registering, releases
from redress.catalogue import ROOT
from redress.registering import Level, RegistrySettings, client_of
from redress.releases import Change

app = App(name="contracts", help="Facts and commands as contracts: compare, release, register them.")
console = Console(soft_wrap=True, highlight=False)


@app.command
def diff(*, against: Path | None = None, every: bool = False, json: bool = False) -> None:
    """Say of each contract how it goes with the one of a release; exits with 1 where consumers or callers would break.

    Parameters
    ----------
    against
        A release file, a folder of schemas, or one schema; the last release by default.
    every
        Tell of unchanged contracts too.
    json
        Print JSON instead of lines.
    """
    if not (ROOT / "pyproject.toml").is_file():
        raise LookupError("`redress contracts` works in a checkout of the repository only")
    old = releases.frozen(against or releases.latest())
    new = releases.current()
    one_of_many = against is not None and against.is_file() and len(old) == 1
    changes = releases.compared(old, {name: new[name] for name in old if name in new} if one_of_many else new)
    answered = releases.accepted()
    if json:
        console.print_json(data=[_told(change, answered.get(change.name)) for change in changes])
    else:
        for change in changes:
            if every or change.note or change.breaks or old[change.name] != new[change.name]:
                _show(change, answered.get(change.name))
    broken = [change for change in changes if change.breaks and change.name not in answered]
    if not json:
        console.print(f"{len(changes)} contracts, {len(broken)} of them broken")
    sys.exit(1 if broken else 0)


@app.command
def release() -> None:
    """Write the contracts as those of the version in pyproject.toml; later ones are compared with them."""
    if not (ROOT / "pyproject.toml").is_file():
        raise LookupError("`redress contracts` works in a checkout of the repository only")
    file = releases.freeze()
    console.print(f"{len(releases.current())} contracts: {file.relative_to(ROOT)}")


@app.command
def register(*, registry: str, level: Level | None = None) -> None:
    """Put every contract into a schema registry, if all of them are compatible with what it has; safe to repeat.

    Who registers is REDRESS_REGISTRY_USERNAME with REDRESS_REGISTRY_PASSWORD, or REDRESS_REGISTRY_TOKEN. Exits with 1
    where the registry holds a contract incompatible; it then has none of the new ones.

    Parameters
    ----------
    registry
        Where its Confluent-compatible interface begins; of Apicurio for example http://localhost:8080/apis/ccompat/v7.
    level
        The compatibility level to set for what is registered. NONE leaves the verdict to `redress contracts diff`,
        for registries that take every new optional field of an open schema for a break.
    """
    with client_of(registry, RegistrySettings()) as client:
        found = list(registering.register(releases.current(), client, level))
    for one in found:
        if one.outcome == "incompatible":
            console.print(f"{one.name}: incompatible")
            for message in one.messages:
                console.print(f"  {message}")
            console.print(
                "  cure: a new version of the type; or --level NONE where `redress contracts diff` finds no break"
            )
    counts = Counter(one.outcome for one in found)
    console.print(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())))
    sys.exit(1 if counts["incompatible"] else 0)


def _show(change: Change, answered: str | None) -> None:
    console.print(f"{change.name}: {change.note or change.verdict} (needed: {change.needed})")
    for reason in change.breaks:
        console.print(f"  {reason}")
    if change.breaks and answered:
        console.print(f"  accepted: {answered}")
    elif change.breaks:
        console.print(
            "  cure: leave this type as it was, and tell or take a new version beside it; a break that somebody"
        )
        console.print(f"  answers for stands with its reason in {releases.ACCEPTED}")


def _told(change: Change, answered: str | None) -> dict[str, object]:
    judged = change.judged
    return {
        "contract": change.name,
        "verdict": change.verdict,
        "needed": change.needed,
        "backward": list(judged.backward) if judged else [],
        "forward": list(judged.forward) if judged else [],
        "breaks": list(change.breaks),
        "note": change.note,
        "accepted": answered,
    }
