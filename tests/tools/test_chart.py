"""The Helm chart under helm and kubeconform themselves. `make tools` builds both where there is Go."""

import json
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.kit.chart import CHART, EXAMPLES, KUBERNETES, copy_of, helm, manifests, rendered
from tests.kit.chart_rules import broken
from tests.kit.go_tools import go_tool

pytestmark = pytest.mark.timeout(900)  # to build helm takes minutes, once

SMALL = EXAMPLES["small"]
JWT = 'auth={"mode": "jwt", "issuer": "https://login", "audience": "redress", "jwksUrl": "http://login:81/jwks.json"}'
TOKEN = {
    "bootstrap": "kafka:9093", "securityProtocol": "SASL_SSL", "saslMechanism": "OAUTHBEARER", "existingSecret": "kafka"
}  # fmt: skip
FOREIGN = "ServiceMonitor,PrometheusRule"
"""Of the Prometheus operator: no schema of them is among Kubernetes' own."""


@pytest.mark.parametrize("example", EXAMPLES)
def test_helm_finds_nothing_to_complain_of(example: str) -> None:
    answer = helm("lint", CHART, "--strict", "-f", EXAMPLES[example])

    assert answer.returncode == 0, answer.stdout
    assert "0 chart(s) failed" in answer.stdout


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_copies_are_what_helm_renders(example: str) -> None:
    """`python -m tests.kit.chart` renders them anew."""
    assert rendered(EXAMPLES[example]) == copy_of(example).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kubernetes' schemas as the package kubernetes-validate brings them, each with what it refers to inside it."""
    version = KUBERNETES.rpartition(".")[0]
    brought = files("kubernetes_validate") / f"kubernetes-json-schema/v{version}.0-local-strict"
    folder = tmp_path_factory.mktemp("schemas")

    def read(name: str) -> Any:
        return json.loads((brought / name).read_text(encoding="utf-8").replace('"/api/_definitions.json#', '"#'))

    definitions = read("_definitions.json")["$defs"]
    for kind in {schema_of(one) for name in EXAMPLES for one in manifests(rendered(EXAMPLES[name]))}:
        if (brought / kind).is_file():
            (folder / kind).write_text(json.dumps({**read(kind), "$defs": definitions}), encoding="utf-8")
    return folder


def schema_of(manifest: dict[str, Any]) -> str:
    group, _, version = manifest["apiVersion"].rpartition("/")
    return "-".join(filter(None, (manifest["kind"].lower(), group.split(".")[0], version))) + ".json"


def conform(schemas: Path, text: str) -> tuple[int, dict[str, Any]]:
    where = f"{schemas}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
    options = ["-strict", "-output", "json", "-summary", "-skip", FOREIGN, "-schema-location", where]
    answer = subprocess.run([go_tool("kubeconform"), *options], input=text, capture_output=True, text=True, check=False)
    return answer.returncode, json.loads(answer.stdout)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_manifest_is_one_that_kubernetes_takes(example: str, schemas: Path) -> None:
    code, told = conform(schemas, rendered(EXAMPLES[example]))

    assert code == 0, told
    assert told["summary"]["valid"] >= 20
    assert (told["summary"]["invalid"], told["summary"]["errors"]) == (0, 0)


def test_a_misspelt_field_would_be_found(schemas: Path) -> None:
    code, told = conform(schemas, rendered(SMALL).replace("terminationGracePeriodSeconds", "terminationGraceSeconds"))

    assert code == 1
    assert "terminationGraceSeconds" in json.dumps(told)


@pytest.mark.parametrize(
    "values",
    [
        ("networkPolicy.enabled=false", "topics.enabled=false"),
        ("keys=" + json.dumps({"existingSecret": "", "sealNothing": True}),),
        ('kafka={"bootstrap": "kafka:9093", "securityProtocol": "SASL_SSL", "existingSecret": "kafka"}',),
        (f"kafka={json.dumps(TOKEN)}",),
        ('kafka={"bootstrap": "kafka:9093", "securityProtocol": "SSL", "certSecret": "own", "caSecret": "ca"}',),
        (JWT, 'auth.jwksUrl=""', 'auth.jwksConfigMap="issuer"', "networkPolicy.http=[]"),
        (JWT, 'config={"REDRESS_AUTH__ROLE_CLAIM": "role"}'),
        ("spread.zones=false", 'ingress={"enabled": true, "hosts": {"intake": "intake.example.com"}}'),
        ('services.evidence.config={"REDRESS_WORKERS__SIZE": "4"}', "defaults.autoscaling.enabled=true"),
    ],
)
def test_other_values_keep_to_the_same_rules(values: tuple[str, ...], schemas: Path) -> None:
    text = rendered(SMALL, *values)

    assert broken(manifests(text)) == []
    assert conform(schemas, text)[0] == 0


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('image.repository=""', "image.repository is empty: name your registry's copy"),
        ('kafka.bootstrap=""', "kafka.bootstrap is empty: give Kafka's address as host:port"),
        ('kafka.bootstrap="kafka"', "at '/kafka/bootstrap': 'kafka' does not match"),
        ('kafka.boostrap="kafka:9092"', "at '/kafka': additional properties 'boostrap' not allowed"),
        ('kafka.securityProtocol="TLS"', "at '/kafka/securityProtocol': value must be one of 'PLAINTEXT', 'SSL'"),
        ('keys.existingSecret=""', "keys.existingSecret is empty: name a Secret with master.key"),
        ("keys.sealNothing=true", "what is sealed could not be read; unset one of them"),
        ('kafka.existingSecret="kafka"', "set it to SASL_SSL, or the password is never used"),
        ('kafka.securityProtocol="SASL_SSL"', "the job that creates topics needs a Kafka user"),
        ('mongo.existingSecret=""', "has no MongoDB address: set mongo.existingSecret"),
        ('auth.mode=""', "auth.mode is empty: set jwt, with issuer"),
        ('auth.mode="none"', "at '/auth/mode': value must be one of '', 'jwt', 'gateway'"),
        ('auth={"mode": "jwt", "audience": "redress"}', "auth.issuer is empty: tokens of any issuer would count"),
        ('auth={"mode": "jwt", "issuer": "https://login"}', "auth.audience is empty"),
        ('auth={"mode": "jwt", "issuer": "i", "audience": "a"}', "set one of auth.jwksUrl and auth.jwksConfigMap"),
        (f'{JWT[:-1]}, "jwksConfigMap": "issuer"}}', "set one of auth.jwksUrl and auth.jwksConfigMap"),
        ('auth.algorithms=["HS256"]', "at '/auth/algorithms/0': value must be one of 'RS256'"),
        ('auth.issuer="https://login"', "auth.mode is gateway, so no token is ever looked at"),
        ("networkPolicy.http=[]", "any pod of the namespace could say that it is the platform"),
        ('config.REDRESS_AUTH__MODE="jwt"', "config.REDRESS_AUTH__MODE is set by a value of its own"),
        ('kafka.certSecret="own"', "set it to SSL or SASL_SSL, or it is never shown"),
        ('services.intake.kafkaCertSecret="own"', "intake has a certificate but kafka.securityProtocol is PLAINTEXT"),
        ('services.intake={"userSecret": "a", "mongoSecret": "b"}', "intake has userSecret and another Secret"),
        ('topics={"userSecret": "a", "existingSecret": "b"}', "both name the Kafka user who creates topics"),
        ('files.url="file:///srv"', "files.url is a folder, which pods do not share"),
        ("ports.ops=8080", "ports.ops and ports.http are both 8080: give operations a port of their own"),
        ("defaults.replicas=13", "intake may have 13 replicas but there are 12 lanes"),
        ("defaults.autoscaling.min=7", "autoscaling.min 7 is above autoscaling.max 6"),
        ("ingress.enabled=true", "ingress.enabled is true but ingress.hosts is empty"),
        ('ingress={"enabled": true, "hosts": {"shop": "shop.example.com"}}', "names shop, which is no service"),
        ('config.REDRESS_MONGO__URL="mongodb://u:p@m"', "config.REDRESS_MONGO__URL is a secret"),
        ('services.intake.config={"REDRESS_KAFKA__PASSWORD": "x"}', "config.REDRESS_KAFKA__PASSWORD is a secret"),
        ('config.REDRESS_OPS__PORT="9"', "moves the port that probes use: set ports.ops"),
        ("config.REDRESS_READS__KEEP_DAYS=30", "at '/config/REDRESS_READS__KEEP_DAYS': got number, want string"),
        ('config.KEEP_DAYS="30"', "invalid propertyName 'KEEP_DAYS'"),
    ],
)
def test_values_that_cannot_be_right_are_refused_in_a_clear_line(value: str, said: str) -> None:
    with pytest.raises(ValueError, match="Error") as refused:
        rendered(SMALL, value)

    assert said in str(refused.value)
