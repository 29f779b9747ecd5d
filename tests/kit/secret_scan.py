"""Looks for secrets in every file that git has or would take: `make secrets`, part of `make check`.

What is none says so beside it: `pragma: allowlist secret`. In tests passwords are made up, and the chart's examples
only name Secrets, so there only the forms of real keys and tokens count. A file is looked at again when it changes:
all of them take half a minute.
"""

import hashlib
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import transient_settings

ROOT: Final = Path(__file__).parents[2]
_CACHE: Final = ROOT / ".secrets_cache"
_GUESSES: Final = {"KeywordDetector", "Base64HighEntropyString", "HexHighEntropyString", "BasicAuthDetector"}
"""Detectors that go by names and looks, not by the form of a known kind of key."""
_GUESSED_WRONG: Final = ("tests/", "deploy/helm/redress/ci/", "deploy/helm/rendered/")
_CURE: Final = (
    "a secret? Take it out of the file and of git's history, and make a new one; "
    "if it is none, say `pragma: allowlist secret` on its line"
)
_HASHES: Final = (".lock", ".cdx.json", "package-lock.json", "go.sum", "recordings/demo.jsonl")
"""Files that are nothing but hashes, and the recorded topics of the demo: every fact has a digest."""


def secrets_in(file: Path, *, made_up: bool = False) -> list[str]:
    """Every secret in a file as `line: kind`. `made_up` passes what could as well be a test's own password."""
    detectors: Mapping[str, type] = get_mapping_from_secret_type_to_class()
    names = {detector.__name__ for detector in detectors.values()}
    wanted = [{"name": name} for name in sorted(names - (_GUESSES if made_up else set()))]
    with transient_settings({"plugins_used": wanted}):
        return [f"{found.line_number}: {found.type}" for found in scan_file(str(file))]


def main() -> int:
    """Answer 1 when there is a secret, and say where and what to do."""
    files = _files()
    known = set(_CACHE.read_text().split()) if _CACHE.exists() else set()
    found, clean = [], set()
    for name, mark in files.items():
        looked_at = mark in known or name.endswith(_HASHES)
        here = [] if looked_at else secrets_in(ROOT / name, made_up=name.startswith(_GUESSED_WRONG))
        found += [f"{name}:{one}" for one in here]
        clean |= set() if here else {mark}
    _CACHE.write_text("\n".join(sorted(clean)) + "\n")
    for one in found:
        print(f"{one}: {_CURE}")  # noqa: T201
    return 1 if found else 0


def _files() -> Mapping[str, str]:
    """Every file that is or would be committed, with a mark that changes with its content and with the detectors."""
    listed = _git("ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate").split("\n")
    names = [name for name in listed if name and (ROOT / name).is_file() and not (ROOT / name).is_symlink()]
    hashes = _git("hash-object", "--stdin-paths", given=names).split()
    detectors = version("detect-secrets") + hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    return {
        name: hashlib.sha256(f"{detectors} {name} {blob}".encode()).hexdigest()
        for name, blob in zip(names, hashes, strict=True)
    }


def _git(*words: str, given: Iterable[str] = ()) -> str:
    run = subprocess.run(["git", *words], cwd=ROOT, input="\n".join(given), capture_output=True, text=True, check=True)
    return run.stdout


if __name__ == "__main__":
    sys.exit(main())
