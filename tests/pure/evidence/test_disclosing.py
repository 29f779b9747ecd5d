"""AcknowledgeDisclosure: the other side's receipt of what it was shown."""

from services.evidence.domain.events import DisclosureAcknowledged
from shared.kernel.actors import Side
from tests.examples.evidence import (
    LIN,
    STRANGER,
    a_round_with_a_photo,
    a_sealed_first_round,
    a_statement_of_the_buyer,
    acknowledging,
    later,
    no_file,
    stopping,
)


def test_the_other_side_acknowledges_what_it_was_shown() -> None:
    a_round_with_a_photo().when(acknowledging("photo-of-the-spout", "photo-of-the-spout")).then(
        DisclosureAcknowledged(side=Side.SELLER, item_ids=("photo-of-the-spout",), received_at=later(4))
    )


def test_a_receipt_is_possible_after_the_round() -> None:
    a_sealed_first_round().after(acknowledging("kiln-certificate", by=LIN, hours=50))
    a_round_with_a_photo().after(stopping()).after(acknowledging("photo-of-the-spout", hours=6))


def test_only_new_receipts_are_recorded() -> None:
    received = a_round_with_a_photo().after(acknowledging("photo-of-the-spout")).after(a_statement_of_the_buyer())

    received.when(acknowledging("photo-of-the-spout", "account-of-lin", hours=8)).then(
        DisclosureAcknowledged(side=Side.SELLER, item_ids=("account-of-lin",), received_at=later(8))
    )


def test_a_receipt_given_twice_is_recorded_once() -> None:
    received = a_round_with_a_photo().after(acknowledging("photo-of-the-spout"))

    received.when(acknowledging("photo-of-the-spout", hours=6)).then_nothing()


def test_own_and_unknown_items_need_no_receipt() -> None:
    rule = "item_must_be_disclosed_to_this_side"

    a_round_with_a_photo().when(acknowledging("photo-of-the-spout", by=LIN)).then_refused(rule)
    a_round_with_a_photo().when(acknowledging("nothing-known")).then_refused(rule)


def test_only_a_party_of_an_open_file_acknowledges() -> None:
    command = acknowledging("photo-of-the-spout", by=STRANGER)

    a_round_with_a_photo().when(command).then_refused("only_a_party_may_do_this")
    no_file().when(command).then_refused("round_must_be_open")
