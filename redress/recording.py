"""Recordings of topics: one JSON object a line, as the consumer kit reads and replays them."""

import json
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redress.whole_file import whole_file
from shared.adapters.kafka_looking import every_record
from shared.adapters.settings import Settings
from shared.adapters.wire import WireRecord


async def record_topics(settings: Settings, topics: Sequence[str], out: Path) -> int:
    """Write every record that the topics hold now, in the order in which they came; answers how many."""
    found = [record async for record in every_record(settings, topics)]
    found.sort(key=lambda record: (record.timestamp, record.topic, record.partition, record.offset))
    with whole_file(out) as file:
        for record in found:
            file.write(f"{line(record)}\n".encode())
    return len(found)


def line(record: WireRecord) -> str:
    """One record. What is not UTF-8 stands as `{"base64": …}`."""
    told = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "key": _said(record.key),
        "headers": [[name, _said(value)] for name, value in record.headers],
        "value": _said(record.value),
    }
    return json.dumps(told, ensure_ascii=False)


def _said(value: bytes | None) -> Any:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(value or b"").decode()}
