"""Whether a server really answers its protocol on a port, asked once and without patience."""

import socket
import struct

from pymongo import MongoClient
from pymongo.errors import PyMongoError

API_VERSIONS, CORRELATION = 18, 7
PATIENCE_S = 1.0


def kafka_answers(port: int) -> bool:
    """Whether an ApiVersions request comes back with its correlation id and without an error."""
    request = struct.pack(">hhih", API_VERSIONS, 0, CORRELATION, -1)
    try:
        with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            with connection.makefile("rb") as answer:
                head = answer.read(10)
    except OSError:
        return False
    if len(head) < 10:
        return False
    _, correlation, error = struct.unpack(">iih", head)
    return bool(correlation == CORRELATION and error == 0)


def mongo_answers(port: int) -> bool:
    """Whether the server says it is a primary that takes writes."""
    try:
        # The driver waits half a second after a refused connection; a bare socket may ask again at once.
        socket.create_connection(("127.0.0.1", port), PATIENCE_S).close()
        with MongoClient[dict[str, bool]](
            "127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=int(PATIENCE_S * 1000)
        ) as client:
            return bool(client.admin.command("hello")["isWritablePrimary"])
    except (OSError, PyMongoError):
        return False
