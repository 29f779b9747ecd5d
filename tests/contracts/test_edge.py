"""A real process on real sockets: its two listeners, and callers who are slow, many, or make no sense."""

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from shared.adapters.http_headers import SAFE
from tests.kit.http import WEI, headers_of
from tests.kit.ports import free_ports
from tests.kit.replicas import ROOT, clean

pytestmark = pytest.mark.timeout(300)

MOST = 8
"""Connections that the process may have."""
SECONDS = 1
"""Within which a head must be there, and in each of which so much of a body."""
SLOW_HEAD = b"GET /cases/case-1 HTTP/1.1\r\nHost: x\r\n"
SLOW_BODY = (
    b"POST /cases/case-1/urge HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
)


@asynccontextmanager
async def process(**more: str) -> AsyncIterator[tuple["asyncio.subprocess.Process", Mapping[str, Any]]]:
    """The process, and the line in which it says that it started; killed in the end, if it has not ended."""
    environment = {
        "REDRESS_HTTP__PORT": "0", "REDRESS_OPS__PORT": "0", "REDRESS_KEYS__OFF": "true", "REDRESS_LANES": "3",
        "REDRESS_AUTH__MODE": "gateway", "REDRESS_HTTP__HEAD_SECONDS": str(SECONDS),
        "REDRESS_HTTP__BODY_SECONDS": str(SECONDS), "REDRESS_HTTP__CONNECTIONS": str(MOST), **more,
    }  # fmt: skip
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.kit.edge_process", cwd=ROOT, env={**clean(os.environ), **environment},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert started.stdout is not None
    said: dict[str, Any] = {}
    async with asyncio.timeout(120):
        async for line in started.stdout:
            said = json.loads(line) if line.startswith(b"{") else {"event": line.decode()}
            if said["event"] == "service started":
                break
    try:
        yield started, said
    finally:
        if started.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                started.kill()
        await started.communicate()


class Served:
    """Where the process answers."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.http = f"http://{said['http']}"
        self.ops = f"http://{said['ops']}"
        self.host, _, port = said["http"].partition(":")
        self.port = int(port)

    async def slow(self, first: bytes, *, every: float = 0.2) -> bytes:
        """Send something, then a byte now and then for as long as the other side lets us; answers what it said."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        writer.write(first)

        async def dribble() -> None:
            while True:
                await asyncio.sleep(every)
                writer.write(b"x")

        dribbling = asyncio.create_task(dribble())
        try:
            async with asyncio.timeout(60):
                return await reader.read()
        except ConnectionError:
            return b""
        finally:
            dribbling.cancel()
            writer.close()

    async def asked(self) -> int:
        async with httpx.AsyncClient(timeout=30) as client:
            return (await client.get(f"{self.http}/cases/case-1", headers=headers_of(WEI))).status_code

    async def operations(self) -> int:
        async with httpx.AsyncClient(timeout=30) as client:
            return (await client.get(f"{self.ops}/livez")).status_code


def problem_in(answer: bytes) -> tuple[int, str, list[str]]:
    """Status and rule of a problem that came over a socket, and which headers it lacks or should not have."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("ascii").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    wrong = [name for name, value in SAFE.items() if headers.get(name.lower()) != value]
    wrong += [name for name in headers if name == "server"]
    assert headers["content-type"] == "application/problem+json"
    return int(status.split()[1]), json.loads(body)["rule"], wrong


async def send_on(caller: socket.socket) -> None:
    while True:
        caller.sendall(b"x")
        await asyncio.sleep(0.05)


def read_whole(caller: socket.socket) -> bytes:
    return b"".join(iter(lambda: caller.recv(65536), b""))


@pytest.fixture(scope="module")
def served() -> Any:
    loop = asyncio.new_event_loop()
    running = process()
    _, said = loop.run_until_complete(running.__aenter__())
    yield Served(said)
    loop.run_until_complete(running.__aexit__(None, None, None))
    loop.close()


@pytest.mark.parametrize("first", [SLOW_HEAD, SLOW_BODY], ids=["head", "body"])
async def test_slow_callers_are_ended_and_others_are_served_meanwhile(served: Served, first: bytes) -> None:
    """INVARIANT: whoever sends a byte now and then holds a connection for a moment, and nobody else up."""
    slow = [asyncio.create_task(served.slow(first)) for _ in range(MOST - 2)]
    meanwhile = [await served.asked() for _ in range(5)]
    answers = await asyncio.gather(*slow)

    assert meanwhile == [404] * 5
    assert [problem_in(answer) for answer in answers] == [(408, "request_must_come_in_time", [])] * len(slow)


async def test_who_still_sends_when_refused_is_not_cut_off_before_it_can_read_why(served: Served) -> None:
    """INVARIANT: a refusal is not lost to a reset by what its receiver had still to send (RFC 9112, 9.6)."""
    loop = asyncio.get_running_loop()
    with socket.create_connection((served.host, served.port), timeout=60) as caller:
        caller.sendall(SLOW_BODY)
        answered = await loop.run_in_executor(None, caller.recv, 65536, socket.MSG_PEEK)
        for _ in range(3):  # a byte that comes to a closed socket resets it, and the byte after that says so
            caller.sendall(b"x")
            await asyncio.sleep(0.05)
        caller.settimeout(60)
        answer = await loop.run_in_executor(None, read_whole, caller)
        assert answer.startswith(answered)
        assert problem_in(answer) == (408, "request_must_come_in_time", [])

        async with asyncio.timeout(60):
            with pytest.raises(ConnectionError):  # for a moment, and not for ever
                await send_on(caller)


async def test_a_connection_that_asks_nothing_is_closed_without_a_word(served: Served) -> None:
    reader, writer = await asyncio.open_connection(served.host, served.port)
    async with asyncio.timeout(60):
        assert await reader.read() == b""
    writer.close()


async def test_a_body_that_comes_steadily_may_take_longer(served: Served) -> None:
    """INVARIANT: a large body over a thin line is no attack: what counts is the rate."""
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def steadily() -> AsyncIterator[bytes]:
        yield b'{"x": "'
        for _ in range(12):
            await asyncio.sleep(SECONDS / 4)
            yield b"y" * 1000
        yield b'"}'

    async with httpx.AsyncClient(timeout=60) as client:
        headers = {**headers_of(WEI), "Content-Type": "application/json"}
        answer = await client.post(f"{served.http}/cases/case-1/urge", content=steadily(), headers=headers)

    assert answer.status_code in {403, 422}, answer.text
    assert loop.time() - began > 2 * SECONDS


async def test_one_connection_too_many_is_refused_by_a_problem_and_operators_are_served(served: Served) -> None:
    """INVARIANT: a process whose connections are all taken still tells those who run it how it fares."""
    held = [await asyncio.open_connection(served.host, served.port) for _ in range(MOST)]
    try:
        reader, writer = await asyncio.open_connection(served.host, served.port)
        writer.write(b"GET /cases/case-1 HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(60):
            answer = await reader.read()
        assert problem_in(answer) == (503, "connections_must_not_be_too_many", [])
        assert b"retry-after: 1\r\n" in answer.lower()
        assert await served.operations() == 200
        writer.close()
    finally:
        for _, held_writer in held:
            held_writer.close()

    async with asyncio.timeout(60):
        while await served.asked() != 404:  # noqa: ASYNC110  # until the process has seen that they are gone
            await asyncio.sleep(0.05)


async def test_what_is_no_http_is_refused_by_a_problem(served: Served) -> None:
    reader, writer = await asyncio.open_connection(served.host, served.port)
    writer.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
    async with asyncio.timeout(60):
        assert problem_in(await reader.read()) == (400, "request_must_be_well_formed", [])
    writer.close()


async def test_both_listeners_are_there_when_it_says_so_and_gone_when_it_has_ended() -> None:
    async with process() as (started, said):
        served = Served(said)
        assert (await served.asked(), await served.operations()) == (404, 200)
        started.terminate()
        async with asyncio.timeout(60):
            await started.communicate()

        assert started.returncode == 0
        for asked in (served.asked, served.operations):
            with pytest.raises(httpx.ConnectError):
                await asked()


@pytest.mark.parametrize("setting", ["REDRESS_HTTP__PORT", "REDRESS_OPS__PORT"])
async def test_a_port_that_is_taken_ends_the_process_with_one_line_that_names_the_setting(setting: str) -> None:
    (port,) = free_ports(1)
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", port)
    async with taken, process(**{setting: str(port)}) as (started, said):
        assert await started.wait() == 69
        assert f"cannot listen on 127.0.0.1:{port}: is it taken? Set {setting}" in said["event"]
