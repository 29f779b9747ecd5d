"""Bad input at process level: one clear line last on standard error, and the exit code that says what to do."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from subprocess import DEVNULL

import pytest
from pymongo import MongoClient

from shared.adapters.kafka_client import create_topics
from shared.adapters.settings import KafkaSettings
from shared.contracts.topology import topics
from shared.kernel.lanes import LANES
from tests.kit.ports import free_port, free_ports
from tests.kit.replicas import ROOT, Deployment, clean, until
from tests.kit.servers import stack

pytestmark = [pytest.mark.connected, pytest.mark.timeout(180)]

CONFIG, UNAVAILABLE = 78, 69
SECANTUS = Path.home() / ".cache" / "redress-stack" / "bin" / "secantusd-rs"
SASL = {
    "REDRESS_KAFKA__SECURITY_PROTOCOL": "SASL_PLAINTEXT",
    "REDRESS_KAFKA__SASL_MECHANISM": "PLAIN",
    "REDRESS_KAFKA__USERNAME": "redress",
}


async def ends(deployment: Deployment, service: str = "intake", **settings: str) -> tuple[int, list[str]]:
    """Run a service that cannot start; answers its exit code and the lines it said."""
    environment = {**clean(os.environ), **deployment.environment(REDRESS_INSTANCE="start"), **settings}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"services.{service}"),
        cwd=ROOT,
        env=environment,
        stdout=DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            _, said = await process.communicate()
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode is not None
    return process.returncode, said.decode().splitlines()


def require_one_clear_line(said: list[str], *parts: str, service: str = "intake") -> None:
    """The last line says it all, and neither tracebacks nor a library's log drown it."""
    everything = "\n".join(said)
    assert said, "nothing was said"
    assert said[-1].startswith(f"redress {service}: "), everything
    for part in parts:
        assert part in said[-1], said[-1]
    assert "Traceback" not in everything, everything
    assert len(said) <= 8, everything


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("REDRESS_LANES", "none", "REDRESS_LANES"),
        ("REDRESS_LANES", "0", "REDRESS_LANES"),
        ("REDRESS_HTTP__PORT", "99999", "REDRESS_HTTP"),
        ("REDRESS_KAFKA__SECURITY_PROTOCOL", "SSH", "REDRESS_KAFKA"),
        ("REDRESS_LOG_LEVEL", "LOUD", "REDRESS_LOG_LEVEL"),
        ("REDRESS_POLICIES", "/nowhere", "/nowhere"),
        ("REDRESS_ROSTER", "/nowhere.yaml", "nowhere.yaml"),
    ],
)
async def test_a_setting_that_is_none_is_named(deployment: Deployment, name: str, value: str, said: str) -> None:
    service = "mediation" if name == "REDRESS_ROSTER" else "intake"

    code, lines = await ends(deployment, service, **{name: value})

    require_one_clear_line(lines, said, service=service)
    assert code == CONFIG


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("REDRESS_ROSTER", "- {role: king, id: mei}\n- {id: 7}", "roster odd.yaml cannot be used"),
        ("REDRESS_ROSTER", "- {role: buyer, id: lin}", "lin: role must be frontline, specialist or reviewer"),
        ("REDRESS_ROSTER", "a: [", "roster odd.yaml cannot be used"),
        ("REDRESS_POLICIES", "name: odd", "odd.yaml:1:1 windows: field_must_be_present"),
        ("REDRESS_POLICIES", "a: [", "odd.yaml:1:5 document: document_must_be_yaml"),
    ],
)
async def test_a_document_that_is_none_is_named(
    deployment: Deployment, tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / "odd.yaml").write_text(content)
    value = str(tmp_path if name == "REDRESS_POLICIES" else tmp_path / "odd.yaml")

    code, lines = await ends(deployment, "mediation", **{name: value})

    require_one_clear_line(lines, said, service="mediation")
    assert code == CONFIG


async def test_a_lane_count_that_is_not_the_topics_is_refused(deployment: Deployment) -> None:
    other = f"{deployment.database}_7"

    code, said = await ends(deployment, REDRESS_LANES="7", REDRESS_MONGO__DATABASE=other)

    require_one_clear_line(said, "REDRESS_LANES is 7", "12 partitions")
    assert code == CONFIG
    with MongoClient[dict[str, object]](deployment.servers.mongo_url) as client:
        client.drop_database(other)


async def test_a_lane_count_that_is_not_the_logs_is_refused(deployment: Deployment, tmp_path: Path) -> None:
    first = await deployment.start("services.intake", "first", tmp_path)
    await first.ready()
    await first.stop()

    code, said = await ends(deployment, REDRESS_LANES="7")

    require_one_clear_line(said, "REDRESS_LANES is 7", "laid out with 12")
    assert code == CONFIG


async def test_a_kafka_that_is_not_there_is_named(deployment: Deployment) -> None:
    where = f"127.0.0.1:{free_port()}"

    code, said = await ends(deployment, REDRESS_KAFKA__BOOTSTRAP=where)

    require_one_clear_line(said, f"Kafka cannot be reached at {where}", "REDRESS_KAFKA__")
    assert code == UNAVAILABLE


async def test_a_mongodb_that_is_not_there_is_named_without_its_password(deployment: Deployment) -> None:
    where = f"127.0.0.1:{free_port()}"

    code, said = await ends(deployment, REDRESS_MONGO__URL=f"mongodb://redress:s3cret@{where}/?directConnection=true")

    require_one_clear_line(said, f"MongoDB cannot be reached at {where}", "REDRESS_MONGO__URL")
    assert "s3cret" not in "\n".join(said)
    assert code == UNAVAILABLE


@pytest.mark.parametrize("url", ["postgres://127.0.0.1/", "mongodb://", "mongodb://u:p:q@h"])
async def test_an_address_of_mongodb_that_is_none_is_named(deployment: Deployment, url: str) -> None:
    code, said = await ends(deployment, REDRESS_MONGO__URL=url)

    require_one_clear_line(said, "REDRESS_MONGO__URL")
    assert code == CONFIG


@pytest.mark.parametrize("setting", ["REDRESS_HTTP__PORT", "REDRESS_OPS__PORT"])
async def test_a_port_that_is_taken_is_named(deployment: Deployment, setting: str) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        code, said = await ends(deployment, **{setting: str(port)})

    require_one_clear_line(said[-1:], f"cannot listen on 127.0.0.1:{port}", setting)
    assert code == UNAVAILABLE


@pytest.fixture
async def guarded_mongo(tmp_path: Path) -> AsyncIterator[str]:
    """A MongoDB-wire server that asks for credentials; answers its address."""
    if not SECANTUS.exists():
        pytest.skip(f"needs the stack's server: {SECANTUS}")
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(str(SECANTUS), "--port", str(port), "--storage-path", str(tmp_path / "data"), "--auth"),
        *("--cache-size", "256M"),
        cwd=tmp_path,
        stdout=DEVNULL,
        stderr=DEVNULL,
    )

    async def listening() -> bool | None:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return True
        return None

    await until("the server listens", listening)
    yield f"127.0.0.1:{port}"
    process.kill()
    await process.wait()


async def test_credentials_that_mongodb_refuses_are_told_from_an_outage(
    deployment: Deployment, guarded_mongo: str
) -> None:
    url = f"mongodb://redress:s3cret@{guarded_mongo}/?directConnection=true&authSource=admin"

    code, said = await ends(deployment, REDRESS_MONGO__URL=url)

    require_one_clear_line(said, "MongoDB refused the credentials", "REDRESS_MONGO__URL")
    assert "s3cret" not in "\n".join(said)
    assert code == CONFIG


@pytest.fixture(scope="module")
def guarded_kafka() -> Iterator[str]:
    """A broker that asks for SASL credentials, started by the stack's control script; answers its address."""
    script = os.environ.get("STACK_SERVERS", "")
    if not Path(script).is_file():
        pytest.skip("needs the stack's control script to start a broker with SASL: set STACK_SERVERS")
    plain, controller, sasl, mongo = free_ports(4)  # the script puts the controller beside the first broker
    jaas = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_redress="right";'
    properties = {
        "listeners": f"PLAINTEXT://127.0.0.1:{plain},CONTROLLER://127.0.0.1:{controller},SASL://127.0.0.1:{sasl}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{plain},SASL://127.0.0.1:{sasl}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT",
        "sasl.enabled.mechanisms": "PLAIN",
        "listener.name.sasl.plain.sasl.jaas.config": jaas,
    }
    told = [word for name, value in properties.items() for word in ("--property", f"{name}={value}")]
    with stack(script, plain, mongo, *told):
        yield f"127.0.0.1:{sasl}"


async def test_credentials_that_kafka_refuses_are_told_from_an_outage(
    deployment: Deployment, guarded_kafka: str
) -> None:
    """INVARIANT: a wrong password is a wrong setting; aiokafka itself says only that it could not connect."""
    wrong = {**SASL, "REDRESS_KAFKA__BOOTSTRAP": guarded_kafka, "REDRESS_KAFKA__PASSWORD": "s3cret"}

    code, said = await ends(deployment, **wrong)

    require_one_clear_line(said, "refused the credentials", "REDRESS_KAFKA__PASSWORD")
    assert "s3cret" not in "\n".join(said)
    assert code == CONFIG


async def test_a_topic_that_is_missing_is_named_with_its_cure(deployment: Deployment, guarded_kafka: str) -> None:
    """Also proves that the right credentials get as far as the topics."""
    right = {**SASL, "REDRESS_KAFKA__BOOTSTRAP": guarded_kafka, "REDRESS_KAFKA__PASSWORD": "right"}
    kafka = KafkaSettings.model_validate(
        {name.removeprefix("REDRESS_KAFKA__").lower(): value for name, value in right.items()}
    )
    await create_topics(kafka, {n: config for n, config in topics().items() if n != "ruling.issued"}, LANES, 1)

    code, said = await ends(deployment, **right)

    require_one_clear_line(said, "no topic ruling.issued", "redress topics create")
    assert code == CONFIG


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_process_that_is_asked_to_stop_drains_and_says_so(
    deployment: Deployment, tmp_path: Path, how: signal.Signals
) -> None:
    """INVARIANT: a clean stop is exit code 0, so that whoever runs the process does not take it for a crash."""
    one = await deployment.start("services.appeals", f"stopped-{how}", tmp_path)
    await one.ready()

    assert await one.stop(how) == 0, one.last_words()
    assert "service stopped" in one.last_words()
    assert "Traceback" not in "\n".join(one.words())
