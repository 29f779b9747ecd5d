"""Prometheus' own tool reads the alerts and tests each of them, firing and quiet."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from redress.dashboard import queries
from tests.kit.prometheus import program
from tests.kit.replicas import ROOT

pytestmark = [pytest.mark.tools, pytest.mark.timeout(900)]

RULES = ROOT / "ops/prometheus/alerts.yml"
TESTS = ROOT / "tests/tools/alerts_test.yml"
NAMES = re.findall(r"- alert: (\w+)", RULES.read_text("utf-8"))


def promtool(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program("promtool"), *map(str, arguments)], capture_output=True, text=True, check=False)


def test_promtool_reads_the_alerts() -> None:
    done = promtool("check", "rules", "--lint-fatal", RULES)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(NAMES)} rules found" in done.stdout


def test_every_alert_fires_when_it_should_and_is_quiet_when_not() -> None:
    done = promtool("test", "rules", TESTS)

    assert done.returncode == 0, done.stdout + done.stderr
    tests = TESTS.read_text("utf-8")
    assert [name for name in NAMES if f"name: {name} fires" not in tests or f"name: {name} is quiet" not in tests] == []


def test_promtool_reads_every_query_of_the_dashboard(tmp_path: Path) -> None:
    asked = [query.replace("$__rate_interval", "5m").replace("$service", ".*") for query in queries()]
    rules = [{"record": f"dashboard:query:{n}", "expr": query} for n, query in enumerate(asked)]
    (tmp_path / "dashboard.yml").write_text(
        yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}), "utf-8"
    )

    done = promtool("check", "rules", tmp_path / "dashboard.yml")

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(asked)} rules found" in done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_an_alert_that_never_fires_is_found(name: str, tmp_path: Path) -> None:
    """The unit tests above are worth something: each notices that its alert is dead."""
    before, mine = RULES.read_text("utf-8").split(f"- alert: {name}\n", 1)
    dead = re.sub(
        r"(expr: (?:>-\n +)?)(.*?)(?=\n +(?:for|labels):)", r"\1(\2) and vector(0) > 1", mine, count=1, flags=re.DOTALL
    )
    (tmp_path / "alerts.yml").write_text(f"{before}- alert: {name}\n{dead}", "utf-8")
    tests = TESTS.read_text("utf-8").replace("../../ops/prometheus/alerts.yml", "alerts.yml")
    (tmp_path / "alerts_test.yml").write_text(tests, "utf-8")

    done = promtool("test", "rules", tmp_path / "alerts_test.yml")

    assert done.returncode, f"{name} is dead, and no test noticed"
    assert f'alertname=\\"{name}' in done.stdout + done.stderr
