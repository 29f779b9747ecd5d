"""Answers that say yes, as the OpenAPI documents describe them."""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, create_model

from shared.eventing.views import View


class CaseId(BaseModel):
    """A reserved id."""

    case_id: str


class CommandAccepted(BaseModel):
    """It happened, or had happened before under the same key (`repeated`)."""

    case_id: str
    command_id: str
    outcome: Literal["accepted"]
    version: int
    facts: Sequence[str]
    repeated: bool
    dry_run: bool


class CommandUnchanged(BaseModel):
    """What was asked already holds."""

    case_id: str
    command_id: str
    outcome: Literal["unchanged"]
    version: int
    dry_run: bool


CommandAnswer: TypeAlias = CommandAccepted | CommandUnchanged


class ActionRefused(BaseModel):
    """Why the caller may not do this now."""

    rule: str
    detail: str
    clause: str | None
    field: str | None
    cure: str | None


class Action(BaseModel):
    """One command, and whether the caller may send it now as far as can be known without its body."""

    name: str
    path: str
    allowed: bool
    refused: ActionRefused | None


class CaseActions(BaseModel):
    """Everything that can be asked of a case here, for one caller at one version."""

    case_id: str
    version: int
    actions: Sequence[Action]


def shown_model(view: View[Any]) -> type[BaseModel]:
    """A view's document as queries answer it: with its stream and the version it reflects."""
    added: dict[str, Any] = {
        name: (kind, ...) for name, kind in (("id", str), ("version", int)) if name not in view.document.model_fields
    }
    return create_model(f"{view.document.__name__}Shown", __base__=view.document, **added)


def page_model(view: View[Any]) -> type[BaseModel]:
    """A page of a view's documents."""
    shown: Any = shown_model(view)
    return create_model(f"{view.document.__name__}Page", items=(list[shown], ...), next_cursor=(str | None, ...))
