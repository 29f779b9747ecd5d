"""`redress contracts register` against a real Apicurio Registry, in memory, from Maven Central."""

import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from redress import releases
from redress.registering import Level, RegistrySettings, client_of, register
from tests.kit.ports import free_port
from tests.tools.conftest import tool

APICURIO = "2.6.13.Final"
STARTS_WITHIN_S = 240.0

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The registry on loopback; Maven keeps what it fetched, so only the first run waits for it."""
    java, mvn = tool("java"), tool("mvn")
    folder, port = tmp_path_factory.mktemp("apicurio"), free_port()
    copy = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
    artifact = f"-Dartifact=io.apicurio:apicurio-registry-app:{APICURIO}:tar.gz:all"
    fetched = subprocess.run(
        [mvn, "-q", "-B", copy, artifact, f"-DoutputDirectory={folder}"], capture_output=True, text=True, check=False,
        timeout=500, cwd=folder,
    )  # fmt: skip
    assert fetched.returncode == 0, fetched.stdout[-2000:]
    with tarfile.open(next(folder.glob("*.tar.gz"))) as packed:
        packed.extractall(folder, filter="data")
    jar = next(folder.glob("*-runner.jar"))
    log = folder / "registry.log"
    words: list[str | Path] = [
        java,
        "-Xmx400m",
        "-Dquarkus.http.host=127.0.0.1",
        f"-Dquarkus.http.port={port}",
        "-jar",
        jar,
    ]
    with log.open("wb") as written, subprocess.Popen(words, cwd=folder, stdout=written, stderr=written) as process:
        try:
            yield _answering(f"http://127.0.0.1:{port}/apis/ccompat/v7", process, log)
        finally:
            process.terminate()


def _answering(url: str, process: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/subjects").is_success:
                return url
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"the registry does not answer; its log ends:\n{log.read_text(errors='replace')[-2000:]}")


def outcomes(url: str, contracts: releases.Contracts, level: Level | None = None) -> dict[str, str]:
    with client_of(url, RegistrySettings()) as client:
        return {one.name: one.outcome for one in register(contracts, client, level)}


def test_every_contract_is_registered_once(url: str) -> None:
    contracts = releases.current()

    assert outcomes(url, contracts) == dict.fromkeys(contracts, "registered")
    assert outcomes(url, contracts) == dict.fromkeys(contracts, "unchanged")
    assert set(httpx.get(f"{url}/subjects").json()) >= set(contracts)


def test_a_break_is_refused_by_the_registry_too(url: str) -> None:
    sound = {"tried.closed.v1": releases.current()["complaint.closed.v1"]}
    number = {"type": "integer"}
    broken = {name: {**schema, "properties": {**schema["properties"], "at": number}} for name, schema in sound.items()}

    assert outcomes(url, sound, "FULL") == {"tried.closed.v1": "registered"}
    assert outcomes(url, broken) == {"tried.closed.v1": "incompatible"}


def test_the_registry_takes_an_optional_field_for_a_break_until_it_is_told_not_to_judge(url: str) -> None:
    """Why `--level NONE` is there: an open schema says that old writers may have written a field of that name."""
    sound = {"grown.closed.v1": releases.current()["complaint.closed.v1"]}
    more = {"type": "string", "default": ""}
    grown = {name: {**schema, "properties": {**schema["properties"], "more": more}} for name, schema in sound.items()}

    assert outcomes(url, sound, "FULL") == {"grown.closed.v1": "registered"}
    assert outcomes(url, grown) == {"grown.closed.v1": "incompatible"}
    assert outcomes(url, grown, "NONE") == {"grown.closed.v1": "registered"}
