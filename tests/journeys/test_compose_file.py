"""The compose file and .env.example name the same variables, with the same defaults. Needs no Docker."""

import re

from tests.architecture.tree import ROOT


def test_every_variable_of_the_compose_file_is_documented_with_its_default() -> None:
    used = re.findall(r"\$\{(\w+):-([^}]*)\}", (ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    shown = re.findall(r"^# ([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)

    assert set(used) == set(shown)
