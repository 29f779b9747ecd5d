"""A process that lints one tree per line of input: import-linter takes longer to load than to lint."""

import contextlib
import io
import json
import os
import sys

from importlinter.cli import lint_imports


def main() -> None:
    for line in sys.stdin:
        os.chdir(line.rstrip("\n"))
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            failed = lint_imports(no_logo=True, no_cache=True)
        sys.stdout.write(json.dumps({"failed": bool(failed), "said": said.getvalue()}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
