"""A cluster that tests may hurt: the stack's servers, topics and groups, and real service processes."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata

from shared.adapters.kafka_client import create_topics
from shared.adapters.mongo_client import Database, open_database
from shared.adapters.settings import KafkaSettings
from shared.kernel.lanes import LANES
from tests.kit.http import UNBOUND, WEI, headers_of
from tests.kit.ports import free_port

T = TypeVar("T")
Offsets = Mapping[TopicPartition, int]

ROOT: Final = Path(__file__).parents[2]
BROKERS: Final = 3
SESSION_MS: Final = 6000
"""The shortest session a broker allows by default: a pause past it is soon over."""

STOPPED_WITHIN_S: Final = 30.0
SERVER_STARTS_WITHIN_S: Final = 300.0
"""A broker takes 5 s on an idle machine, and was seen to take minutes on two cores with a load of 50."""


class NeverSeenError(AssertionError):
    """Something did not come about in time; the message says what was seen instead."""


async def until(
    what: str, look: Callable[[], Awaitable[T | None]], patience: float, seen: Callable[[], object], every: float = 0.1
) -> T:
    """Probe until there is an answer; raises NeverSeenError with the last sight."""
    deadline = time.monotonic() + patience
    while True:
        found = await look()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise NeverSeenError(f"{what}: not within {patience:g} s; last seen: {seen()}")
        await asyncio.sleep(every)


@dataclass
class Cluster:
    """The stack's servers through its control script; only what that script started is ever killed."""

    control: Path
    bootstrap: str
    mongo_url: str

    @classmethod
    def from_environment(cls) -> "Cluster | None":
        """The stack that the environment names, or None when it names none with a control script."""
        script, bootstrap, url = (
            os.environ.get(name) for name in ("STACK_SERVERS", "TEST_KAFKA_BOOTSTRAP", "TEST_MONGO_URL")
        )
        return cls(Path(script), bootstrap, url) if script and bootstrap and url and Path(script).exists() else None

    async def tell(self, *words: str) -> None:
        """Run the control script, and fail with what it printed."""
        script = await asyncio.create_subprocess_exec(
            str(self.control), *words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        async with asyncio.timeout(SERVER_STARTS_WITHIN_S):
            # Not communicate(): the servers it starts could hold the pipe open.
            code = await script.wait()
        if code:
            printed = await script.stderr.read() if script.stderr else b""
            raise NeverSeenError(f"{self.control} {' '.join(words)} answered {code}: {printed.decode()}")

    async def whole(self) -> None:
        """Every server up and every replica in sync, whatever an earlier test left behind."""
        # All at once: a broker that is started alone finds no quorum and gives up.
        await self.tell("up")
        await self.mongo_up()
        await self.replicas_in_sync()

    async def mongo_up(self) -> None:
        database = await open_database(self.mongo_url, "admin", timeout=60)
        database.client.close()

    async def replicas_in_sync(self, patience: float = 120) -> None:
        """Wait until every partition has all its copies."""
        seen: object = "nothing"

        async def look() -> bool | None:
            nonlocal seen
            try:
                described = await self._described()
            except (KafkaError, OSError, TimeoutError) as error:
                seen = repr(error)
                return None
            behind = [
                f"{topic['topic']}/{partition['partition']}: {partition['isr']} of {partition['replicas']}"
                for topic in described
                for partition in topic["partitions"]
                if len(partition["isr"]) < len(partition["replicas"]) or partition["leader"] < 0
            ]
            seen = f"{len(behind)} behind, such as {behind[:3]}"
            return None if behind else True

        await until("all replicas in sync", look, patience, lambda: seen, every=0.5)

    async def leader(self, topic: str, partition: int) -> int:
        """The broker that leads a partition now."""
        (described,) = await self._described(topic)
        return int(next(p["leader"] for p in described["partitions"] if p["partition"] == partition))

    async def lay_topics(self, topics: Mapping[str, Mapping[str, str]]) -> None:
        """The topics, each in three copies; one of another shape is made anew."""
        wrong = [
            str(topic["topic"])
            for topic in await self._described(*topics)
            if not topic["error_code"]
            and (len(topic["partitions"]) != LANES or len(topic["partitions"][0]["replicas"]) != BROKERS)
        ]
        if wrong:
            admin = self._admin()
            await admin.start()
            try:
                await admin.delete_topics(wrong)
            finally:
                await admin.close()

        async def look() -> bool | None:
            left = [topic for topic in await self._described(*topics) if topic["error_code"] == 0]
            return None if {topic["topic"] for topic in left} & set(wrong) else True

        await until("topics deleted", look, 60, lambda: wrong)
        settings = KafkaSettings(bootstrap=self.bootstrap)
        await create_topics(settings, {name: dict(config) for name, config in topics.items()}, LANES, BROKERS)
        await self.replicas_in_sync()

    async def ends(self, topics: Sequence[str]) -> Offsets:
        """Where every partition ends now."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap)
        await consumer.start()
        try:
            partitions = [TopicPartition(topic, lane) for topic in topics for lane in range(LANES)]
            return dict(await consumer.end_offsets(partitions))
        finally:
            await consumer.stop()

    async def start_group_at(self, group: str, offsets: Offsets) -> None:
        """Let a group begin at these offsets; waits until its members of an earlier run are gone."""
        seen: object = "nothing"

        async def look() -> bool | None:
            nonlocal seen
            consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, group_id=group, enable_auto_commit=False)
            await consumer.start()
            try:
                consumer.assign(list(offsets))
                await consumer.commit({tp: OffsetAndMetadata(at, "") for tp, at in offsets.items()})
            except KafkaError as error:
                seen = repr(error)
                return None
            finally:
                await consumer.stop()
            return True

        await until(f"group {group} set to where the run begins", look, 60, lambda: seen)

    async def committed(self, group: str) -> Offsets:
        admin = self._admin()
        await admin.start()
        try:
            known = await admin.list_consumer_group_offsets(group)
        finally:
            await admin.close()
        return {tp: meta.offset for tp, meta in known.items()}

    async def records(self, topics: Sequence[str], since: Offsets) -> list[Any]:
        """What stands on the topics from some offsets on, per partition in order."""
        ends = await self.ends(topics)
        wanted = {tp: end for tp, end in ends.items() if end > since.get(tp, 0)}
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap,
            isolation_level="read_committed",
            max_partition_fetch_bytes=4 * 1024 * 1024,
        )
        await consumer.start()
        found: list[Any] = []
        try:
            consumer.assign(list(wanted))
            for tp in wanted:
                consumer.seek(tp, since.get(tp, 0))
            left = set(wanted)
            async with asyncio.timeout(120):
                while left:
                    for batch in (await consumer.getmany(timeout_ms=1000)).values():
                        found += batch
                    left = {tp for tp in left if await consumer.position(tp) < wanted[tp]}
        finally:
            await consumer.stop()
        return found

    async def database(self, name: str) -> Database:
        return await open_database(self.mongo_url, name, timeout=60)

    async def drop(self, name: str) -> None:
        database = await self.database(name)
        await database.client.drop_database(name)
        database.client.close()

    def _admin(self) -> AIOKafkaAdminClient:
        return AIOKafkaAdminClient(bootstrap_servers=self.bootstrap, request_timeout_ms=10_000)

    async def _described(self, *topics: str) -> list[dict[str, Any]]:
        admin = self._admin()
        await admin.start()
        try:
            return list(await admin.describe_topics(list(topics) or None))
        finally:
            await admin.close()


@dataclass
class Replica:
    """One service process, started again under the same name whenever it ends, as an orchestrator would."""

    cluster: Cluster
    module: str
    instance: str
    database: str
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    session_ms: int = SESSION_MS
    port: int = field(default_factory=free_port)
    operations_port: int = field(default_factory=free_port)
    exits: list[int] = field(default_factory=list)
    """Exit codes it ended with by itself."""
    process: "asyncio.subprocess.Process | None" = None
    paused: bool = False
    _keeper: "asyncio.Task[None] | None" = None
    _meant: bool = False

    @property
    def log(self) -> Path:
        return self.folder / f"{self.instance}.log"

    async def start(self) -> None:
        """Start it, and keep it running until `stop` or `end`."""
        await self._spawn()
        self._keeper = asyncio.create_task(self._keep(), name=f"keep-{self.instance}")

    async def kill(self) -> None:
        """kill -9, and start it again."""
        process = self._running()
        self._meant = True
        process.kill()
        await process.wait()

    def pause(self) -> None:
        self._running().send_signal(signal.SIGSTOP)
        self.paused = True

    def resume(self) -> None:
        self._running().send_signal(signal.SIGCONT)
        self.paused = False

    def peak_mib(self) -> float:
        """The most memory the running process ever had resident, in MiB."""
        status = Path(f"/proc/{self._running().pid}/status").read_text(encoding="ascii")
        (peak,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(peak.split()[1]) / 1024

    async def stop(self) -> int:
        """SIGTERM; answers the exit code. It is not started again."""
        process = self._running()
        self._let_go()
        process.terminate()
        async with asyncio.timeout(STOPPED_WITHIN_S):
            return await process.wait()

    async def end(self) -> None:
        """Leave nothing running, whatever its state."""
        self._let_go()
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def ready(self, lanes: int | None = None, patience: float = 90) -> None:
        """Wait until it takes requests and, if asked, owns so many lanes."""
        last: object = "nothing"

        async def look() -> bool | None:
            nonlocal last
            last = await self.page("/readyz")
            good = isinstance(last, dict) and last.get("ready") and (lanes is None or len(last["lanes"]) == lanes)
            return True if good else None

        await until(f"{self.instance} ready", look, patience, lambda: f"{last}; its log ends:\n{self.tail()}")

    async def page(self, path: str) -> Any:
        """What it answers over HTTP, its operations too, or the text of the error."""
        port = self.operations_port if path == "/readyz" else self.port
        try:
            async with httpx.AsyncClient(timeout=5, headers=headers_of(WEI)) as http:
                return (await http.get(f"http://127.0.0.1:{port}{path}")).json()
        except (httpx.HTTPError, ValueError) as error:
            return repr(error)

    def tail(self, lines: int = 12) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

    def _running(self) -> "asyncio.subprocess.Process":
        assert self.process is not None, f"{self.instance} was never started"
        return self.process

    def _let_go(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            self._keeper = None

    async def _keep(self) -> None:
        while True:
            code = await self._running().wait()
            if not self._meant:
                self.exits.append(code)
                await asyncio.sleep(0.5)
            self._meant = False
            await self._spawn()

    async def _spawn(self) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("REDRESS_")},
            "REDRESS_KAFKA__BOOTSTRAP": self.cluster.bootstrap,
            "REDRESS_KAFKA__SESSION_TIMEOUT_MS": str(self.session_ms),
            "REDRESS_MONGO__URL": self.cluster.mongo_url,
            "REDRESS_MONGO__DATABASE": self.database,
            "REDRESS_INSTANCE": self.instance,
            "REDRESS_HTTP__PORT": str(self.port),
            "REDRESS_OPS__PORT": str(self.operations_port),
            "REDRESS_KEYS__OFF": "true",
            "REDRESS_AUTH__MODE": "gateway",
            **UNBOUND,
            **self.environment,
        }
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self.module, env=environment, cwd=ROOT,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self.paused = False
