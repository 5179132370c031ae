"""The addresses of a study's own pages, below the study's in the admin site."""

from collections.abc import Callable

from django.http import HttpResponse

from labelling.views.researcher import (
    annotators,
    checklist,
    dashboard,
    downloads,
    join_link,
    predictions,
    recruit,
    report,
    steps,
)

# Address, view, and the name after "labelling_study_"; a line for each.
PAGES: list[tuple[str, Callable[..., HttpResponse], str]] = [
    ("dashboard/", dashboard.study_page, "dashboard"),
    ("steps/<slug:name>/", steps.take_step, "step"),
    ("report/", report.report, "report"),
    ("link.svg", join_link.qr_code, "qr_code"),
    ("bundle/", downloads.bundle, "bundle"),
    ("labels.csv", downloads.labels, "labels"),
    ("machines/", predictions.predictions_page, "predictions"),
    ("machines/<int:machine_id>/remove/", predictions.remove, "predictions_remove"),
    ("annotators/", annotators.annotators_page, "annotators"),
    ("checklist/", checklist.checklist_page, "checklist"),
    ("recruit/", recruit.recruit_page, "recruit"),
    ("recruit/<slug:panel>/", recruit.offer, "recruit_panel"),
]
