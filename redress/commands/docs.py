"""`redress docs`: the event catalogue, the JSON Schemas and the AsyncAPI document, from the contracts."""

import sys

from rich.console import Console

from redress.catalogue import ROOT, files, stale, write

console = Console()


def docs(*, check: bool = False) -> None:
    """Write docs/events.md, docs/schemas and docs/asyncapi.json anew from the contracts.

    Parameters
    ----------
    check
        Write nothing; exit with 1 when a file is not what the code would write.
    """
    if not (ROOT / "pyproject.toml").is_file():
        raise LookupError("`redress docs` works in a checkout of the repository only")
    changed = stale() if check else write()
    for path in changed:
        console.print(f"{'stale' if check else 'written'}: {path}", highlight=False)
    if check and changed:
        console.print("run `make docs` and commit what it writes")
        sys.exit(1)
    console.print(f"{len(files())} generated files, {len(changed)} changed")
