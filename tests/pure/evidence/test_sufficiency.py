"""How each element stands, and what would help next."""

from services.evidence.domain.submitting import SubmitEvidence
from services.evidence.domain.sufficiency import Standing, sufficiency
from shared.kernel.actors import Side
from shared.kernel.items import Element, ItemType
from tests.examples.evidence import (
    CERTIFICATE,
    a_kiln_certificate,
    a_photo_of_the_spout,
    an_open_first_round,
)


def standing_of(element: Element, *submitted: SubmitEvidence) -> Standing:
    history = an_open_first_round()
    for command in submitted:
        history = history.after(command)
    file = history.state.file
    (standing,) = [one for one in sufficiency(file.rules.burdens, file.items) if one.element is element]
    return standing


def test_an_empty_element_names_its_bearer_and_the_first_thing_to_bring() -> None:
    assert standing_of(Element.PROBLEM) == Standing(
        element=Element.PROBLEM,
        bearer=Side.BUYER,
        met=False,
        items_in={Side.BUYER: (), Side.SELLER: ()},
        missing=(ItemType.PHOTO, ItemType.VIDEO, ItemType.INSPECTION_REPORT),
        next_best={Side.BUYER: ItemType.PHOTO, Side.SELLER: ItemType.PHOTO},
    )


def test_one_fitting_item_of_the_bearer_meets_the_burden() -> None:
    standing = standing_of(Element.PROBLEM, a_photo_of_the_spout())

    assert standing.met
    assert standing.items_in[Side.BUYER] == ("photo-of-the-spout",)
    assert standing.missing == (ItemType.VIDEO, ItemType.INSPECTION_REPORT)
    assert standing.next_best[Side.BUYER] is ItemType.VIDEO


def test_the_other_sides_item_does_not_meet_the_burden() -> None:
    photo = a_kiln_certificate(type=ItemType.PHOTO, element=Element.PROBLEM)

    standing = standing_of(Element.PROBLEM, photo)

    assert not standing.met
    assert standing.items_in[Side.SELLER] == ("kiln-certificate",)
    assert standing.next_best[Side.SELLER] is ItemType.VIDEO


def test_a_side_that_cannot_bring_the_tables_kinds_can_still_give_its_account() -> None:
    standing = standing_of(Element.PURCHASE)

    assert standing.next_best == {Side.BUYER: ItemType.ORDER_SCREENSHOT, Side.SELLER: ItemType.STATEMENT}


def test_nothing_more_is_suggested_when_all_is_in() -> None:
    account = a_kiln_certificate(type=ItemType.STATEMENT, element=Element.PURCHASE)

    assert standing_of(Element.PURCHASE, account).next_best[Side.SELLER] is None


def test_a_superseded_item_counts_for_nothing() -> None:
    moved = a_kiln_certificate(
        item_id="newer", type=ItemType.STATEMENT, supersedes="kiln-certificate", stored=(CERTIFICATE,)
    )

    standing = standing_of(Element.RESPONSIBILITY, a_kiln_certificate(), moved)

    assert standing.items_in[Side.SELLER] == ("newer",)
    assert ItemType.QUALITY_CERTIFICATE in standing.missing
