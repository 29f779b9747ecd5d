"""A pytest plugin: `redress_delivery` replays a recording to a team's consumer, once for each way of delivery."""

from collections.abc import Collection
from pathlib import Path
from typing import Protocol

import pytest

from redress_contracts.records import read_recording
from redress_contracts.replaying import DELIVERIES, DeliveryError, Factory, Recording, check

_DEMO = Path(__file__).parent / "recordings" / "demo.jsonl"


class Delivery(Protocol):
    """What the fixture is: call it with what makes a consumer."""

    def __call__(self, make: Factory, *, topics: Collection[str] | None = None) -> None:
        """Fail the test where the consumer does not stand this way of delivery.

        `topics` leaves out all others; without it the consumer gets every fact of the recording.
        """


def pytest_addoption(parser: pytest.Parser) -> None:
    """The recording to replay; the kit's own, four cases of the demo, where none is named."""
    text = "a recording that `redress topics record` wrote; the kit's own by default"
    parser.getgroup("redress").addoption("--redress-recording", metavar="FILE", help=text)
    parser.addini("redress_recording", text, default="")


@pytest.fixture(scope="session")
def redress_recording(pytestconfig: pytest.Config) -> Path:
    """The file that is replayed."""
    named = pytestconfig.getoption("--redress-recording") or pytestconfig.getini("redress_recording")
    return pytestconfig.rootpath / named if named else _DEMO


@pytest.fixture(params=list(DELIVERIES))
def redress_delivery(request: pytest.FixtureRequest, redress_recording: Path) -> Delivery:
    """One way of delivery; a test that uses it runs once for each."""

    def deliver(make: Factory, *, topics: Collection[str] | None = None) -> None:
        recording = Recording.of(read_recording(redress_recording), topics)
        wrong = ""
        try:
            check(request.param, recording, make)
        except DeliveryError as error:
            wrong = str(error)
        if wrong:  # out of the except block: the report needs no chain of what led to the sentence
            pytest.fail(wrong, pytrace=False)

    return deliver
