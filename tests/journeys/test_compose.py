"""The compose file keeps its promises: all comes up, scales, is locked down, and stops cleanly."""

import re
import time

import httpx
import pytest

from shared.contracts import appeals, evidence, intake, mediation, platform
from shared.kernel.lanes import LANES
from tests.journeys.composed import SERVICES, Composed, eventually

pytestmark = [pytest.mark.containers, pytest.mark.timeout(1500)]

CONTRACTS = (appeals, evidence, intake, mediation, platform)
FACTS = {fact.TOPIC for module in CONTRACTS for fact in vars(module).values() if hasattr(fact, "TOPIC")}
COMMANDS = {f"{service}.{kind}" for service in SERVICES for kind in ("commands", "replies")}

STOP_GRACE_S = 30
WRONG_CONFIGURATION = 78
UNAVAILABLE = 69


def test_every_topic_exists_with_one_partition_per_lane(composed: Composed) -> None:
    tool = ("/opt/kafka/bin/kafka-topics.sh", "--bootstrap-server", "localhost:9092", "--describe")

    described = composed.must("exec", "-T", "kafka", *tool)

    partitions = {name: int(n) for name, n in re.findall(r"Topic: (\S+)\s.*PartitionCount: (\d+)", described)}
    expected = dict.fromkeys(FACTS | COMMANDS, LANES)
    assert expected.items() <= partitions.items(), sorted(expected.items() - partitions.items())


def test_the_topics_job_finds_nothing_to_do_the_second_time(composed: Composed) -> None:
    composed.must("run", "--rm", "topics")


def test_the_keys_job_leaves_the_master_key_as_it_is(composed: Composed) -> None:
    assert "there already" in composed.must("run", "--rm", "keys")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_ready_and_owns_every_lane(composed: Composed, service: str) -> None:
    eventually(lambda: _lanes_of_each(composed, service), [list(range(LANES))])

    answer = httpx.get(f"{composed.base_urls[service]}/readyz", timeout=10)
    assert (answer.status_code, answer.json()["rule"]) == (404, "route_must_exist")


def test_two_replicas_share_the_lanes_and_one_takes_them_back(composed: Composed) -> None:
    composed.up("--scale", "mediation=2")
    try:
        health = [each["State"]["Health"]["Status"] for each in composed.containers("mediation")]
        assert health == ["healthy", "healthy"]
        eventually(lambda: _all_lanes(composed, "mediation"), list(range(LANES)))
        assert all(_lanes_of_each(composed, "mediation")), "a replica idles"
        assert httpx.get(f"{composed.base_urls['mediation']}/openapi.json", timeout=10).status_code == 200
    finally:
        composed.up("--scale", "mediation=1")

    eventually(lambda: _all_lanes(composed, "mediation"), list(range(LANES)), within_s=120)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_runs_without_privileges(composed: Composed, service: str) -> None:
    seen = composed.must("exec", "-T", service, "sh", "-c", "id -u; touch /opt/x 2>&1; cat /proc/self/status")

    assert seen.startswith("10001\n")
    assert "Read-only file system" in seen
    assert re.search(r"CapBnd:\s+0+\n", seen)
    assert re.search(r"NoNewPrivs:\s+1\n", seen)


def test_services_stop_in_time_and_cleanly(composed: Composed) -> None:
    start = time.monotonic()
    composed.must("stop", *SERVICES)
    took = time.monotonic() - start
    try:
        exits = {service: composed.containers(service)[0]["State"]["ExitCode"] for service in SERVICES}
    finally:
        composed.up()

    assert exits == dict.fromkeys(SERVICES, 0)
    assert took < STOP_GRACE_S


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("REDRESS_LANES=7", WRONG_CONFIGURATION),
        ("REDRESS_KAFKA__BOOTSTRAP=nowhere:9092", UNAVAILABLE),
        ("REDRESS_MONGO__URL=mongodb://nowhere:27017/?serverSelectionTimeoutMS=3000", UNAVAILABLE),
    ],
)
def test_a_service_that_cannot_start_says_why_with_its_exit_code(composed: Composed, setting: str, code: int) -> None:
    ended = composed.run("run", "--rm", "--no-deps", "-e", setting, "intake")

    assert ended.returncode == code, ended.stderr


def _lanes_of_each(composed: Composed, service: str) -> list[list[int]]:
    return [sorted(each["body"]["lanes"]) for each in composed.readiness(service) if each["status"] == 200]


def _all_lanes(composed: Composed, service: str) -> list[int]:
    return sorted(lane for lanes in _lanes_of_each(composed, service) for lane in lanes)
