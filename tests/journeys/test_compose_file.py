"""The compose files and .env.example name the same variables, with the same defaults. Needs no Docker."""

import re

from tests.architecture.tree import ROOT


def test_every_variable_of_the_compose_files_is_documented_with_its_default() -> None:
    files = "".join(path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("docker-compose*.yml")))
    used = re.findall(r"\$\{(\w+):-([^}]*)\}", files)
    shown = re.findall(r"^# ([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)

    assert set(used) == set(shown)
