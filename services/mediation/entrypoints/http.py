"""What mediation answers: the mediation file of a case, and how it treated both sides."""

from fastapi import APIRouter

from services.mediation.views import equal_treatment, mediation_file
from services.mediation.views.seen_by import as_seen_by
from shared.entrypoints.treatment_routes import treatment_routes
from shared.entrypoints.view_routes import view_routes
from shared.eventing.reading import Reader


def routes(reader: Reader) -> APIRouter:
    router = APIRouter()
    router.include_router(
        view_routes(
            reader,
            mediation_file.VIEW,
            one="/cases/{case_id}/mediation",
            many="/mediations",
            what="mediation_file",
            by=("adjudicator_id", "status"),
            as_seen_by=as_seen_by,
        )
    )
    router.include_router(treatment_routes(reader, mediation_file.VIEW, equal_treatment.part_of))
    return router
