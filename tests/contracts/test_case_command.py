"""`redress case equal-treatment` on the configured stores."""

import asyncio
import json
from uuid import uuid1

import pytest

from redress.commands import cases
from services.evidence.views import time_given
from services.mediation.views import mediation_file
from shared.adapters.mongo_client import open_database
from shared.adapters.mongo_views import MongoViewStore
from shared.eventing.ports import Shown
from tests.examples import mediation as the
from tests.kit.deciding import document_of
from tests.pure.evidence.test_view_time_given import shown

CASE = "case-1"


@pytest.fixture
def deployed(mongo_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment whose evidence and mediation each show one case."""
    name = f"cases_{uuid1().hex}"
    monkeypatch.setenv("REDRESS_MONGO__URL", mongo_url)
    monkeypatch.setenv("REDRESS_MONGO__DATABASE", name)
    mediated = document_of(mediation_file.VIEW, *the.a_mediation_with_an_offer().facts)
    assert mediated is not None

    async def show() -> None:
        database = await open_database(mongo_url, name)
        store = MongoViewStore(database)
        for view, document in ((time_given.VIEW, shown()), (mediation_file.VIEW, mediated)):
            collection = f"{view.name}_v{view.version}_1"
            await store.prepare(collection, view.indexed)
            await store.write(collection, 0, [Shown(CASE, 2, 2, document.model_dump(mode="json"), {})])
        database.client.close()

    asyncio.run(show())


@pytest.mark.usefixtures("deployed")
def test_both_parts_are_told_with_a_sentence_for_each_difference(capsys: pytest.CaptureFixture[str]) -> None:
    cases.equal_treatment(CASE)

    lines = capsys.readouterr().out.splitlines()
    assert "The buyer was asked for evidence 3 times, the seller once." in lines
    assert "The seller made 1 offer, the buyer none." in lines
    assert [line for line in lines if line.strip() in {"evidence of the first round", "mediation and what followed"}]


@pytest.mark.usefixtures("deployed")
def test_the_parts_are_printed_as_the_services_answer_them(capsys: pytest.CaptureFixture[str]) -> None:
    cases.equal_treatment(CASE, json=True)

    evidence, mediation = json.loads(capsys.readouterr().out)
    assert (evidence["part"], mediation["part"]) == ("evidence", "mediation")
    assert {evidence["case_id"], mediation["case_id"]} == {CASE}


@pytest.mark.usefixtures("deployed")
def test_a_case_that_nobody_knows_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cases.equal_treatment("case-2")

    assert left.value.code == 1
    assert "no service knows case case-2" in capsys.readouterr().out
