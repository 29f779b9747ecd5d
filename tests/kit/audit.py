"""Asks an advisory service about everything that runs in production: `make audit`, part of `make check`.

An index that knows no advisories says of every package that it was not found, which is not to be taken for safety:
then, and when no service answers, it is said that nothing was audited. What is accepted stands in audit.toml.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
LOCK: Final = ROOT / "requirements-runtime.lock"
SERVICES: Final = ("osv", "pypi")
_ANSWERS_WITHIN_S: Final = 60


@dataclass
class Audited:
    """What the advisory services said: packages they answered for, and what is wrong with some."""

    answered: set[str] = field(default_factory=set)
    asked: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        """1 for a vulnerability that is not accepted; what could not be asked is not a failure, but it is said."""
        return 1 if self.wrong else 0

    def words(self) -> list[str]:
        """The verdict, as it is printed."""
        if not self.answered:
            return [f"audit: NOT DONE, no advisory service can be reached: {self.asked} packages were not audited"]
        left = self.asked - len(self.answered)
        gap = f", {left} could not be audited" if left else ""
        return [*self.wrong, f"audit: {len(self.answered)} packages, {len(self.wrong)} vulnerabilities{gap}"]


def accepted(document: Mapping[str, Any], today: date) -> Mapping[str, str]:
    """The advisories that are accepted until a day that has not come; raises ValueError for one without a reason."""
    found = {}
    for entry in document.get("accepted", ()):
        if not entry.get("because") or not isinstance(entry.get("until"), date):
            raise ValueError(f"audit.toml: {entry.get('id')} needs `because`, and `until` as a date")
        if entry["until"] >= today:
            found[str(entry["id"])] = str(entry["because"])
    return found


def verdict(reports: Iterable[Mapping[str, Any]], known: Mapping[str, str]) -> Audited:
    """What several answers of pip-audit come to."""
    audited, wrong, names = Audited(), {}, set()
    for report in reports:
        for package in report["dependencies"]:
            names.add(package["name"])
            if "skip_reason" in package:
                continue
            audited.answered.add(package["name"])
            for found in package["vulns"]:
                ids = {found["id"], *found["aliases"]}
                if not ids & set(known):
                    cure = f"update to {', '.join(found['fix_versions'])}" if found["fix_versions"] else "no fix yet"
                    wrong[package["name"], min(ids)] = (
                        f"{package['name']} {package['version']}: {found['id']}: {cure}, or accept it in audit.toml"
                    )
    audited.asked, audited.wrong = len(names), [wrong[key] for key in sorted(wrong)]
    return audited


def main() -> int:
    """Ask, print, and answer the exit code."""
    known = accepted(tomllib.loads((ROOT / "audit.toml").read_text("utf-8")), date.today())  # noqa: DTZ011
    pinned = sum("==" in line for line in LOCK.read_text("utf-8").splitlines())
    audited = verdict((report for service in SERVICES for report in _asked(service)), known)
    audited.asked = pinned
    for line in audited.words():
        print(line)  # noqa: T201
    return audited.code


def _asked(service: str) -> Sequence[Mapping[str, Any]]:
    """The answer of one service, or none."""
    words = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json", "--timeout", "8"]
    try:
        run = subprocess.run(
            [sys.executable, "-m", "pip_audit", "-r", str(LOCK), "--vulnerability-service", service, *words],
            capture_output=True,
            text=True,
            timeout=_ANSWERS_WITHIN_S,
            check=False,
        )
        return [json.loads(run.stdout)]
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return []


if __name__ == "__main__":
    sys.exit(main())
