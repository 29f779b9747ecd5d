"""What intake answers: the case file's timeline, and the order book."""

from fastapi import APIRouter

from services.intake.views import case_timeline, order_book
from shared.entrypoints.view_routes import view_routes
from shared.eventing.reading import Reader


def routes(reader: Reader) -> APIRouter:
    router = APIRouter()
    router.include_router(
        view_routes(
            reader,
            case_timeline.VIEW,
            one="/cases/{case_id}",
            many="/cases",
            what="case",
            by=("status", "buyer_id", "seller_id"),
        )
    )
    router.include_router(
        view_routes(reader, order_book.VIEW, one="/orders/{case_id}", many="/orders", what="order", by=("buyer_id",))
    )
    return router
