"""Streams in memory share a room: who finds none is let go, and makes room for others."""

from shared.eventing.in_hand import Hand


def test_what_finds_room_is_held_whole_and_what_does_not_is_let_go_whole() -> None:
    hand = Hand(10)
    with hand.hold() as first, hand.hold() as second:
        first.keep(b"abc")
        second.keep(b"1234")
        first.keep(b"de")
        second.keep(b"56")  # eleven bytes in all
        first.keep(b"fghij")  # in the room that the other left

        assert (first.whole(), second.whole()) == (b"abcdefghij", None)
    assert hand.room == 10


def test_content_that_was_given_out_counts_until_its_block_ends() -> None:
    """INVARIANT: what is being inspected lies in memory too, so nothing else takes its room."""
    hand = Hand(5)
    with hand.hold() as first:
        first.keep(b"12345")
        assert first.whole() == b"12345"
        with hand.hold() as second:
            second.keep(b"x")
            assert second.whole() is None
        assert hand.room == 0
    with hand.hold() as third:
        third.keep(b"x")
        assert third.whole() == b"x"


def test_nothing_is_held_of_a_stream_that_was_let_go() -> None:
    hand = Hand(3)
    with hand.hold() as one:
        one.keep(b"1234")
        one.keep(b"5")
        assert (one.whole(), hand.room) == (None, 3)
