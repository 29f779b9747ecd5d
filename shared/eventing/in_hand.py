"""Streams that are kept in memory while they are stored elsewhere: all of them together within a bound."""

from collections.abc import Iterator
from contextlib import contextmanager


class Held:
    """What came of one stream, as long as there is room for all of it."""

    def __init__(self, hand: "Hand") -> None:
        self._hand = hand
        self._pieces: list[bytes] = []
        self._size = 0
        self._let_go = False

    def keep(self, piece: bytes) -> None:
        """Keep one more piece. Without room for it the whole stream is let go."""
        if self._let_go:
            return
        if len(piece) > self._hand.room:
            self.let_go()
            return
        self._hand.room -= len(piece)
        self._size += len(piece)
        self._pieces.append(piece)

    def whole(self) -> bytes | None:
        """All that came, once; None when there was no room for it. It counts as held until the stream is let go."""
        if self._let_go:
            return None
        content = b"".join(self._pieces)
        self._pieces.clear()
        return content

    def let_go(self) -> None:
        """Make room for others."""
        self._hand.room += self._size
        self._pieces.clear()
        self._size = 0
        self._let_go = True


class Hand:
    """Room in bytes that streams share. Nobody waits for somebody else's slow line: who finds none is not held."""

    def __init__(self, room: int) -> None:
        self.room = room

    @contextmanager
    def hold(self) -> Iterator[Held]:
        """Hold one stream while the block runs."""
        held = Held(self)
        try:
            yield held
        finally:
            held.let_go()
