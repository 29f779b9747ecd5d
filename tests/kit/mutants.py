"""Mutation testing of what is decided: `make mutants`, or `make mutants SERVICE=appeals`.

mutmut changes `services/*/domain` in one place at a time and runs the pure tests that reach it. `docs/mutation.md` is
made of what it left in `mutants/`: the score of every service, and each change that no test noticed, with the reason
(`tests/mutants.yaml`). A score under 90 %, or a survivor without a reason, fails.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import yaml
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from pydantic import BaseModel, ConfigDict

ROOT = Path(__file__).parents[2]
REASONS = ROOT / "tests" / "mutants.yaml"
PAGE = ROOT / "docs" / "mutation.md"
SERVICES = ("intake", "evidence", "mediation", "appeals")
LEAST = 90.0
"""What every service must reach, in percent."""


class Reason(BaseModel):
    """Why no test notices a change: because none could, or because one is owed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    where: str
    """The function, as a shell pattern: `services.*.domain.closing.x_seal`."""
    change: str
    """What is found in the changed lines, as a regular expression."""
    reason: str


@dataclass(frozen=True)
class Mutant:
    """One change, and what became of it."""

    name: str
    status: str

    @property
    def service(self) -> str:
        return self.name.split(".")[1]

    @property
    def place(self) -> str:
        """The function, without the number of the change in it, for numbers move with every edit."""
        return self.name.rsplit("__mutmut_", 1)[0]


@dataclass(frozen=True)
class Score:
    """How many changes the tests of a service notice. One that never ends is noticed."""

    service: str
    mutants: int
    killed: int
    timeouts: int

    @classmethod
    def of(cls, service: str, mutants: Sequence[Mutant]) -> "Score":
        own = [one.status for one in mutants if one.service == service]
        return cls(service, len(own), own.count("killed"), own.count("timeout"))

    @property
    def survived(self) -> int:
        return self.mutants - self.killed - self.timeouts

    @property
    def percent(self) -> float:
        return 100 * (self.killed + self.timeouts) / self.mutants if self.mutants else 0.0


def read(folder: Path) -> Sequence[Mutant]:
    """What mutmut wrote of every mutant; those it has not come to are not checked, so they are not killed either."""
    return [
        Mutant(name, status_by_exit_code[code])
        for meta in sorted(folder.glob("services/*/domain/*.meta"))
        for name, code in json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"].items()
    ]


def survivors(mutants: Sequence[Mutant]) -> Sequence[Mutant]:
    return [one for one in mutants if one.status not in {"killed", "timeout"}]


def change_of(mutant: Mutant) -> str:
    """The changed lines of a mutant, as a difference shows them."""
    lines = get_diff_for_mutant(mutant.name).splitlines()
    return "\n".join(line for line in lines if line[:1] in {"+", "-"} and line[:3] not in {"+++", "---"})


def reason_for(mutant: Mutant, change: str, reasons: Sequence[Reason]) -> str | None:
    """The first reason on file that fits."""
    found = (one for one in reasons if fnmatchcase(mutant.place, one.where) and re.search(one.change, change))
    return next((one.reason for one in found), None)


def reasons() -> Sequence[Reason]:
    return [Reason.model_validate(one) for one in yaml.safe_load(REASONS.read_text(encoding="utf-8"))]


def explained(changes: Mapping[Mutant, str], on_file: Sequence[Reason]) -> Mapping[Mutant, str | None]:
    return {mutant: reason_for(mutant, change, on_file) for mutant, change in changes.items()}


def page(scores: Sequence[Score], changes: Mapping[Mutant, str], why: Mapping[Mutant, str | None], made_of: str) -> str:
    """The committed page."""
    lines = [
        "# Mutation testing",
        "",
        "Made by `make mutants`; it takes most of an hour, so it is no part of CI. Every decision in",
        "`services/*/domain` is changed in one place at a time; a change that the pure tests notice is killed.",
        f"Every service must reach {LEAST:g} %, and every survivor has its reason in `tests/mutants.yaml`.",
        "",
        f"Run on {made_of}.",
        "",
        "| service | mutants | killed | timeouts | survived | score |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            f"| {s.service} | {s.mutants} | {s.killed} | {s.timeouts} | {s.survived} | {s.percent:.1f} % |"
            for s in scores
        ),
        "",
        "## What survives, and why",
    ]
    for reason in sorted({one or "NO REASON YET" for one in why.values()}):
        own = [mutant for mutant in changes if (why[mutant] or "NO REASON YET") == reason]
        lines += ["", f"### {reason} ({len(own)})", ""]
        for mutant in own:
            lines += [
                f"`{mutant.name.removeprefix('services.')}` ({mutant.status})",
                "",
                "```diff",
                changes[mutant],
                "```",
                "",
            ]
        lines.pop()
    return "\n".join(lines) + "\n"


def shortfalls(scores: Sequence[Score], why: Mapping[Mutant, str | None]) -> Iterator[str]:
    """What makes `make mutants` fail."""
    for score in scores:
        if score.percent < LEAST:
            yield f"{score.service}: {score.percent:.1f} % is under {LEAST:g} %"
    yield from (
        f"no reason on file: {mutant.name} ({mutant.status})" for mutant, reason in why.items() if reason is None
    )


def unused(changes: Mapping[Mutant, str], on_file: Sequence[Reason]) -> Iterator[str]:
    """Reasons that explain no survivor any more."""
    for one in on_file:
        if not any(reason_for(mutant, change, [one]) for mutant, change in changes.items()):
            yield f"explains nothing: {one.where}: {one.change}"


def made_of() -> str:
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, text=True, capture_output=True, check=True
    )
    return f"{date.today().isoformat()} at commit {commit.stdout.strip()}"  # noqa: DTZ011 - the day on this machine


def run(services: Sequence[str]) -> None:
    """Try every mutant of these services anew."""
    names = [f"services.{service}.domain.*" for service in services]
    subprocess.run([sys.executable, "-m", "mutmut", "run", "--max-children", "2", *names], cwd=ROOT, check=True)


def main(arguments: Sequence[str]) -> int:
    """`page` only reports what is in `mutants/`; otherwise the services named, or all of them, are run before."""
    if list(arguments) != ["page"]:
        run(arguments or SERVICES)
    mutants, on_file = read(ROOT / "mutants"), reasons()
    scores = [Score.of(service, mutants) for service in SERVICES]
    changes = {mutant: change_of(mutant) for mutant in survivors(mutants)}
    why = explained(changes, on_file)
    text = page(scores, changes, why, made_of())
    PAGE.write_text(text, encoding="utf-8")
    failed = [*shortfalls(scores, why), *unused(changes, on_file)]
    sys.stdout.write("\n".join([*(line for line in text.splitlines() if line.startswith("| ")), *failed, ""]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
