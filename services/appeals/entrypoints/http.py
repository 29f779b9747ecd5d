"""What appeals answers: the appeal file of a case."""

from fastapi import APIRouter

from services.appeals.views import appeal_file
from shared.entrypoints.view_routes import view_routes
from shared.eventing.reading import Reader


def routes(reader: Reader) -> APIRouter:
    return view_routes(
        reader,
        appeal_file.VIEW,
        one="/cases/{case_id}/appeal",
        many="/appeals",
        what="appeal_file",
        by=("status", "reviewer_id"),
        as_seen_by=appeal_file.as_seen_by,
    )
