"""A schema registry over real HTTP that speaks the documented part of Confluent's interface, its errors too."""

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MEDIA = "application/vnd.schemaregistry.v1+json"


@dataclass
class Registry:
    """What the registry holds, and how it is to misbehave."""

    url: str = ""
    subjects: dict[str, list[str]] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    incompatible: dict[str, list[str]] = field(default_factory=dict)
    """Subjects that take no other schema, with what the registry says of it."""
    races: set[str] = field(default_factory=set)
    """Subjects whose check passes and whose registration is refused."""
    failures: list[int] = field(default_factory=list)
    """Statuses of the next answers."""
    user: tuple[str, str] | None = None
    token: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        match method, path.partition("?")[0].strip("/").split("/"):
            case "POST", ["subjects", subject]:
                return self._looked_up(subject, body["schema"])
            case "POST", ["compatibility", "subjects", subject, "versions", "latest"]:
                said = self.incompatible.get(subject, [])
                return 200, {"is_compatible": not said, "messages": said}
            case "PUT", ["config", subject]:
                self.levels[subject] = body["compatibility"]
                return 200, body
            case "POST", ["subjects", subject, "versions"]:
                return self._registered(subject, body)
            case _:
                return 404, {"error_code": 404, "message": "HTTP 404 Not Found"}

    def _looked_up(self, subject: str, schema: str) -> tuple[int, dict[str, Any]]:
        if subject not in self.subjects:
            return 404, {"error_code": 40401, "message": f"Subject '{subject}' not found."}
        if schema not in self.subjects[subject]:
            return 404, {"error_code": 40403, "message": "Schema not found"}
        version = self.subjects[subject].index(schema) + 1
        return 200, {"subject": subject, "id": self.ids.index(schema) + 1, "version": version, "schema": schema}

    def _registered(self, subject: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if body.get("schemaType") != "JSON" or not isinstance(json.loads(body["schema"]), dict):
            return 422, {"error_code": 42201, "message": "Invalid schema"}
        if subject in self.races:
            return 409, {"error_code": 409, "message": "Schema being registered is incompatible with an earlier schema"}
        if body["schema"] not in self.ids:
            self.ids.append(body["schema"])
        self.subjects.setdefault(subject, []).append(body["schema"])
        return 200, {"id": self.ids.index(body["schema"]) + 1}

    def lets_in(self, authorization: str | None) -> bool:
        if self.token:
            return authorization == f"Bearer {self.token}"
        if self.user:
            return authorization == f"Basic {b64encode(':'.join(self.user).encode()).decode()}"
        return True


@contextmanager
def registry() -> Iterator[Registry]:
    """The registry on a free loopback port, under a path of its own as Apicurio's is."""
    one = Registry()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            self._serve("POST")

        def do_PUT(self) -> None:
            self._serve("PUT")

        def log_message(self, *_: Any) -> None:
            """Nothing on the test's terminal."""

        def _serve(self, method: str) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            one.asked.append((method, self.path))
            if one.failures:
                status, told = one.failures.pop(0), {"error_code": 50001, "message": "Error in the backend datastore"}
            elif not one.lets_in(self.headers["Authorization"]):
                status, told = 401, {"error_code": 401, "message": "Unauthorized"}
            elif self.headers["Content-Type"] != MEDIA:
                status, told = 415, {"error_code": 415, "message": "Unsupported Media Type"}
            else:
                status, told = one.answer(method, self.path.removeprefix("/base"), body)
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", MEDIA)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one.url = f"http://127.0.0.1:{server.server_port}/base"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
