"""What the Helm chart promises, told from the copies of what it renders; `make tools` compares those with helm's."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import yaml

from shared.contracts.topology import SERVICES
from shared.kernel.lanes import LANES
from tests.architecture.tree import ROOT
from tests.kit.chart import CHART, EXAMPLES, Manifest, copy_of, manifests
from tests.kit.chart_rules import broken, of_kind

COPIES = {name: manifests(copy_of(name).read_text(encoding="utf-8")) for name in EXAMPLES}
VALUES = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_manifest_keeps_to_the_rules(example: str) -> None:
    assert broken(COPIES[example]) == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_service_is_deployed_under_names_that_outlive_a_restart(example: str) -> None:
    sets = of_kind(COPIES[example], "StatefulSet")

    assert {one["spec"]["template"]["spec"]["containers"][0]["name"] for one in sets} == set(SERVICES)
    for one in sets:
        env = one["spec"]["template"]["spec"]["containers"][0]["env"]
        assert env[0]["name"] == "REDRESS_INSTANCE"
        assert env[0]["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}


def pod(documents: list[Manifest]) -> Any:
    return of_kind(documents, "StatefulSet")[0]["spec"]["template"]["spec"]


def container(documents: list[Manifest]) -> Any:
    return pod(documents)["containers"][0]


def config(documents: list[Manifest]) -> Any:
    return of_kind(documents, "ConfigMap")[0]["data"]


def path(documents: list[Manifest]) -> Any:
    return of_kind(documents, "Ingress")[0]["spec"]["rules"][0]["http"]["paths"][0]


PLANTED: dict[str, Callable[[list[Manifest]], Any]] = {
    "may run as root": lambda d: pod(d)["securityContext"].pop("runAsNonRoot"),
    "no seccomp profile": lambda d: pod(d)["securityContext"].pop("seccompProfile"),
    "may write its root": lambda d: container(d)["securityContext"].pop("readOnlyRootFilesystem"),
    "has capabilities": lambda d: container(d)["securityContext"].pop("capabilities"),
    "a token of the cluster": lambda d: pod(d).pop("automountServiceAccountToken"),
    "has no bounds": lambda d: container(d).pop("resources"),
    "no disruption budget": lambda d: d.pop(d.index(of_kind(d, "PodDisruptionBudget")[0])),
    "has no service": lambda d: [d.pop(d.index(one)) for one in of_kind(d, "Service")],
    "not given 30 seconds": lambda d: pod(d).update(terminationGracePeriodSeconds=5),
    "makes a Secret": lambda d: d.append({"kind": "Secret", "metadata": {"name": "planted"}}),
    "secret in a ConfigMap": lambda d: config(d).update({"REDRESS_KAFKA__PASSWORD": "x"}),
    "secret in the environment": lambda d: container(d)["env"].append({"name": "REDRESS_KEYS__MASTER", "value": "x"}),
    "is no setting": lambda d: config(d).update(REDRESS_KAFKA__BOTSTRAP="x"),
    "REDRESS_LANE is no setting": lambda d: container(d)["env"].append({"name": "REDRESS_LANE", "value": "1"}),
    "file mongo__uri is no setting": lambda d: pod(d)["volumes"][1]["projected"]["sources"][0]["secret"].update(
        items=[{"key": "url", "path": "mongo__uri"}]
    ),
    "intake would not start: nothing says how callers": lambda d: config(d).pop("REDRESS_AUTH__MODE"),
    "REDRESS_AUTH__ISSUER is missing": lambda d: config(d).pop("REDRESS_AUTH__ISSUER"),
    "no master key is configured": lambda d: config(d).pop("REDRESS_KEYS__MASTER_FILE"),
    "SCRAM-SHA-512 needs username as well": lambda d: pod(d)["volumes"][1]["projected"]["sources"].pop(1),
    "would look for MongoDB": lambda d: pod(d)["volumes"][1]["projected"]["sources"].pop(0),
    "nothing is mounted where": lambda d: container(d)["volumeMounts"].pop(2),
    "which is no volume": lambda d: pod(d)["volumes"].pop(),
    "readinessProbe does not ask": lambda d: container(d)["readinessProbe"]["httpGet"].update(path="/livez"),
    "lets the operations endpoints out": lambda d: path(d).update(path="/"),
    "/metrics lets the operations endpoints out": lambda d: path(d).update(path="/metrics"),
    "can be reached from outside": lambda d: of_kind(d, "Service")[0]["spec"].update(type="LoadBalancer"),
    "lets everybody in": lambda d: of_kind(d, "NetworkPolicy")[0]["spec"]["ingress"].append({"ports": []}),
    "reach the operations port": lambda d: of_kind(d, "NetworkPolicy")[0]["spec"]["ingress"][0]["ports"].append(
        {"port": 9464}
    ),
}


@pytest.mark.parametrize("said", PLANTED)
def test_a_manifest_that_breaks_a_rule_is_found(said: str) -> None:
    documents = list(deepcopy(COPIES["production"]))
    PLANTED[said](documents)

    assert any(said in problem for problem in broken(documents)), broken(documents)


def test_the_ingress_lets_every_call_through_that_a_service_answers() -> None:
    (ingress,) = of_kind(COPIES["production"], "Ingress")
    for rule in ingress["spec"]["rules"]:
        service = rule["http"]["paths"][0]["backend"]["service"]["name"].removeprefix("redress-")
        let_through = {one["path"].strip("/") for one in rule["http"]["paths"]}
        answered = json.loads((ROOT / f"docs/openapi/{service}.json").read_text(encoding="utf-8"))["paths"]
        assert let_through == {path.split("/")[1] for path in answered}


def test_autoscaling_goes_by_a_metric_that_services_tell() -> None:
    told = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "shared").rglob("*.py"))
    for one in of_kind(COPIES["production"], "HorizontalPodAutoscaler"):
        (metric,) = one["spec"]["metrics"]
        name = metric["external"]["metric"]["name"]
        assert f'"{name.removeprefix("redress_")}"' in told
        assert one["spec"]["maxReplicas"] <= LANES


def test_memory_and_lanes_are_those_of_compose_and_code() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")

    assert VALUES["lanes"] == LANES
    for service in SERVICES:
        own = VALUES["services"][service] or VALUES["defaults"]
        size = own["resources"]["limits"]["memory"].removesuffix("i")
        assert f"{'EVIDENCE' if service == 'evidence' else 'SERVICE'}_MEMORY:-{size}" in compose
