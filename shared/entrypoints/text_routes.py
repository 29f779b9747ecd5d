"""Sealed texts as their writers wrote them, for what the platform hears on topics: a notice to be delivered, say."""

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from shared.entrypoints.openapi import problems

_MOST: Final = 100

Texts = Annotated[list[Annotated[str, Field(max_length=100_000)]], Field(min_length=1, max_length=_MOST)]


class TextsToOpen(BaseModel):
    """Texts with sealed ones in them, as they came on a topic."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    texts: Texts


class OpenedTexts(BaseModel):
    """The same texts in the same order; `[erased]` stands for what nobody can read any more."""

    texts: Texts


def text_routes() -> APIRouter:
    """`POST /opened-texts`, for the platform only."""
    router = APIRouter(tags=["queries"])

    @router.post(
        "/opened-texts",
        name="open_texts",
        summary="open sealed texts",
        responses={200: {"model": OpenedTexts}, **problems(400, 413, 422, 503)},
    )
    async def open_texts(asked: TextsToOpen) -> Response:
        """Open the sealed texts in what was heard on a topic."""
        # Like every answer it is opened on its way out.
        return JSONResponse({"texts": asked.texts})

    return router
