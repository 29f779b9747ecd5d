"""The facts of a case stand in the order of their causes, with all four chains or with evidence's alone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO

import pytest

from shared.bundle.chains import Link, as_link
from shared.bundle.checking import check_bundle
from shared.bundle.container import MismatchError
from shared.bundle.exporting import Dossier
from shared.bundle.steps import Step, decided, published
from shared.eventing.commits import Cause, CauseKind, Commit, Outgoing, Record
from shared.kernel.actors import SYSTEM
from tests.kit.bundles import bundle_of, dossier, played

CASE = "a-case"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def commit(cause: Cause, told: str, at: datetime = NOON, heard: str = "", before: Sequence[Commit] = ()) -> Commit:
    """One that tells one fact, the next of its service; `told` and `heard` are ids."""
    first = before[-1].last + 1 if before else 1
    text = f'{{"at":"{at.isoformat().replace("+00:00", "Z")}"}}'
    record = Record("thing.done.v1", told, text)
    out = Outgoing("thing.done", record.type, told, len(before) + 1, text)
    known = Record(record.type, heard, text) if heard else None
    last = first + (known is not None)
    prev = before[-1].digest if before else ""
    return Commit(CASE, 0, first, last, cause, SYSTEM, at, (record,), known, (out,), None, prev).sealed()


def asked(name: str) -> Cause:
    return Cause(name, CauseKind.COMMAND, "http")


def hearing(source: str, seq: int, name: str) -> Cause:
    return Cause(name, CauseKind.FACT, source, seq)


def links(chains: Mapping[str, Sequence[Commit]]) -> Mapping[str, Sequence[Link]]:
    return {service: [as_link(one) for one in commits] for service, commits in chains.items()}


def ids(steps: Sequence[Step]) -> list[str]:
    return [step.id for step in steps]


async def test_causes_come_first_of_one_instant_whichever_chains_are_at_hand() -> None:
    """INVARIANT: who reads a bundle sees what led to what, also where two services answered within one millisecond.

    It breaks when facts are put in order by their instants alone: an answer has the instant of what it answers.
    """
    world = await played(24)
    of_others = 0
    for case_id in world.cases:
        chains = links((await dossier(world, case_id)).chains)
        led = [
            (link.heard.id, told.id, link.heard.type)
            for service in chains.values()
            for link in service
            if link.heard
            for told in link.told
        ]
        for known in (chains, {"evidence": chains["evidence"]} if "evidence" in chains else {}):
            steps = published(case_id, known).steps
            place = {step.id: n for n, step in enumerate(steps)}
            by_id = {step.id: step for step in steps}
            for cause, effect, kind in led:
                if cause not in place or effect not in place:
                    continue
                assert place[cause] < place[effect], f"{kind} stands after {by_id[effect].type}, which it led to"
                sources = {by_id[cause].source, by_id[effect].source}
                of_others += known is not chains and "evidence" not in sources and by_id[cause].at == by_id[effect].at
    assert of_others, "no answer between services without a chain: this shows nothing"


def test_a_service_keeps_its_order_whatever_its_clock_says() -> None:
    late = commit(asked("a"), "first")
    chains = links({"mediation": [late, commit(asked("b"), "second", NOON.replace(hour=11), before=[late])]})

    assert ids(published(CASE, chains).steps) == ids(decided(CASE, chains).steps) == ["first", "second"]
    assert published(CASE, chains).as_of == "2026-11-25T12:00:00.000Z"


def test_instants_are_told_apart_however_they_are_spelt() -> None:
    half = NOON.replace(microsecond=500_000)
    later, sooner = commit(asked("a"), "later", half), commit(asked("b"), "sooner", NOON)
    spelt = links({"intake": [later], "evidence": [sooner]})
    heard = links(
        {"appeals": [commit(hearing("intake", 1, "later"), "x", half.replace(second=1), "later")]},
    )

    assert ids(published(CASE, spelt).steps) == ["sooner", "later"]
    assert ids(decided(CASE, {**heard, "evidence": spelt["evidence"]}).steps) == ["sooner", "later", "x"]


def test_the_order_does_not_hang_on_how_the_chains_were_read() -> None:
    chains = links({name: [commit(asked(name), name)] for name in ("appeals", "intake", "mediation", "evidence")})

    expected = ["intake", "evidence", "mediation", "appeals"]
    assert ids(published(CASE, chains).steps) == expected
    assert ids(published(CASE, {name: chains[name] for name in reversed(list(chains))}).steps) == expected


async def test_chains_that_each_hear_first_what_the_other_tells_are_found_out() -> None:
    """Each chain is sound alone, and the order of both is one that cannot have been."""
    intake = [commit(hearing("evidence", 1, "e"), "i", heard="e")]
    evidence = [commit(hearing("intake", 1, "i"), "e", heard="i")]
    forged = await bundle_of(Dossier(CASE, "staff", {"intake": intake, "evidence": evidence}))

    with pytest.raises(MismatchError, match="told only after it"):
        check_bundle(BytesIO(forged))
