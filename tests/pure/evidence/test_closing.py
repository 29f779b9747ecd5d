"""FinishEvidence and CloseOnDue: a round ends with a sealed manifest, early or on its due."""

import hashlib
import json
from datetime import timedelta

from services.evidence.domain.closing import digest_of
from services.evidence.domain.events import EvidenceClosed, RebuttalOpened, SideFinished
from services.evidence.domain.evidence_file import Sealed, Suspended
from shared.kernel.actors import Side
from shared.kernel.items import Round
from tests.examples.evidence import (
    APPEAL_DUE,
    APPEALED,
    DUE,
    LIN,
    QINGYAO,
    STRANGER,
    a_kiln_certificate,
    a_photo_of_the_spout,
    a_round_with_a_photo,
    a_sealed_first_round,
    a_statement_of_the_buyer,
    a_stopped_file,
    an_open_appeal_round,
    an_open_first_round,
    asking_the_seller,
    falling_due,
    finishing,
    giving_up_the_appeal,
    later,
    no_file,
    suspending,
)
from tests.kit.deciding import History

EMPTY_DIGEST = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"


def a_round_with_a_late_photo() -> History:
    return an_open_first_round().after(a_photo_of_the_spout(at=later(60)))


def test_one_side_says_done() -> None:
    an_open_first_round().when(finishing(LIN)).then(SideFinished(side=Side.BUYER, finished_at=later(12)))


def test_the_round_closes_when_both_said_done() -> None:
    history = a_round_with_a_photo().after(finishing(LIN))

    _, closed = history.when(finishing(QINGYAO, hours=13)).then_types(SideFinished, EvidenceClosed)

    assert (closed.round, closed.reason, closed.closed_at) == (Round.FIRST, "both_done", later(13))
    assert [item.item_id for item in closed.manifest] == ["photo-of-the-spout"]
    assert closed.manifest_digest == digest_of(closed.manifest)


def test_saying_done_twice_changes_nothing() -> None:
    an_open_first_round().after(finishing(LIN)).when(finishing(LIN, hours=14)).then_nothing()
    a_sealed_first_round().when(finishing(LIN, hours=14)).then_nothing()


def test_done_is_refused_to_strangers_and_without_an_open_file() -> None:
    an_open_first_round().when(finishing(STRANGER)).then_refused("only_a_party_may_do_this")
    no_file().when(finishing(LIN)).then_refused("round_must_be_open")
    a_stopped_file().when(finishing(LIN)).then_refused("file_must_not_be_stopped")


def test_an_empty_round_closes_on_its_due() -> None:
    an_open_first_round().when(falling_due()).then(
        EvidenceClosed(round=Round.FIRST, manifest=(), manifest_digest=EMPTY_DIGEST, reason="due_passed", closed_at=DUE)
    )


def test_a_round_whose_last_item_is_old_enough_closes_on_its_due() -> None:
    (closed,) = a_round_with_a_photo().when(falling_due()).then_types(EvidenceClosed)

    assert closed.reason == "due_passed"


def test_the_other_side_gets_time_to_answer_the_last_item() -> None:
    a_round_with_a_late_photo().when(falling_due()).then(
        RebuttalOpened(side=Side.SELLER, until=later(84), remind_at=(later(78), later(82.8)))
    )


def test_a_side_that_said_done_may_answer_in_the_rebuttal_and_is_not_late() -> None:
    rebuttal = a_round_with_a_late_photo().after(finishing(QINGYAO)).after(falling_due())

    answered = rebuttal.after(a_kiln_certificate(at=later(80)))

    assert not answered.state.file.items[-1].late


def test_a_rebuttal_that_its_side_ends_early_closes_the_round() -> None:
    rebuttal = a_round_with_a_late_photo().after(falling_due())

    _, closed = rebuttal.when(finishing(QINGYAO, hours=75)).then_types(SideFinished, EvidenceClosed)

    assert closed.reason == "due_passed"


def test_what_is_brought_in_a_rebuttal_that_ends_early_can_be_answered_too() -> None:
    answered = a_round_with_a_late_photo().after(falling_due()).after(a_kiln_certificate(at=later(74)))

    _, opened = answered.when(finishing(QINGYAO, hours=75)).then_types(SideFinished, RebuttalOpened)

    assert (opened.side, opened.until) == (Side.BUYER, later(74 + 24))


def test_done_said_before_the_others_last_item_does_not_keep_from_answering_it() -> None:
    late = an_open_first_round().after(finishing(QINGYAO)).after(a_photo_of_the_spout(at=later(20)))

    _, opened = late.when(finishing(LIN, hours=21)).then_types(SideFinished, RebuttalOpened)

    assert (opened.side, opened.until) == (Side.SELLER, later(20 + 24))
    answering = late.after(finishing(LIN, hours=21))
    answering.when(finishing(QINGYAO, hours=22)).then_types(SideFinished, EvidenceClosed)
    answering.when(falling_due(later(44))).then_types(EvidenceClosed)


def test_a_last_item_that_is_long_known_needs_no_rebuttal() -> None:
    late = an_open_first_round().after(finishing(QINGYAO)).after(a_photo_of_the_spout(at=later(20)))

    late.when(finishing(LIN, hours=44)).then_types(SideFinished, EvidenceClosed)


def test_the_round_closes_after_an_unused_rebuttal() -> None:
    rebuttal = a_round_with_a_late_photo().after(falling_due())

    rebuttal.when(falling_due(later(83))).then_nothing()
    rebuttal.when(falling_due(later(84))).then_types(EvidenceClosed)


def test_each_side_answers_once_and_then_the_round_ends() -> None:
    sellers = a_round_with_a_late_photo().after(falling_due()).after(a_kiln_certificate(at=later(80)))
    buyers = sellers.after(falling_due(later(84)))
    assert buyers.state.rebutted == {Side.BUYER, Side.SELLER}

    answered = buyers.after(a_statement_of_the_buyer(at=later(103)))

    answered.when(falling_due(later(104))).then_types(EvidenceClosed)


def test_a_due_that_fires_late_grants_no_time_that_has_passed() -> None:
    a_round_with_a_late_photo().when(falling_due(later(84))).then_types(EvidenceClosed)


def test_a_due_that_was_extended_or_has_gone_does_nothing() -> None:
    an_open_first_round().after(asking_the_seller()).when(falling_due()).then_nothing()
    a_sealed_first_round().when(falling_due()).then_nothing()
    a_stopped_file().when(falling_due()).then_nothing()
    no_file().when(falling_due()).then_nothing()


def test_a_party_cannot_close_on_due() -> None:
    an_open_first_round().when(falling_due(by=LIN)).then_refused("only_the_platform_may_do_this")


def test_the_manifest_is_ordered_by_time_taken_then_submitted_without_superseded_items() -> None:
    history = (
        a_round_with_a_photo()
        .after(a_statement_of_the_buyer())
        .after(a_photo_of_the_spout(item_id="sharper-photo", supersedes="photo-of-the-spout", at=later(5)))
        .after(a_photo_of_the_spout(item_id="twin-photo", at=later(4)))
        .after(a_kiln_certificate(at=later(73)))
        .after(finishing(LIN))
    )

    _, closed = history.when(finishing(QINGYAO, hours=74)).then_types(SideFinished, EvidenceClosed)

    assert [(item.item_id, item.late) for item in closed.manifest] == [
        ("kiln-certificate", True),
        ("twin-photo", False),
        ("sharper-photo", False),
        ("account-of-lin", False),
    ]


def test_any_change_to_the_manifest_changes_its_digest() -> None:
    _, closed = (
        a_round_with_a_photo().after(finishing(LIN)).when(finishing(QINGYAO)).then_types(SideFinished, EvidenceClosed)
    )
    (item,) = closed.manifest

    assert digest_of((item.model_copy(update={"late": True}),)) != closed.manifest_digest


def test_the_round_of_an_appeal_that_was_given_up_is_sealed_as_it_is() -> None:
    """CloseOnWithdrawal."""
    (closed,) = an_open_appeal_round().when(giving_up_the_appeal()).then_types(EvidenceClosed)

    assert (closed.round, closed.reason, closed.closed_at) == (Round.APPEAL, "appeal_withdrawn", APPEALED)
    resting = an_open_appeal_round().after(suspending()).after(giving_up_the_appeal())
    assert isinstance(resting.state, Suspended)
    assert isinstance(resting.state.paused, Sealed)


def test_an_appeal_that_was_given_up_leaves_other_files_alone() -> None:
    for history in (no_file(), an_open_first_round(), a_sealed_first_round(), a_stopped_file()):
        history.when(giving_up_the_appeal()).then_nothing()


def test_only_the_platform_closes_the_round_of_an_appeal_that_was_given_up() -> None:
    an_open_appeal_round().when(giving_up_the_appeal(by=LIN)).then_refused("only_the_platform_may_do_this")


def test_the_appeal_manifest_holds_what_is_new() -> None:
    history = an_open_appeal_round().after(a_kiln_certificate(at=APPEALED, item_id="courier-report"))

    (closed,) = history.when(falling_due(APPEAL_DUE)).then_types(EvidenceClosed)

    assert closed.round is Round.APPEAL
    assert [item.item_id for item in closed.manifest] == ["courier-report"]
    sealed = history.after(falling_due(APPEAL_DUE + timedelta(hours=1))).state
    assert isinstance(sealed, Sealed)
    assert sealed.round is Round.APPEAL
    assert sealed.file.seals[Round.APPEAL] == closed.manifest_digest


def test_the_digest_of_a_manifest_from_before_lines_had_more_fields_is_what_it_was() -> None:
    """INVARIANT: a seal that was once published can be checked for ever.

    A new field of a manifest line that is written although it is absent breaks it.
    """
    line = a_sealed_first_round().facts[-1].manifest[0]  # type: ignore[attr-defined]
    old = line.model_copy(update={"late_by_seconds": None, "content_sha256": None})
    fields = ("disclosed_at", "element", "files", "item_id", "late", "submitted_at", "submitter", "type")
    written = {name: value for name, value in old.model_dump(mode="json").items() if name in fields}
    canonical = json.dumps([written], sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert digest_of((old,)) == hashlib.sha256(canonical.encode()).hexdigest()
