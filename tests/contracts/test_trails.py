"""For how long a reader has been behind, from where the end was at what time."""

from shared.adapters.trails import Trail


def test_a_reader_at_the_end_is_not_behind() -> None:
    trail = Trail()

    assert [trail.look(now, end=7, position=7) for now in (0, 100)] == [0, 0]
    assert trail.stuck(200) == 0


def test_a_reader_is_behind_since_the_oldest_end_that_it_has_not_reached() -> None:
    trail = Trail()
    looks = [(0, 5, 5), (10, 8, 5), (20, 12, 5), (30, 12, 8), (40, 12, 12), (50, 13, 12)]

    assert [trail.look(*look) for look in looks] == [0, 0, 10, 10, 0, 0]


def test_a_reader_that_moves_is_behind_and_not_stuck() -> None:
    trail = Trail()
    trail.look(0, end=1000, position=0)

    assert trail.look(90, end=2000, position=900) == 90
    assert trail.stuck(95) == 5


def test_a_reader_that_does_not_move_is_stuck_since_there_was_something_to_read() -> None:
    trail = Trail()
    trail.look(0, end=3, position=3)
    trail.look(500, end=4, position=3)

    assert trail.look(560, end=9, position=3) == 60
    assert trail.stuck(570) == 70


def test_what_was_unread_before_anybody_looked_is_as_old_as_it_says() -> None:
    trail = Trail()

    assert trail.look(1000, end=4, position=1, since=400) == 600
    assert trail.look(1010, end=4, position=4) == 0
    assert Trail().look(1000, end=4, position=1, since=5000) == 0, "an instant in the future makes nobody early"


def test_a_trail_stays_small_and_keeps_its_oldest_end() -> None:
    trail = Trail()
    for second in range(5000):
        behind = trail.look(second, end=second + 1, position=0)

    assert behind == 4999
    assert len(trail._ends) <= 721
