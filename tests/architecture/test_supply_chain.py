"""What goes into the image is listed, looked after and not root's."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.tree import ROOT
from tests.kit.audit import accepted, verdict
from tests.kit.secret_scan import secrets_in

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def test_the_sbom_lists_every_pinned_package_with_all_its_hashes() -> None:
    """`make sbom` writes it, and `make lock` calls that."""
    lock = (ROOT / "requirements-runtime.lock").read_text("utf-8")
    pinned = dict(
        found[0].split("==") for line in lock.splitlines() if (found := re.match(r"[a-z0-9-]+==[^ ;]+", line))
    )
    components = json.loads((ROOT / "sbom.cdx.json").read_text("utf-8"))["components"]

    listed = {one["name"]: one["version"] for one in components}
    hashes = {
        found["content"] for one in components for ref in one["externalReferences"] for found in ref.get("hashes", ())
    }

    assert listed == pinned, "run make sbom"
    assert hashes == set(re.findall(r"sha256:([0-9a-f]{64})", lock)), "run make sbom"


def test_the_image_holds_the_sbom_and_says_where() -> None:
    assert re.search(r"^COPY .*\bsbom\.cdx\.json /opt/redress/$", DOCKERFILE, re.MULTILINE)
    assert 'org.cyclonedx.sbom="/opt/redress/sbom.cdx.json"' in DOCKERFILE


def test_nothing_of_ours_runs_as_root_or_may_write_its_own_code() -> None:
    """INVARIANT: the last user of the image has a number that is not 0, and no service of compose takes another."""
    last_stage = DOCKERFILE.split("\nFROM ")[-1]
    users = re.findall(r"^USER (\S+)$", last_stage, re.MULTILINE)
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    ours = {name: one for name, one in services.items() if str(one["image"]).startswith("${REDRESS_IMAGE")}

    assert users == ["10001:10001"]
    assert set(ours) >= {"intake", "evidence", "mediation", "appeals", "gateway", "topics", "keys"}
    for name, service in ours.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert not {"user", "privileged", "cap_add", "network_mode", "pid"} & set(service), name


def report(*dependencies: dict[str, Any]) -> dict[str, Any]:
    return {"dependencies": list(dependencies)}


SOUND = {"name": "motor", "version": "3.7.1", "vulns": []}
UNKNOWN = {"name": "motor", "skip_reason": "not found"}
HOLED = {
    "name": "pillow",
    "version": "13.0.0",
    "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-2026-1"], "fix_versions": ["13.0.1"]}],
}


def test_a_vulnerability_fails_the_audit_once_and_says_what_mends_it() -> None:
    audited = verdict([report(SOUND, HOLED), report(HOLED)], {})

    assert audited.code == 1
    assert [line for line in audited.words() if "pillow" in line] == [
        "pillow 13.0.0: PYSEC-1: update to 13.0.1, or accept it in audit.toml"
    ]


def test_an_accepted_vulnerability_passes_until_its_day() -> None:
    entry = {"id": "CVE-2026-1", "because": "we decode nothing of the kind", "until": date(2026, 12, 1)}

    assert verdict([report(HOLED)], accepted({"accepted": [entry]}, date(2026, 12, 1))).code == 0
    assert verdict([report(HOLED)], accepted({"accepted": [entry]}, date(2026, 12, 2))).code == 1
    with pytest.raises(ValueError, match="needs `because`"):
        accepted({"accepted": [{"id": "CVE-2026-1", "until": date(2026, 12, 1)}]}, date(2026, 12, 1))


@pytest.mark.parametrize("reports", [[], [report(UNKNOWN)]])
def test_an_audit_that_nobody_answered_does_not_pass_for_a_clean_one(reports: list[Any]) -> None:
    assert "NOT DONE" in verdict(reports, {}).words()[0]


def test_a_planted_secret_is_found(tmp_path: Path) -> None:
    file = tmp_path / "settings.py"
    file.write_text('github = "ghp_' + "a1B2c3D4e5F6" * 3 + '"\npassword = "' + 'correct-horse"\n')

    assert secrets_in(file)
    assert [found.partition(":")[0] for found in secrets_in(file, made_up=True)] == ["1"]
    file.write_text("password = settings.password\n")
    assert not secrets_in(file)
