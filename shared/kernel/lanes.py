"""Lanes: Kafka's partition of a case id, and positions that order all commits of one lane."""

from functools import lru_cache

LANES = 12
"""Partitions of every topic. Fixed for the life of a deployment and checked at every start."""

_SHIFT = 44
_SEED = 0x9747B28C
_M = 0x5BD1E995
_MASK = 0xFFFFFFFF


def murmur2(key: bytes) -> int:
    """The 32-bit MurmurHash2 of Kafka's default partitioner (Utils.murmur2), unsigned."""
    length = len(key)
    h = (_SEED ^ length) & _MASK
    whole = length & ~3
    for i in range(0, whole, 4):
        k = (int.from_bytes(key[i : i + 4], "little") * _M) & _MASK
        k ^= k >> 24
        h = ((h * _M) & _MASK) ^ ((k * _M) & _MASK)
    if length & 3:
        h ^= int.from_bytes(key[whole:], "little")
        h = (h * _M) & _MASK
    h ^= h >> 13
    h = (h * _M) & _MASK
    return h ^ (h >> 15)


@lru_cache(maxsize=65_536)
def lane_of(stream: str, lanes: int = LANES) -> int:
    """The lane of a stream: the partition Kafka's default partitioner gives its key."""
    return (murmur2(stream.encode()) & 0x7FFFFFFF) % lanes


def position(lane: int, number: int) -> int:
    """The log position of the `number`-th commit (from 1) of a lane."""
    return lane << _SHIFT | number


def lane_start(lane: int) -> int:
    """The position before a lane's first commit: a cursor that has read nothing."""
    return lane << _SHIFT


def number_of(place: int) -> int:
    """Which commit of its lane a position is, from 1; 0 for `lane_start`."""
    return place & ((1 << _SHIFT) - 1)


def lane_at(place: int) -> int:
    """The lane of a position."""
    return place >> _SHIFT
