"""docker-compose.secure.yml: each process holds its own secrets, and no way in is left open."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
import yaml

from redress.acl.kafka_rights import USERS, user_of
from redress.acl.secrets import ADMIN
from shared.contracts.topology import SERVICES
from tests.architecture.tree import ROOT

ONE_WAY_OUT: Final = "secrets"
"""The job that gives files away: root, with two rights, and no network."""


class _Compose(yaml.SafeLoader):
    """Also knows how a compose file takes back what one before it said."""


_Compose.add_constructor("!reset", lambda _loader, _node: "taken back")


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((ROOT / name).read_text("utf-8"), _Compose)  # noqa: S506  # a SafeLoader
    return found


SECURE: Final = read("docker-compose.secure.yml")["services"]
BASE: Final = read("docker-compose.yml")["services"]


def volumes(service: str) -> Iterator[tuple[str, str, bool]]:
    """Where from, where to, and whether only to be read."""
    for mount in SECURE[service].get("volumes", ()):
        source, target, *how = mount.replace("${KEYS_FOLDER:-keys}", "keys").split(":")
        yield source, target, how == ["ro"]


@pytest.mark.parametrize("service", [*SERVICES, "topics", "operator"])
def test_a_process_is_given_the_secrets_of_its_own_user_and_cannot_change_them(service: str) -> None:
    mounted = {(source, target, fixed) for source, target, fixed in volumes(service) if source != "keys"}

    assert mounted == {
        ("authority", "/etc/redress/authority", True),
        (f"user-{service}", "/run/secrets", True),
    }


def test_every_user_has_a_volume_and_only_two_jobs_see_more_than_one() -> None:
    everybody = {user.removeprefix("redress-") for user in (*USERS, ADMIN)}
    sees = {
        service: {source.removeprefix("user-") for source, *_ in volumes(service) if source.startswith("user-")}
        for service in SECURE
    }

    assert {service for service, seen in sees.items() if len(seen) > 1} == {ONE_WAY_OUT, "rights"}
    assert sees[ONE_WAY_OUT] == sees["rights"] == everybody
    assert {user_of(service) for service in SERVICES} < {f"redress-{one}" for one in everybody}
    for service in (ONE_WAY_OUT, "rights"):
        for source, target, _ in volumes(service):
            if source.startswith("user-"):
                assert target == f"/secrets/redress-{source.removeprefix('user-')}"


def test_the_address_without_a_password_is_taken_back_from_every_service() -> None:
    """INVARIANT: an environment variable wins over a secret file, so the one of docker-compose.yml may not stay."""
    assert "REDRESS_MONGO__URL" in BASE["intake"]["environment"]
    for service in SERVICES:
        assert SECURE[service]["environment"]["REDRESS_MONGO__URL"] == "taken back"
        assert SECURE[service]["environment"]["REDRESS_KAFKA__SECURITY_PROTOCOL"] == "SASL_SSL"
        assert SECURE[service]["depends_on"] == {"rights": {"condition": "service_completed_successfully"}}


def test_kafka_has_no_listener_without_tls_and_a_password_and_refuses_what_is_not_granted() -> None:
    env = SECURE["kafka"]["environment"]
    listeners = re.findall(r"(\w+)://", env["KAFKA_LISTENERS"])

    assert set(re.findall(r"(\w+)://", BASE["kafka"]["environment"]["KAFKA_LISTENERS"])) < set(listeners)
    assert env["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"] == ",".join(f"{name}:SASL_SSL" for name in listeners)
    for name in listeners:
        by = "SCRAM-SHA-512" if name in {"INTERNAL", "HOST"} else "PLAIN"
        assert env[f"KAFKA_LISTENER_NAME_{name}_SASL_ENABLED_MECHANISMS"] == by
    assert env["KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND"] == "false"
    assert env["KAFKA_SUPER_USERS"] == f"User:{ADMIN}"
    assert env["KAFKA_AUTHORIZER_CLASS_NAME"].endswith(".StandardAuthorizer")
    assert SECURE["kafka"]["depends_on"].keys() == {ONE_WAY_OUT}


def test_mongodb_asks_everybody_for_tls_and_a_password() -> None:
    mongo = SECURE["mongo"]

    assert {"--tlsMode=requireTLS", "--keyFile=/etc/redress/server/keyfile", "--replSet=rs0"} <= set(mongo["command"])
    assert mongo["environment"]["MONGO_INITDB_ROOT_USERNAME"] == ADMIN
    assert mongo["depends_on"].keys() == {ONE_WAY_OUT}


def test_new_jobs_are_locked_down_and_the_one_that_is_root_talks_to_nobody() -> None:
    ours = {name: one for name, one in SECURE.items() if "REDRESS_IMAGE" in one.get("image", "")}

    assert ours.keys() == {ONE_WAY_OUT, "rights", "operator"}
    for name, one in ours.items():
        assert one["read_only"] is True, name
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert {"user", "cap_add"} & set(one) == ({"user", "cap_add"} if name == ONE_WAY_OUT else set()), name
    assert ours[ONE_WAY_OUT]["network_mode"] == "none"
    assert ours[ONE_WAY_OUT]["cap_add"] == ["CHOWN", "DAC_OVERRIDE"]
    for name, one in SECURE.items():
        assert not {"ports", "privileged", "pid"} & set(one), name
        assert name in ours or not {"user", "cap_add", "cap_drop", "security_opt", "read_only"} & set(one), name
