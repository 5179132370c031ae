"""The addresses of a study's own pages, below the study's in the admin site."""

from collections.abc import Callable

from django.http import HttpResponseBase

from labelling.views.researcher import (
    annotator,
    annotators,
    checklist,
    dashboard,
    downloads,
    duplicate,
    exclusion,
    item,
    item_pictures,
    items,
    join_link,
    plan,
    planner,
    predictions,
    protocol_pages,
    record,
    recruit,
    rehearse,
    report,
    steps,
)

# Address, view, and the name after "labelling_study_"; a line for each.
PAGES: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
    ("dashboard/", dashboard.study_page, "dashboard"),
    ("live/", dashboard.live, "live"),
    ("line/", dashboard.line, "line"),
    ("steps/<slug:name>/", steps.take_step, "step"),
    ("plan/<slug:name>/", plan.plan_step, "plan"),
    ("planner/", planner.planner, "planner"),
    ("protocol/", protocol_pages.protocol_page, "protocol"),
    ("protocol.json", protocol_pages.download, "protocol_file"),
    ("duplicate/", duplicate.duplicate_page, "duplicate"),
    ("report/", report.report, "report"),
    ("link.svg", join_link.qr_code, "qr_code"),
    ("bundle/", downloads.bundle, "bundle"),
    ("rehearse/", rehearse.rehearse_page, "rehearse"),
    ("labels.csv", downloads.labels, "labels"),
    ("machines/", predictions.predictions_page, "predictions"),
    ("machines/<int:machine_id>/remove/", predictions.remove, "predictions_remove"),
    ("annotators/", annotators.annotators_page, "annotators"),
    ("annotators/<int:annotator_id>/", annotator.annotator_page, "annotator"),
    ("annotators/<int:annotator_id>/exclude/", exclusion.exclude, "exclude"),
    ("annotators/<int:annotator_id>/reinstate/", exclusion.reinstate, "reinstate"),
    ("items/", items.items_page, "items"),
    ("items/confusion/", items.confusion_page, "confusion"),
    ("items/<int:position>/", item.item_page, "item"),
    ("pictures/<int:sample_item_id>/<int:side>/", item_pictures.picture, "picture"),
    ("checklist/", checklist.checklist_page, "checklist"),
    ("record/", record.record_page, "record"),
    ("record/check/", record.check, "record_check"),
    ("events.jsonl", record.events, "events"),
    ("recruit/", recruit.recruit_page, "recruit"),
    ("recruit/<slug:panel>/", recruit.offer, "recruit_panel"),
]
