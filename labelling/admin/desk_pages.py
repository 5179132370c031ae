"""The addresses of the desk's pages that belong to no one study, below the admin site's own."""

from collections.abc import Callable

from django.http import HttpResponseBase

from labelling.views.researcher import import_dataset, jobs, live_studies

# Address, view, and the name after "labelling_"; a line for each.
PAGES: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
    ("labelling/dataset/import/", import_dataset.import_page, "dataset_import"),
    ("labelling/study/live/", live_studies.live, "studies_live"),
    ("jobs/<int:job_id>/", jobs.job_page, "job"),
    ("jobs/<int:job_id>/state/", jobs.job_state, "job_state"),
    ("jobs/<int:job_id>/again/", jobs.again, "job_again"),
    ("jobs/<int:job_id>/file/", jobs.job_file, "job_file"),
    ("jobs/<int:job_id>/report/", jobs.job_report, "job_report"),
]
