"""`redress contracts`: what has changed since the last release, and the release itself."""

import sys
from pathlib import Path

from cyclopts import App
from rich.console import Console

from redress import releases
from redress.catalogue import ROOT
from redress.releases import Change

app = App(name="contracts", help="Facts and commands as contracts: compare them with a release, release them.")
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
