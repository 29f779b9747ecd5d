"""What Redress tells and takes, for the teams that listen: start with `read` and `Ordering`."""

from redress_contracts.ordering import Gap, Ordering
from redress_contracts.reading import TYPES, Received, UnreadableError, read, read_record, read_reply, topics_of
from redress_contracts.records import Record, read_recording, write_recording
from redress_contracts.upcasting import Upcast
from redress_contracts.writing import asked, told

__all__ = [
    "TYPES",
    "Gap",
    "Ordering",
    "Received",
    "Record",
    "UnreadableError",
    "Upcast",
    "asked",
    "read",
    "read_record",
    "read_recording",
    "read_reply",
    "told",
    "topics_of",
    "write_recording",
]
