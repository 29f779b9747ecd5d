"""Spans to an OpenTelemetry collector, in batches and beside the work: no failure there is one here."""

import asyncio
import random
import socket
from collections.abc import Sequence
from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)
from opentelemetry.trace import Span as RecordedSpan

from shared.adapters.settings import OtelSettings
from shared.eventing.ports import Telemetry
from shared.eventing.traces import Attribute, Kind, Passing, Span, Tracer, Untraced

_KINDS: Final = {
    Kind.SERVER: SpanKind.SERVER,
    Kind.CONSUMER: SpanKind.CONSUMER,
    Kind.PRODUCER: SpanKind.PRODUCER,
    Kind.INTERNAL: SpanKind.INTERNAL,
}
_EXPORT_SECONDS: Final = 5.0
_FLUSH_SECONDS: Final = 5.0
"""Seconds of a shutdown that the last batch may take; the rest of the drain has 20."""


class Tracing:
    """The `Tracer` port over OpenTelemetry's SDK. Whether a trace is kept is decided once, where it begins."""

    def __init__(self, settings: OtelSettings, service: str, telemetry: Telemetry) -> None:
        resource = Resource.create(
            {
                "service.name": f"redress-{service}",
                "service.namespace": "redress",
                "service.instance.id": socket.gethostname(),
            }
        )
        self._service = service
        self._provider = TracerProvider(sampler=ParentBased(ALWAYS_ON), resource=resource, shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=settings.traces_url, timeout=_EXPORT_SECONDS)
        self._provider.add_span_processor(
            BatchSpanProcessor(_Counted(exporter, telemetry), max_queue_size=8192, schedule_delay_millis=1000)
        )
        self._ratio = settings.ratio
        self._tracer = self._provider.get_tracer("redress")

    def begin(self, name: str, kind: Kind, parent: str | None, /, **attributes: Attribute) -> Span:
        if parent is not None and not int(parent[53:], 16) & 1:
            return Passing(parent)
        # Decided here and not by a sampler: most traces that begin are not kept, and a span of the SDK costs tenfold.
        if parent is None and random.random() >= self._ratio:  # noqa: S311  # a lot, and ids, that are no secrets
            return Passing(f"00-{random.getrandbits(128) or 1:032x}-{random.getrandbits(64) or 1:016x}-00")
        span = self._tracer.start_span(
            name,
            context=_context_of(parent),
            kind=_KINDS[kind],
            attributes={"redress.service": self._service, **_named(attributes)},
            record_exception=False,
            set_status_on_exception=False,
        )
        return _Recorded(span) if span.is_recording() else Passing(_traceparent(span))

    async def close(self) -> None:
        """Send what is left, for a moment at most: a collector that is away delays no shutdown."""
        try:
            async with asyncio.timeout(_FLUSH_SECONDS):
                await asyncio.to_thread(self._provider.shutdown)
        except TimeoutError:
            return


class _Recorded:
    """A span that is kept."""

    def __init__(self, span: RecordedSpan) -> None:
        self._span = span
        self.trace: str | None = _traceparent(span)

    def note(self, **attributes: Attribute) -> None:
        self._span.set_attributes(_named(attributes))

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def end(self, error: BaseException | None = None) -> None:
        if error is not None:
            # The kind alone: the words of an error may quote what a person wrote.
            self._span.set_attribute("error.type", type(error).__name__)
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()


class _Counted(SpanExporter):
    """An exporter whose losses are counted."""

    def __init__(self, inner: SpanExporter, telemetry: Telemetry) -> None:
        self._inner = inner
        self._telemetry = telemetry
        for outcome in ("sent", "lost"):
            telemetry.count("spans", 0, outcome=outcome)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        try:
            result = self._inner.export(spans)
        except Exception:  # noqa: BLE001  # whatever it is, the spans are lost and nothing else
            result = SpanExportResult.FAILURE
        outcome = "sent" if result is SpanExportResult.SUCCESS else "lost"
        self._telemetry.count("spans", len(spans), outcome=outcome)
        return result

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def tracer_of(settings: OtelSettings, service: str, telemetry: Telemetry) -> Tracer:
    """What a process traces with: nothing, unless an endpoint is set."""
    return Tracing(settings, service, telemetry) if settings.endpoint else Untraced()


def _named(attributes: dict[str, Attribute]) -> dict[str, Attribute]:
    return {f"redress.{name}" if "." not in name else name: value for name, value in attributes.items()}


def _context_of(parent: str | None) -> Context:
    if parent is None:
        # An empty one, or a library's span that happens to be current would become the parent.
        return Context()
    flags = TraceFlags(int(parent[53:], 16))
    known = SpanContext(int(parent[3:35], 16), int(parent[36:52], 16), is_remote=True, trace_flags=flags)
    return set_span_in_context(NonRecordingSpan(known), Context())


def _traceparent(span: RecordedSpan) -> str:
    known = span.get_span_context()
    return f"00-{known.trace_id:032x}-{known.span_id:016x}-{known.trace_flags:02x}"
