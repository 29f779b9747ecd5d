"""EndAppealRound: when no appeal is left its round is sealed as it stands."""

from collections.abc import Callable

import pytest

from services.evidence.domain.events import EvidenceClosed
from services.evidence.domain.evidence_file import Sealed
from services.evidence.domain.withdrawal import EndAppealRound
from shared.kernel.actors import SYSTEM
from shared.kernel.items import Round
from tests.examples.evidence import (
    APPEALED,
    CASE,
    QINGYAO,
    a_sealed_appeal_round,
    a_sealed_first_round,
    a_stopped_file,
    an_open_appeal_round,
    an_open_first_round,
    no_file,
)
from tests.kit.deciding import History

ENDING = EndAppealRound(id="end-round", case_id=CASE, at=APPEALED, by=SYSTEM)


def test_the_round_of_an_appeal_that_is_withdrawn_is_sealed_at_once() -> None:
    (closed,) = an_open_appeal_round().when(ENDING).then_types(EvidenceClosed)

    assert (closed.round, closed.reason, closed.closed_at) == (Round.APPEAL, "appeal_withdrawn", APPEALED)
    sealed = an_open_appeal_round().after(ENDING)
    assert isinstance(sealed.state, Sealed)
    sealed.when(ENDING).then_nothing()


@pytest.mark.parametrize(
    "state", [no_file, an_open_first_round, a_sealed_first_round, a_sealed_appeal_round, a_stopped_file]
)
def test_without_an_open_appeal_round_nothing_is_sealed(state: Callable[[], History]) -> None:
    state().when(ENDING).then_nothing()


def test_a_party_cannot_end_the_round() -> None:
    by_seller = ENDING.model_copy(update={"by": QINGYAO})

    an_open_appeal_round().when(by_seller).then_refused("only_the_platform_may_do_this")
