"""Opening a file, queueing it once evidence is sealed, stopping when the case ends early."""

import pytest

from services.mediation.domain.casefile import CaseFile, SealedEvidence, rules_of
from services.mediation.domain.events import (
    FileOpened,
    ManifestKept,
    ManifestRenewed,
    MediationQueued,
    MediationStopped,
    RulingIssued,
)
from services.mediation.domain.opening import OpenFile, OpenMediation, StopMediation
from services.mediation.domain.standing import Mediating, Queued
from shared.kernel.actors import Role, Side
from shared.kernel.items import Element
from shared.kernel.remedies import Demand, Remedy
from tests.examples import mediation as the
from tests.kit.deciding import History

SEALED = SealedEvidence(manifest=(the.CRACK_PHOTO, the.UNSEEN_CERTIFICATE), digest=the.DIGEST, sealed_at=the.SEALED_AT)
OPENED = FileOpened(
    file=CaseFile(
        parties=the.PARTIES,
        tier=Role.FRONTLINE,
        price_paid=the.TEAPOT_PRICE,
        policy_version=the.the_policy().version,
        rules=rules_of(the.the_policy(), "product_quality"),
        order_id="order-7",
        line_id="line-1",
    ),
    category="product_quality",
    demand=Demand(remedy=Remedy.RETURN_REFUND, amount=the.TEAPOT_PRICE),
)


def test_an_accepted_complaint_opens_a_file_with_the_numbers_of_its_policy() -> None:
    the.no_file().when(the.accepted()).then(OPENED)


def test_the_state_says_which_policy_version_is_pinned() -> None:
    assert the.an_open_file().state.policy_version == the.the_policy().version


def test_a_category_the_policy_does_not_know_leaves_the_burden_with_who_claims() -> None:
    assert rules_of(the.the_policy(), "unheard_of").bearer_of(Element.RESPONSIBILITY) is Side.BUYER


def test_a_file_is_opened_once() -> None:
    the.an_open_file().when(the.accepted()).then_nothing()


def test_sealed_evidence_queues_the_case() -> None:
    the.an_open_file().when(the.sealed()).then(MediationQueued(sealed=SEALED))


def test_a_manifest_that_comes_before_its_complaint_waits_for_it() -> None:
    early = the.no_file().when(the.sealed())

    early.then(ManifestKept(sealed=SEALED))


def test_a_complaint_whose_manifest_came_first_is_queued_at_once() -> None:
    history = the.no_file().after(the.sealed())

    history.when(the.accepted()).then(OPENED, MediationQueued(sealed=SEALED))
    assert isinstance(history.after(the.accepted()).state, Queued)


def test_evidence_is_sealed_once() -> None:
    for history in (the.no_file().after(the.sealed()), the.a_queued_mediation(), the.an_open_mediation()):
        history.when(the.sealed()).then_nothing()


SEALING_AGAIN = the.sealed_again()
RENEWED = SealedEvidence(
    manifest=SEALING_AGAIN.manifest, digest=SEALING_AGAIN.manifest_digest, sealed_at=SEALING_AGAIN.at
)


@pytest.mark.parametrize(
    "history",
    [the.a_queued_mediation(), the.an_open_mediation(), the.a_failed_mediation()],
    ids=lambda history: type(history.state).__name__,
)
def test_evidence_that_is_sealed_again_takes_the_place_of_what_was_sealed_before(history: History) -> None:
    history.when(SEALING_AGAIN).then(ManifestRenewed(sealed=RENEWED))
    history.after(SEALING_AGAIN).when(SEALING_AGAIN).then_nothing()


def test_what_was_asked_for_after_the_seal_can_be_cited_in_the_ruling() -> None:
    finding = the.SPOUT_IS_CRACKED.model_copy(update={"cites": ("letter",)})
    citing = the.a_ruling(findings=(finding,))

    the.a_failed_mediation().when(citing).then_refused("cited_item_must_be_in_the_sealed_manifest")
    the.a_failed_mediation().after(SEALING_AGAIN).when(citing).then_types(RulingIssued)


def test_a_manifest_that_waits_is_replaced_and_a_ruling_keeps_its_own() -> None:
    the.no_file().after(the.sealed()).when(SEALING_AGAIN).then(ManifestKept(sealed=RENEWED))
    the.a_ruled_case().when(SEALING_AGAIN).then_nothing()


@pytest.mark.parametrize(
    "history",
    [the.an_open_file(), the.a_queued_mediation(), the.an_open_mediation(), the.a_failed_mediation()],
    ids=lambda history: type(history.state).__name__,
)
def test_a_case_that_ends_before_anything_binds_stops_the_mediation(history: History) -> None:
    stopping = the.asked(StopMediation, reason="withdrawn")

    history.when(stopping).then(MediationStopped(reason="withdrawn"))
    history.after(stopping).when(stopping).then_nothing()


@pytest.mark.parametrize(
    "history",
    [the.no_file(), the.a_settled_case(), the.a_ruled_case(), the.a_fulfilled_ruling()],
    ids=lambda history: type(history.state).__name__,
)
def test_what_was_agreed_or_ruled_stands_when_the_case_closes(history: History) -> None:
    history.when(the.asked(StopMediation, reason="closed")).then_nothing()


def test_only_the_platform_opens_and_stops() -> None:
    opening = OpenFile(**{**dict(the.accepted()), "by": the.LIN})
    sealing = OpenMediation(**{**dict(the.sealed()), "by": the.MEI})
    stopping = the.asked(StopMediation, by=the.LIN, reason="withdrawn")

    the.no_file().when(opening).then_refused("only_the_platform_may_do_this")
    the.an_open_file().when(sealing).then_refused("only_the_platform_may_do_this")
    the.an_open_mediation().when(stopping).then_refused("only_the_platform_may_do_this")
    assert isinstance(the.an_open_mediation().state, Mediating)
