"""One fixed port per service, however many replicas it has: a TCP relay for the compose file.

    python gateway.py 8081=intake:8080 8082=evidence:8080

Docker's DNS answers a service name with the addresses of all its replicas. Each connection goes to one of them, drawn
at random, or to the next if that one does not answer. Elsewhere an ingress or a load balancer does this.
"""
# ruff: noqa: INP001 - a script, not a package

import asyncio
import random
import signal
import socket
import sys
from asyncio import StreamReader, StreamWriter

CONNECTS_WITHIN_S = 3.0
CHUNK = 65_536
NOBODY_ANSWERS = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


async def dial(host: str, port: str) -> tuple[StreamReader, StreamWriter] | None:
    """A connection to one of the replicas, or None if none answers."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return None
    for *_, address in random.sample(found, len(found)):
        try:
            async with asyncio.timeout(CONNECTS_WITHIN_S):
                return await asyncio.open_connection(str(address[0]), port)
        except OSError:  # TimeoutError is one
            continue
    return None


async def pump(source: StreamReader, sink: StreamWriter) -> None:
    """Copy until the source ends, and pass the end on."""
    while chunk := await source.read(CHUNK):
        sink.write(chunk)
        await sink.drain()
    sink.write_eof()


async def relay(host: str, port: str, reader: StreamReader, writer: StreamWriter) -> None:
    """One client's connection, from end to end; if one side breaks off, so does the other."""
    replica = await dial(host, port)
    try:
        if replica is None:
            writer.write(NOBODY_ANSWERS)
            await writer.drain()
        else:
            async with asyncio.TaskGroup() as both_ways:
                both_ways.create_task(pump(reader, replica[1]))
                both_ways.create_task(pump(replica[0], writer))
    except* OSError:
        pass
    finally:
        writer.close()
        if replica is not None:
            replica[1].close()


async def listen(route: str) -> asyncio.Server:
    """Relay `port=host:port` from now on."""
    port, _, target = route.partition("=")
    host, _, target_port = target.partition(":")

    async def accept(reader: StreamReader, writer: StreamWriter) -> None:
        await relay(host, target_port, reader, writer)

    return await asyncio.start_server(accept, "0.0.0.0", int(port))  # noqa: S104 - compose publishes it on loopback


async def main(routes: list[str]) -> None:
    """Relay until SIGTERM or Ctrl-C."""
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    servers = [await listen(route) for route in routes]
    await stopped.wait()
    for server in servers:
        server.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
