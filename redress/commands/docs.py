"""`redress docs`: the event catalogue, the JSON Schemas, the AsyncAPI and OpenAPI documents, from the code."""

import sys

from rich.console import Console

from redress.catalogue import files, require_checkout, stale, write

console = Console()


def docs(*, check: bool = False) -> None:
    """Write docs/events.md, docs/schemas, docs/asyncapi.json and docs/openapi anew from the code.

    Parameters
    ----------
    check
        Write nothing; exit with 1 when a file is not what the code would write.
    """
    require_checkout("docs")
    changed = stale() if check else write()
    for path in changed:
        console.print(f"{'stale' if check else 'written'}: {path}", highlight=False)
    if check and changed:
        console.print("run `make docs` and commit what it writes")
        sys.exit(1)
    console.print(f"{len(files())} generated files, {len(changed)} changed")
