"""What every manifest of the chart must keep to; each rule answers where it is broken."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

from pydantic import BaseModel, ValidationError

from shared.adapters.clock import SystemClock
from shared.adapters.failures import Misconfigured
from shared.adapters.mongo_keys import require_word
from shared.adapters.settings import Settings
from shared.adapters.tokens import open_tokens, require_mode
from tests.kit.chart import Manifest

USER: Final = 10001
_SECRET: Final = re.compile(r"PASSWORD|SECRET|TOKEN$|ACCESS_KEY|KEYS__MASTER$|MONGO__URL")
_OPERATIONS: Final = ("/livez", "/readyz", "/metrics", "/openapi.json")


def broken(documents: Sequence[Manifest]) -> list[str]:
    """Every rule that some manifest breaks."""
    return [problem for rule in _RULES for problem in rule(documents)]


def settings(model: type[BaseModel] = Settings, prefix: str = "REDRESS_") -> Iterator[str]:
    """The names of all environment variables that a service reads."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from settings(kind, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}"


def of_kind(documents: Sequence[Manifest], *kinds: str) -> list[Manifest]:
    return [one for one in documents if one["kind"] in kinds]


def workloads(documents: Sequence[Manifest]) -> Iterator[tuple[str, Manifest, Mapping[str, Any]]]:
    """Every pod template: the workload's name, its pod's spec, and each container."""
    for one in of_kind(documents, "StatefulSet", "Deployment", "Job"):
        spec = one["spec"]["template"]["spec"]
        for container in (*spec.get("initContainers", ()), *spec["containers"]):
            yield one["metadata"]["name"], spec, container


def _locked_down(documents: Sequence[Manifest]) -> Iterator[str]:
    for name, spec, container in workloads(documents):
        pod, own = spec.get("securityContext", {}), container.get("securityContext", {})
        if not (pod.get("runAsNonRoot") and pod.get("runAsUser") == USER):
            yield f"{name} may run as root"
        if pod.get("seccompProfile") != {"type": "RuntimeDefault"}:
            yield f"{name} has no seccomp profile"
        if not own.get("readOnlyRootFilesystem") or own.get("allowPrivilegeEscalation") is not False:
            yield f"{name} may write its root or gain privileges"
        if own.get("capabilities") != {"drop": ["ALL"]}:
            yield f"{name} has capabilities"
        if spec.get("automountServiceAccountToken") is not False:
            yield f"{name} is given a token of the cluster"
        if not {"requests", "limits"} <= container.get("resources", {}).keys():
            yield f"{name} has no bounds"


def _disrupted_gently(documents: Sequence[Manifest]) -> Iterator[str]:
    budgets = [one["spec"]["selector"] for one in of_kind(documents, "PodDisruptionBudget")]
    served = [one["spec"]["selector"] for one in of_kind(documents, "Service")]
    for one in of_kind(documents, "StatefulSet", "Deployment"):
        name, selector = one["metadata"]["name"], one["spec"]["selector"]
        if selector not in budgets:
            yield f"{name} has no disruption budget"
        if selector["matchLabels"] not in served:
            yield f"{name} has no service"
        if one["spec"]["template"]["spec"].get("terminationGracePeriodSeconds") != 30:
            yield f"{name} is not given 30 seconds to finish"


def _no_secret_in_the_open(documents: Sequence[Manifest]) -> Iterator[str]:
    for one in of_kind(documents, "Secret"):
        yield f"the chart makes a Secret, {one['metadata']['name']}, so a value holds it"
    for one in of_kind(documents, "ConfigMap"):
        for name in filter(_SECRET.search, one["data"]):
            yield f"{name} is a secret in a ConfigMap"
    for name, _, container in workloads(documents):
        for variable in container.get("env", ()):
            if _SECRET.search(variable["name"]):
                yield f"{name}: {variable['name']} is a secret in the environment"


def _known_settings(documents: Sequence[Manifest]) -> Iterator[str]:
    known = set(settings())
    for one in of_kind(documents, "ConfigMap"):
        for name in one["data"].keys() - known:
            yield f"{name} is no setting"
    for name, spec, container in workloads(documents):
        for variable in container.get("env", ()):
            if variable["name"] not in known:
                yield f"{name}: {variable['name']} is no setting"
        for file in _secret_files(spec):
            if f"REDRESS_{file.upper()}" not in known:
                yield f"{name}: the file {file} is no setting"


def _secret_files(spec: Mapping[str, Any]) -> Iterator[str]:
    """The files under /run/secrets."""
    for volume in spec.get("volumes", ()):
        if volume["name"] == "secrets":
            for source in volume["projected"]["sources"]:
                yield from (item["path"] for item in source["secret"]["items"])


def _starts(documents: Sequence[Manifest]) -> Iterator[str]:
    """Whether each process finds every setting that it asks for before it does anything."""
    shared = {name: value for one in of_kind(documents, "ConfigMap") for name, value in one["data"].items()}
    services = [one["metadata"]["name"] for one in of_kind(documents, "StatefulSet")]
    for name, spec, container in workloads(documents):
        own = {one["name"]: one.get("value", "redress-intake-0") for one in container.get("env", ())}
        env = {**shared, **own} if "envFrom" in container else own
        with TemporaryDirectory() as folder:
            for file in _secret_files(spec):
                (Path(folder) / file).write_text("what-no-chart-knows-and-a-Secret-holds", encoding="utf-8")
            try:
                with patch.dict(os.environ, {**env, "REDRESS_SECRETS": folder}, clear=True):
                    read = Settings()
                if name in services:
                    require_word(read.keys)
                    require_mode(read.auth)
                    if read.auth.jwks_file is None:  # a file that only a pod has
                        open_tokens(read.auth, SystemClock())
            except (ValidationError, Misconfigured) as error:
                yield f"{name} would not start: {error}"
        if name in services and "mongo__url" not in _secret_files(spec):
            yield f"{name} would look for MongoDB on its own machine"


def _files_that_are_there(documents: Sequence[Manifest]) -> Iterator[str]:
    shared = {name: value for one in of_kind(documents, "ConfigMap") for name, value in one["data"].items()}
    for name, spec, container in workloads(documents):
        own = {one["name"]: one.get("value", "") for one in container.get("env", ())}
        mounted = {one["mountPath"] for one in container["volumeMounts"]}
        volumes = {one["name"] for one in spec["volumes"]}
        for one in container["volumeMounts"]:
            if one["name"] not in volumes:
                yield f"{name} mounts {one['name']}, which is no volume"
        for setting, value in ({**shared, **own} if "envFrom" in container else own).items():
            if value.startswith("/etc/redress/") and not {value, value.rpartition("/")[0]} & mounted:
                yield f"{name}: nothing is mounted where {setting} points"


def _probed(documents: Sequence[Manifest]) -> Iterator[str]:
    for one in of_kind(documents, "StatefulSet", "Deployment"):
        (container,) = one["spec"]["template"]["spec"]["containers"]
        for probe, path in (("startupProbe", "/livez"), ("livenessProbe", "/livez"), ("readinessProbe", "/readyz")):
            asked = container.get(probe, {}).get("httpGet", {})
            if asked.get("path") != path or asked.get("port") not in {port["name"] for port in container["ports"]}:
                yield f"{one['metadata']['name']}: {probe} does not ask {path}"


def _operations_stay_inside(documents: Sequence[Manifest]) -> Iterator[str]:
    for one in of_kind(documents, "Ingress"):
        for rule in one["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                if any(f"{operation}/".startswith(f"{path['path'].rstrip('/')}/") for operation in _OPERATIONS):
                    yield f"{rule['host']}{path['path']} lets the operations endpoints out"
    for one in of_kind(documents, "Service"):
        if one["spec"].get("type", "ClusterIP") != "ClusterIP":
            yield f"{one['metadata']['name']} can be reached from outside"
    ports = {port["name"]: port["containerPort"] for _, _, c in workloads(documents) for port in c.get("ports", ())}
    for one in of_kind(documents, "NetworkPolicy"):
        anyone = one["spec"]["ingress"][0]
        if "ops" in ports and ports["ops"] in [port["port"] for port in anyone["ports"]]:
            yield "callers of the services reach the operations port"
        if not all(rule.get("from") for rule in one["spec"]["ingress"]):
            yield "a NetworkPolicy lets everybody in"


_RULES: Final = (
    _locked_down,
    _disrupted_gently,
    _no_secret_in_the_open,
    _known_settings,
    _starts,
    _files_that_are_there,
    _probed,
    _operations_stay_inside,
)
