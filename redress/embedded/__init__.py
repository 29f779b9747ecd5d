"""Kafka and MongoDB wire servers from PyPI, run as child processes: to try and test without Docker."""

from redress.embedded.child import EmbeddedUnavailable
from redress.embedded.servers import EmbeddedServers, serve

__all__ = ["EmbeddedServers", "EmbeddedUnavailable", "serve"]
