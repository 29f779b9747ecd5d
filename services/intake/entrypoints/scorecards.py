"""Scorecards and cycle times over HTTP, counted when they are asked for."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from services.intake.views import case_outcome, order_book, scorecards
from services.intake.views.scorecards import (
    MONTH,
    AdjudicatorCard,
    BuyerCard,
    CategoryCard,
    CycleTimes,
    Period,
    SellerCard,
)
from shared.entrypoints.openapi import LINK, problems
from shared.entrypoints.paging import CursorUnfitError, cursor_after, next_link, start_of
from shared.entrypoints.problems import problem
from shared.eventing.ports import Between
from shared.eventing.reading import Reader
from shared.kernel.ids import Id
from shared.kernel.policy import PolicyBook

_SELLERS: Final = "seller_scorecards"
_LONGEST_PAGE: Final = 50


class Asked(BaseModel):
    """The months of filing to count. Anything else is refused: a misspelt month must not count everything."""

    model_config = ConfigDict(extra="forbid")

    first: Annotated[str | None, Field(alias="from", pattern=MONTH, description="The first month to count.")] = None
    last: Annotated[str | None, Field(alias="until", pattern=MONTH, description="The last month to count.")] = None

    @property
    def period(self) -> Period:
        return Period(first=self.first, last=self.last)


class PageAsked(Asked):
    """The same, a page at a time."""

    cursor: Annotated[str | None, Field(max_length=2000, description="`next_cursor` of the page before.")] = None
    limit: Annotated[int, Field(ge=1, le=_LONGEST_PAGE, description="How many at most.")] = 20


class Nothing(BaseModel):
    """No question but the path."""

    model_config = ConfigDict(extra="forbid")


class SellerCards(BaseModel):
    """A page of sellers' cards, in order of the seller's id."""

    items: Sequence[SellerCard]
    next_cursor: str | None


class Figures:
    """The figures that intake answers, counted by the store over indexed keys."""

    def __init__(self, reader: Reader, book: PolicyBook) -> None:
        self._reader = reader
        self._book = book

    async def seller(self, seller_id: str, period: Period) -> SellerCard:
        orders = await self._orders(period, seller_id=seller_id)
        tallied = await self._cases(scorecards.OUTCOMES, period, seller_id=seller_id)
        return SellerCard.model_validate({"seller_id": seller_id, **scorecards.card(tallied, orders, period)})

    async def category(self, category: str, period: Period) -> CategoryCard:
        orders = await self._orders(period)
        tallied = await self._cases(scorecards.OUTCOMES, period, category=category)
        return CategoryCard.model_validate({"category": category, **scorecards.card(tallied, orders, period)})

    async def adjudicator(self, adjudicator_id: str, period: Period) -> AdjudicatorCard:
        handled = await self._cases(scorecards.RULINGS, period, adjudicator_id=adjudicator_id)
        everyone = {
            basis: {one.values[0]: one.count for one in await self._cases(("kind",), period, basis=basis)}
            for basis in sorted({one.values[0] for one in handled if one.values[0] is not None})
        }
        reviewed = await self._cases(("review",), period, reviewer_id=adjudicator_id)
        return scorecards.adjudicator_card(adjudicator_id, period, handled, everyone, reviewed)

    async def buyer(self, buyer_id: str) -> BuyerCard:
        tallied = await self._reader.tally(case_outcome.VIEW, {"buyer_id": buyer_id}, ("result", "filed_on"))
        return scorecards.buyer_card(buyer_id, tallied, self._book.versions[-1].patterns)

    async def cycle_times(self, category: str, period: Period) -> CycleTimes:
        counted = {
            step: await self._cases(("month", f"{step}_hours"), period, category=category)
            for step in case_outcome.STEPS
        }
        return scorecards.cycle_times(category, period, counted)

    async def sellers(self, after: str | None, limit: int) -> Sequence[str]:
        """Sellers with orders, by id."""
        return await self._reader.values(order_book.VIEW, "seller_id", after=after, limit=limit)

    async def _orders(self, period: Period, **where: str) -> int:
        tallied = await self._reader.tally(order_book.VIEW, {**where, **_within(period)}, ())
        return sum(one.count for one in tallied)

    async def _cases(self, by: Sequence[str], period: Period, **where: str) -> Any:
        return await self._reader.tally(case_outcome.VIEW, {**where, **_within(period)}, by)


def scorecard_routes(reader: Reader, book: PolicyBook) -> APIRouter:
    """`GET /scorecards/...` and `/cycle-times/{category}`, each `?from=2026-01&until=2026-12`."""
    router = APIRouter(tags=["insight"])
    figures = Figures(reader, book)

    @router.get("/scorecards/sellers", responses={200: {"model": SellerCards, "headers": LINK}, **problems(422, 503)})
    async def seller_cards(asked: Annotated[PageAsked, Query()]) -> Response:
        """Sellers' cards, in order of the seller's id."""
        months = asked.model_dump(include={"first", "last"}, by_alias=True, exclude_none=True)
        try:
            after = start_of(_SELLERS, months, asked.cursor)
        except CursorUnfitError as error:
            cure = "take the cursor from the page before, and keep the period"
            return problem(422, "cursor_must_fit_the_query", str(error), field="query.cursor", cure=cure)
        found = await figures.sellers(after, asked.limit + 1)
        page = found[: asked.limit]
        following = cursor_after(_SELLERS, months, page[-1]) if len(found) > asked.limit else None
        cards = [await figures.seller(one, asked.period) for one in page]
        headers = {"Link": next_link({**months, "limit": str(asked.limit)}, following)} if following else None
        return JSONResponse({"items": [_plain(one) for one in cards], "next_cursor": following}, headers=headers)

    @router.get("/scorecards/sellers/{seller_id}", responses={200: {"model": SellerCard}, **problems(422, 503)})
    async def seller_card(seller_id: Annotated[Id, Path()], asked: Annotated[Asked, Query()]) -> Response:
        """One seller's card. A seller nobody knows has one too: nothing was ordered or filed."""
        return JSONResponse(_plain(await figures.seller(seller_id, asked.period)))

    @router.get("/scorecards/categories/{category}", responses={200: {"model": CategoryCard}, **problems(422, 503)})
    async def category_card(category: Annotated[Id, Path()], asked: Annotated[Asked, Query()]) -> Response:
        """One category's card."""
        return JSONResponse(_plain(await figures.category(category, asked.period)))

    @router.get(
        "/scorecards/adjudicators/{adjudicator_id}",
        responses={200: {"model": AdjudicatorCard}, **problems(422, 503)},
    )
    async def adjudicator_card(adjudicator_id: Annotated[Id, Path()], asked: Annotated[Asked, Query()]) -> Response:
        """One adjudicator's card, with consistency and reversal rate."""
        return JSONResponse(_plain(await figures.adjudicator(adjudicator_id, asked.period)))

    @router.get("/scorecards/buyers/{buyer_id}", responses={200: {"model": BuyerCard}, **problems(422, 503)})
    async def buyer_card(buyer_id: Annotated[Id, Path()], _: Annotated[Nothing, Query()]) -> Response:
        """One buyer's card, with the patterns that staff are told of."""
        return JSONResponse(_plain(await figures.buyer(buyer_id)))

    @router.get("/cycle-times/{category}", responses={200: {"model": CycleTimes}, **problems(422, 503)})
    async def cycle_times(category: Annotated[Id, Path()], asked: Annotated[Asked, Query()]) -> Response:
        """How long each step took in a category: median and nine in ten, over all and by month."""
        return JSONResponse(_plain(await figures.cycle_times(category, asked.period)))

    return router


def _within(period: Period) -> dict[str, Between]:
    return {"month": Between(period.first, period.last)} if period != Period() else {}


def _plain(card: BaseModel) -> dict[str, Any]:
    return card.model_dump(mode="json")
