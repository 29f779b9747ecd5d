"""Which kinds of item each side can bring."""

from collections.abc import Sequence

from shared.kernel.actors import Side
from shared.kernel.items import ItemType
from shared.kernel.refusals import Refused

MAY_SUBMIT: dict[Side, frozenset[ItemType]] = {
    Side.BUYER: frozenset(
        {
            ItemType.PHOTO,
            ItemType.VIDEO,
            ItemType.CHAT_RECORD,
            ItemType.WAYBILL,
            ItemType.LOGISTICS_TRACE,
            ItemType.INSPECTION_REPORT,
            ItemType.ORDER_SCREENSHOT,
            ItemType.PAYMENT_RECORD,
            ItemType.STATEMENT,
        }
    ),
    Side.SELLER: frozenset(
        {
            ItemType.QUALITY_CERTIFICATE,
            ItemType.AFTER_SALES_PROMISE,
            ItemType.CHAT_RECORD,
            ItemType.SHIPPING_PROOF,
            ItemType.SUPPLY_CHAIN_DOCUMENT,
            ItemType.INSPECTION_REPORT,
            ItemType.STATEMENT,
            ItemType.PHOTO,
            ItemType.VIDEO,
        }
    ),
}


def item_type_must_fit_the_side(side: Side, kinds: Sequence[ItemType], field: str) -> Refused | None:
    unfit = [kind for kind in kinds if kind not in MAY_SUBMIT[side]]
    if not unfit:
        return None
    return Refused(
        "item_type_must_fit_the_side",
        detail=f"a {side} does not bring {', '.join(unfit)}",
        field=field,
        cure=f"choose from {', '.join(sorted(MAY_SUBMIT[side]))}",
    )
