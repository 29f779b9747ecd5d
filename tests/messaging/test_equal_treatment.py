"""The equal-treatment report over HTTP: each service answers for what it did itself."""

from shared.adapters.clock import VirtualClock
from tests.kit.deciding import NOON
from tests.kit.http import problem_of
from tests.kit.runtime import Notes, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, EVIDENCE, JUN, MEDIATION, Ask, a_mediation, an_open_round

PATH = f"/cases/{CASE}/equal-treatment"


async def test_evidence_compares_what_it_gave_both_sides() -> None:
    notes = Notes()
    async with running(EVIDENCE.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as run:
        before = problem_of(await run.http.client.get(PATH), 404)
        await an_open_round(run)
        await run.caught_up()
        part = (await run.http.client.get(PATH)).json()

    assert before["rule"] == "treatment_must_exist"
    assert (part["case_id"], part["part"]) == (CASE, "evidence")
    (opened,) = part["chapters"]
    given = next(one for one in opened["measures"] if one["name"] == "given_seconds")
    assert (given["buyer"], given["seller"], given["difference"]) == (72 * 3600, 72 * 3600, None)


async def test_mediation_compares_whom_it_spoke_with() -> None:
    notes = Notes()
    async with running(MEDIATION.build, ports(VirtualClock(NOON), notes), notes) as run:
        await a_mediation(run)
        call = {"channel": "phone", "with_side": "seller", "note": "About the spout.", "outcome": "Thinks it over."}
        await Ask("log_contact", JUN, call).must(run)
        await run.caught_up()
        part = (await run.http.client.get(PATH)).json()

    sentences = [one["difference"] for one in part["chapters"][0]["measures"] if one["difference"]]
    assert sentences == ["The seller was called or written to once, the buyer not at all."]
    assert not part["given_alike"]
    assert "spout" not in str(part)
