"""How each element of the claim stands: what is in, what is missing, who must show it, and what would help next."""

from services.evidence.domain.events import Item
from services.evidence.domain.evidence_file import current
from services.evidence.domain.item_types import MAY_SUBMIT
from shared.kernel.actors import Side
from shared.kernel.ids import Id
from shared.kernel.items import Element, ItemType
from shared.kernel.policy import Burden
from shared.kernel.values import Value


class Standing(Value):
    """How one element stands. `met`: its bearer brought at least one of the kinds the burden table names.

    `platform_items` are those that the platform added by itself; they relieve nobody of a burden.
    """

    element: Element
    bearer: Side
    met: bool
    items_in: dict[Side, tuple[Id, ...]]
    missing: tuple[ItemType, ...]
    next_best: dict[Side, ItemType | None]
    platform_items: tuple[Id, ...] = ()


def sufficiency(burdens: tuple[Burden, ...], items: tuple[Item, ...]) -> tuple[Standing, ...]:
    """One standing per row of the burden table; superseded items count for nothing."""
    valid = current(items)
    return tuple(_standing(burden, tuple(i for i in valid if i.element is burden.element)) for burden in burdens)


def _standing(burden: Burden, items: tuple[Item, ...]) -> Standing:
    brought = {side: [item for item in items if item.submitter is side] for side in Side}
    shown = {item.type for item in brought[burden.bearer]}
    return Standing(
        element=burden.element,
        bearer=burden.bearer,
        met=not shown.isdisjoint(burden.items),
        items_in={side: tuple(item.item_id for item in brought[side]) for side in Side},
        missing=tuple(kind for kind in burden.items if kind not in shown),
        next_best={side: _next_best(burden, side, {item.type for item in brought[side]}) for side in Side},
        platform_items=tuple(item.item_id for item in items if item.submitter == "platform"),
    )


def _next_best(burden: Burden, side: Side, brought: set[ItemType]) -> ItemType | None:
    # Where the table's kinds are closed to a side or already in, its own account still helps.
    helpful = (*burden.items, ItemType.STATEMENT)
    return next((kind for kind in helpful if kind in MAY_SUBMIT[side] and kind not in brought), None)
