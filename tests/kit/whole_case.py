"""A whole case on servers that ask everybody who they are: each process logs in as itself, with secrets from files."""

import asyncio
import io
import shutil
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from redress.acl.kafka_rights import OPERATOR, PLATFORM, user_of
from redress.acl.secrets import ADMIN
from redress.demo import endings, story
from redress.demo.telling import ConsoleTeller
from redress.demo.world import World
from redress.processes import Processes
from shared.adapters.settings import Settings
from shared.contracts.topology import SERVICES
from tests.kit.command_line import run_redress
from tests.kit.granted import of_admin
from tests.kit.guarded import Guarded
from tests.kit.ports import ports_of_each

RECORDING = Path(__file__).parent / "recording"


@dataclass
class Guard:
    """Where the servers are, where everybody's secrets lie, and where commands are recorded."""

    folder: Path
    kafka: Guarded
    records: Path = field(init=False)

    def __post_init__(self) -> None:
        self.records = self.folder / "records"
        self.records.mkdir()
        (self.folder / "logs").mkdir()
        shutil.copytree(self.kafka.secrets, self.secrets)

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets"

    def environment(self, user: str) -> dict[str, str]:
        """What a process of this user is given: no secret, only where its own are."""
        return {
            "REDRESS_SECRETS": str(self.secrets / user),
            "REDRESS_KAFKA__BOOTSTRAP": self.kafka.scram,
            "REDRESS_KAFKA__SECURITY_PROTOCOL": "SASL_SSL",
            "REDRESS_KAFKA__CA_FILE": str(self.kafka.ca_file),
            "REDRESS_KEYS__MASTER_FILE": str(self.folder / "master.key"),
            "PYTHONPATH": str(RECORDING),
            "RECORD_INTO": str(self.records),
            "RECORD_AS": user,
            **(of_admin(self.kafka) if user == ADMIN else {}),
        }

    async def operator(self, *words: str) -> str:
        """Run a command line as the operator; answers what it printed, and fails unless it succeeds."""
        return await self.redress(OPERATOR, *words)

    async def redress(self, user: str, *words: str) -> str:
        code, said = await run_redress(self.environment(user), *words)
        assert code == 0, f"{user}: redress {' '.join(words)}: {said}"
        return said

    def recorded(self) -> Mapping[str, frozenset[tuple[str, str, str]]]:
        """Every kind of command that was sent to MongoDB, by user: database, collection (`-` for none), action."""
        found: dict[str, set[tuple[str, str, str]]] = {}
        for file in self.records.iterdir():
            for line in file.read_text().splitlines():
                database, collection, action = line.split()
                found.setdefault(file.name.partition(".")[0], set()).add((database, collection, action))
        return {user: frozenset(seen) for user, seen in found.items()}

    def words(self) -> str:
        """Everything that the services have said on their outputs."""
        return "\n".join(log.read_text("utf-8", "replace") for log in (self.folder / "logs").iterdir())


@contextmanager
def guarded_services(guard: Guard) -> Iterator[Processes]:
    """The four services, each as its own user, ready; all are stopped in the end."""
    own = {service: guard.environment(user_of(service)) for service in SERVICES}
    # Sweeping often, so that what sweeps need is always among what was recorded.
    common = {"REDRESS_KAFKA__SESSION_TIMEOUT_MS": "10000", "REDRESS_FILES__SWEEP_SECONDS": "1"}
    processes = Processes(common, guard.folder / "logs", *ports_of_each(SERVICES), own=own)
    try:
        for service in SERVICES:
            processes.start(service)
        for service in SERVICES:
            processes.wait_ready(service)
        yield processes
    finally:
        codes = processes.stop()
    assert not any(codes.values()), f"a service did not drain: {codes}"


async def play(guard: Guard, processes: Processes, then: Callable[[World, str], Awaitable[None]]) -> int:
    """The demo's case from order to final decision, and three that end otherwise; answers how much was checked."""
    told = io.StringIO()
    settings = Settings(kafka=guard.kafka.login(PLATFORM))
    world = World(processes.urls, settings, ConsoleTeller(Console(file=told)))

    async def kill_mediation() -> None:
        await asyncio.to_thread(processes.kill, "mediation")
        await asyncio.to_thread(processes.start, "mediation")
        await asyncio.to_thread(processes.wait_ready, "mediation")

    try:
        case = await story.play(world, guard.folder / "files", kill_mediation)
        await endings.three_more(case)
        await then(world, case.id)
    finally:
        await world.close()
    return world.checked
