"""The kit's ordering: the consumer's part of the contract."""

import json
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redress_contracts import Gap, Ordering, Received, Record, read_record
from shared.contracts.intake import PersonErased
from shared.contracts.platform import OrderRecorded
from tests.examples import evidence, intake
from tests.kit.counter import NOON
from tests.kit.wire import Outside

WITHDRAWN = evidence.a_withdrawn_complaint()


def fact(seq: int, case: str = "case-1") -> Received:
    sent = Outside().tell(WITHDRAWN.model_copy(update={"case_id": case}), seq=seq)
    return read_record(Record(sent.topic, sent.key, sent.value, tuple(sent.headers)))


def order(version: int) -> Received:
    sent = Outside().tell(OrderRecorded(at=NOON, version=version, order=intake.an_order()))
    return read_record(Record(sent.topic, sent.key, sent.value, tuple(sent.headers)))


def erased(fact_id: str) -> Received:
    told = PersonErased(case_id="person:lin", at=NOON, person_id="lin", key_fingerprint=None, destroyed_at=NOON)
    sent = Outside().tell(told, fact_id=fact_id)
    return read_record(Record(sent.topic, sent.key, sent.value, tuple(sent.headers)))


@pytest.mark.parametrize("arrival", list(permutations([1, 2, 3, 4])))
def test_facts_are_applied_in_order_however_they_come(arrival: tuple[int, ...]) -> None:
    ordering = Ordering()

    applied = [one.seq for seq in arrival for one in ordering.take(fact(seq))]

    assert applied == [1, 2, 3, 4]
    assert not ordering.gaps()


def test_what_was_seen_is_dropped_whether_applied_or_held() -> None:
    ordering = Ordering()
    assert [one.seq for one in ordering.take(fact(1))] == [1]

    assert not ordering.take(fact(1))
    assert not ordering.take(fact(3))
    assert not ordering.take(fact(3))

    assert list(ordering.gaps()) == [Gap("case-1", "intake", 2, 1)]
    assert [one.seq for one in ordering.take(fact(2))] == [2, 3]


def test_cases_do_not_wait_for_each_other() -> None:
    ordering = Ordering()

    assert not ordering.take(fact(2, "case-1"))
    assert ordering.take(fact(1, "case-2"))


def test_of_versions_only_a_newer_one_counts_and_none_is_waited_for() -> None:
    ordering = Ordering()

    taken = [[one.seq for one in ordering.take(order(version))] for version in (2, 5, 4, 5, 6)]

    assert taken == [[2], [5], [], [], [6]]


def test_what_takes_no_number_is_known_by_its_id() -> None:
    ordering = Ordering()

    assert [len(ordering.take(erased(name))) for name in ("a", "b", "a")] == [1, 1, 0]


def test_a_number_that_will_not_come_can_be_given_up() -> None:
    ordering = Ordering()
    assert not ordering.take(fact(2))

    with pytest.raises(ValueError, match="the next number is 1, not 2"):
        ordering.skip("case-1", "intake", 2)

    assert [one.seq for one in ordering.skip("case-1", "intake", 1)] == [2]
    assert not ordering.take(fact(1)), "given up is given up"


def test_a_forgotten_case_begins_anew() -> None:
    ordering = Ordering()
    ordering.take(fact(1))
    ordering.forget("case-1")

    assert ordering.take(fact(1))
    ordering.forget("never heard of")


@given(st.lists(st.integers(1, 6), max_size=20), st.integers(0, 20))
def test_a_consumer_that_dies_goes_on_from_its_kept_state(arrival: list[int], dies_after: int) -> None:
    """INVARIANT: state that was kept as JSON with the effects loses no held fact and lets none be applied twice.

    Held facts that lived in memory only would be lost once their offsets are committed.
    """
    whole, ordering = Ordering(), Ordering()
    found: list[int | None] = []
    for number, seq in enumerate([*arrival, 1, 2, 3, 4, 5, 6]):
        if number == dies_after:
            kept = json.dumps(ordering.state("case-1"))
            ordering = Ordering()
            ordering.restore("case-1", json.loads(kept))
        found += [one.seq for one in ordering.take(fact(seq))]
        found += [one.seq for one in ordering.take(erased("same"))] if number == 0 else []
    expected = [one.seq for seq in [*arrival, 1, 2, 3, 4, 5, 6] for one in whole.take(fact(seq))]

    assert [seq for seq in found if seq is not None] == expected == [1, 2, 3, 4, 5, 6]
