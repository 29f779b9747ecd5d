"""What came of one stream's facts while it is not known yet whether that is stored: decisions counted, spans open."""

from collections import Counter
from collections.abc import Sequence

from shared.eventing.messages import Command
from shared.eventing.outcomes import Failed, Received, Verdict
from shared.eventing.traces import Kind, Passing, Span, Tracer


class Hand:
    """One stream of one batch.

    Facts of many traces share a batch and its append, so each has spans in its own trace, and the batch has none
    (ADR 0027).
    """

    def __init__(self, tracer: Tracer) -> None:
        self.decisions: Counter[tuple[str, str, str]] = Counter()
        """How often each command came out how, and by which rule."""
        self._tracer = tracer
        self._open: list[tuple[int, tuple[Span, ...]]] = []
        self._now: Span = Passing(None)

    def takes(self, index: int, item: Received, lane: int) -> None:
        """A fact's turn begins; `index` is its place in the batch."""
        self._now = self._tracer.begin(
            f"hear {item.record.type}",
            Kind.CONSUMER,
            item.trace,
            case=item.stream,
            lane=lane,
            fact=item.record.type,
            source=item.source,
            sequence=item.seq,
        )
        if not isinstance(self._now, Passing):
            self._open.append((index, (self._now,)))

    def decides(self, command: Command, outcome: str, rule: str = "") -> None:
        """A command that the fact led to was decided."""
        self.decisions[command.NAME, outcome, rule] += 1
        if not isinstance(self._now, Passing):
            about = {"rule": rule} if rule else {}
            self._tracer.begin(
                f"decide {command.NAME}",
                Kind.INTERNAL,
                self._now.trace,
                case=command.case_id,
                command=command.NAME,
                outcome=outcome,
                **about,
            ).end()

    def appends(self) -> str | None:
        """The fact's commit is written up; answers the traceparent that it keeps."""
        if isinstance(self._now, Passing):
            return self._now.trace
        append = self._tracer.begin("append", Kind.INTERNAL, self._now.trace)
        index, spans = self._open.pop()
        self._open.append((index, (append, *spans)))
        return append.trace

    def stored(self, verdicts: Sequence[Verdict], outcome: str = "") -> None:
        """The batch is over: end every span with its verdict, or all with one outcome."""
        for index, spans in self._open:
            verdict = verdicts[index]
            for span in spans:
                span.note(outcome=outcome or type(verdict).__name__.lower())
                span.end(verdict.error if isinstance(verdict, Failed) else None)
        self._open = []

    def lost(self, error: BaseException) -> None:
        """The batch could not be stored, as far as is known."""
        for _, spans in self._open:
            for span in spans:
                span.end(error)
        self._open = []
