"""What mediation answers: the mediation file of a case."""

from fastapi import APIRouter

from services.mediation.views import mediation_file
from services.mediation.views.seen_by import as_seen_by
from shared.entrypoints.view_routes import view_routes
from shared.eventing.reading import Reader


def routes(reader: Reader) -> APIRouter:
    return view_routes(
        reader,
        mediation_file.VIEW,
        one="/cases/{case_id}/mediation",
        many="/mediations",
        what="mediation_file",
        by=("adjudicator_id", "status"),
        as_seen_by=as_seen_by,
    )
