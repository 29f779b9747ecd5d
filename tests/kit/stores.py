"""What store suites are given: databases of their own."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from shared.adapters.mongo_client import Database

Fresh: TypeAlias = Callable[[], Awaitable[Database]]
"""Opens one more database of this test's own."""
