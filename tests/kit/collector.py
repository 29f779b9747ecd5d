"""An OpenTelemetry collector in small: takes spans by OTLP over HTTP, and tells the tree they make."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Seen:
    """One span as it arrived. `parent` is empty for the first of a trace."""

    trace: str
    id: str
    parent: str
    service: str
    name: str
    kind: int
    attributes: dict[str, Any]


@dataclass
class Collector:
    """What has arrived, decoded and as it came."""

    url: str
    spans: list[Seen] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def take(self, body: bytes) -> None:
        self.bodies.append(body)
        for of_resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            about = {one.key: one.value.string_value for one in of_resource.resource.attributes}
            service = about["service.name"].removeprefix("redress-")
            for scope in of_resource.scope_spans:
                for span in scope.spans:
                    attributes = {
                        one.key: getattr(one.value, str(one.value.WhichOneof("value"))) for one in span.attributes
                    }
                    ids = span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex()
                    self.spans.append(Seen(*ids, service, span.name, span.kind, attributes))

    def of(self, trace: str) -> Sequence[Seen]:
        return [span for span in self.spans if span.trace == trace]

    def path(self, span: Seen) -> list[str]:
        """The names from the first span of a trace down to this one, each as `service: name`."""
        known = {one.id: one for one in self.of(span.trace)}
        names = [f"{span.service}: {span.name}"]
        while (above := known.get(span.parent)) is not None:
            span = above
            names.append(f"{span.service}: {span.name}")
        return names[::-1]


@contextmanager
def collector() -> Iterator[Collector]:
    """A collector on a port of its own, for as long as the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            one.take(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one = Collector(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
