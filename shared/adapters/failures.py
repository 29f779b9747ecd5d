"""Failures at start that end the process: one clear line and an exit code of sysexits.h."""

from typing import ClassVar


class StartFailure(Exception):  # noqa: N818  # names the outcome, as Refused does
    """The process cannot start."""

    EXIT: ClassVar[int] = 1


class Misconfigured(StartFailure):
    """Settings are wrong; trying again without changing them cannot help. EX_CONFIG."""

    EXIT: ClassVar[int] = 78


class Unreachable(StartFailure):
    """A server cannot be reached; it may be there later. EX_UNAVAILABLE."""

    EXIT: ClassVar[int] = 69
