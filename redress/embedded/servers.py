"""Both embedded servers together: noida-db speaks Kafka, SecantusDB speaks MongoDB on WiredTiger.

For trying and testing only: noida-db writes its log to disk a moment late and forgets producers when restarted, and
SecantusDB answers queries by scanning. Claims about crashes and speed are made on the real servers.
"""

import signal
import socket
import sys
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self

from redress.embedded.child import Child, EmbeddedUnavailable
from redress.embedded.probes import kafka_answers, mongo_answers

_AS = ("--sync-on-commit", "--cache-size", "4G")
"""A bound, of which little is used. With its own of 1 GB the server once stood still for good after some hundred MB of
files: every thread waited for room in the cache, and one of them held what was in it."""
STARTS_WITHIN_S = 30.0
STOPS_WITHIN_S = 10.0
CHECKED_EVERY_S = 0.5


class EmbeddedServers:
    """A Kafka and a MongoDB on loopback for as long as the `with` block runs; the data stays in `data_dir`.

    On Linux the servers end with the thread that entered the block, however it ends; so enter it in a thread that lives
    as long as they are wanted. Elsewhere a killed parent leaves them running.
    """

    def __init__(self, data_dir: Path, kafka_port: int | None = None, mongo_port: int | None = None) -> None:
        self._folder = data_dir.absolute()
        self._asked = (kafka_port, mongo_port)
        self._running = ExitStack()
        self._children: list[Child] = []
        self.bootstrap = ""
        self.mongo_url = ""

    def __enter__(self) -> Self:
        noida, secantus = _noida(), _secantus()
        kafka_port, mongo_port = _free_ports(*self._asked)
        self._folder.mkdir(parents=True, exist_ok=True)
        config = (
            self._folder / "secantusd.toml"
        )  # named, or SecantusDB reads what lies in the home directory or in /etc
        config.touch()
        mongo_at = ["--host", "127.0.0.1", "--port", str(mongo_port), "--storage-path", str(self._folder / "mongo")]
        kafka_at = ["--host", "127.0.0.1", "--kafka-port", str(kafka_port), "--data-dir", str(self._folder / "kafka")]
        with ExitStack() as starting:
            mongo = self._start(starting, "mongo", [*secantus, "--config", str(config), *_AS, *mongo_at])
            kafka = self._start(starting, "kafka", [*noida, "start", "--only", "kafka", *kafka_at])
            kafka.wait_until(lambda: kafka_answers(kafka_port), STARTS_WITHIN_S)
            mongo.wait_until(lambda: mongo_answers(mongo_port), STARTS_WITHIN_S)
            self._running = starting.pop_all()
        self._children = [mongo, kafka]
        self.bootstrap = f"127.0.0.1:{kafka_port}"
        self.mongo_url = f"mongodb://127.0.0.1:{mongo_port}/?directConnection=true"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    def check(self) -> None:
        """Raise EmbeddedUnavailable if a server has died since."""
        for child in self._children:
            child.check()

    def _start(self, starting: ExitStack, name: str, command: list[str]) -> Child:
        child = Child.start(name, command, self._folder)
        starting.callback(child.stop, STOPS_WITHIN_S)
        return child


def serve(
    data_dir: Path = Path(".redress/servers"), kafka_port: int | None = None, mongo_port: int | None = None
) -> None:
    """Run both servers until Ctrl-C or SIGTERM, having printed the two lines that point tests and services at them."""
    stop = Event()
    with EmbeddedServers(data_dir, kafka_port, mongo_port) as servers:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _number, _frame: stop.set())
        sys.stdout.write(f"export TEST_KAFKA_BOOTSTRAP={servers.bootstrap}\n")
        sys.stdout.write(f"export TEST_MONGO_URL='{servers.mongo_url}'\n")
        sys.stdout.flush()
        while not stop.wait(CHECKED_EVERY_S):
            servers.check()


def _noida() -> list[str]:
    # The wheel's own launcher stays between us and the server, and a signal to it would leave the server running.
    name = "noida-db.exe" if sys.platform == "win32" else "noida-db"
    binary = _package("noida_db", "noida-db") / name
    if not binary.is_file():
        raise EmbeddedUnavailable(f"The noida-db package has no program for this platform at {binary}.")
    binary.chmod(0o755)  # installers may drop the bit; the wheel's own launcher sets it as well
    return [str(binary)]


def _secantus() -> list[str]:
    _package("secantus", "SecantusDB")
    return [sys.executable, "-P", "-m", "secantus"]  # -P: the data folder is no place to import from


def _package(module: str, distribution: str) -> Path:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise EmbeddedUnavailable(
            f"{distribution} is not installed; pip install 'redress[embedded]' brings it where it has a wheel."
        )
    return Path(spec.origin).parent


def _free_ports(*asked: int | None) -> list[int]:
    """The ports asked for, or free ones; held together until all are known, so that no two are the same."""
    with ExitStack() as held:
        return [_claim(held, port) for port in asked]


def _claim(held: ExitStack, port: int | None) -> int:
    claimed = held.enter_context(socket.socket())
    if sys.platform != "win32":  # there this option would let two servers share a port
        claimed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        claimed.bind(("127.0.0.1", port or 0))
    except OSError as error:
        raise EmbeddedUnavailable(f"Port {port} on 127.0.0.1 is taken: {error}.") from error
    return int(claimed.getsockname()[1])
