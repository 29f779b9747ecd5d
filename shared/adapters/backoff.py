"""Waiting longer after each failure, with jitter so that many do not come back at once."""

import random
from collections.abc import Iterator


def backoff(first: float = 0.02, most: float = 2.0) -> Iterator[float]:
    """Seconds to wait before each next try: full-jitter exponential backoff (AWS Architecture Blog, 2015)."""
    ceiling = first
    while True:
        yield random.uniform(ceiling / 4, ceiling)  # noqa: S311  # spreads retries; nothing secret
        ceiling = min(most, ceiling * 2)
