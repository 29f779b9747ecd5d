"""Real Kafka and MongoDB, of the environment or in containers; every test has its own database and replicas."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid1

import pytest

from shared.adapters.kafka_client import create_topics
from shared.adapters.mongo_client import Database, open_database
from shared.adapters.settings import KafkaSettings
from shared.contracts.topology import topics
from shared.kernel.lanes import LANES
from tests.kit.granted import grant_everything
from tests.kit.guarded import SECANTUS, Guarded, guarded_kafka
from tests.kit.replicas import Deployment
from tests.kit.servers import Servers, start_servers


@pytest.fixture(scope="session")
def real_servers() -> Iterator[Servers]:
    if not os.environ.get("TEST_KAFKA_BOOTSTRAP") and os.environ.get("TEST_BACKEND") != "containers":
        pytest.skip("needs real servers: set TEST_KAFKA_BOOTSTRAP and TEST_MONGO_URL, or TEST_BACKEND=containers")
    with start_servers() as started:
        yield started


@pytest.fixture(scope="session")
def control_script() -> str:
    script = os.environ.get("STACK_SERVERS", "")
    if not Path(script).is_file() or not SECANTUS.exists():
        pytest.skip("needs the stack's control script to start servers that ask for passwords: set STACK_SERVERS")
    return script


@pytest.fixture(scope="session")
async def granted(control_script: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Guarded]:
    """A Kafka with an authorizer, and everybody's rights on it; started when a test first asks for it."""
    with guarded_kafka(control_script, tmp_path_factory.mktemp("guarded")) as started:
        await grant_everything(started)
        yield started


@pytest.fixture
async def deployment(real_servers: Servers) -> AsyncIterator[Deployment]:
    """Topics laid out, a database that is dropped afterwards, and replicas that are ended whatever happens."""
    await create_topics(KafkaSettings(bootstrap=real_servers.bootstrap), topics(), LANES, 1)
    one = Deployment(real_servers, f"connected_{uuid1().hex}")
    yield one
    await one.end()
    opened: Database = await open_database(real_servers.mongo_url, one.database)
    await opened.client.drop_database(one.database)
    opened.client.close()
