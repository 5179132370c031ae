"""Rehearse a draft: a simulated crowd labels a copy."""

from typing import Any

from django.conf import settings

from labelling.errors import JobError
from labelling.jobs.registry import JobKind, Progress, register_kind
from labelling.models import Job, Study
from labelling.services.crowd import Crowd, crowd_of_accuracy, read_confusion
from labelling.services.rehearsal import rehearse_study
from labelling.services.steady_clock import steady_now


def _title(arguments: dict[str, Any]) -> str:
    return f"Rehearse with {arguments['annotators']} simulated people, seed {arguments['seed']}"


def _work(job: Job, progress: Progress) -> dict[str, Any]:
    study = _study_of(job)
    copy = rehearse_study(
        study=study,
        crowd=_crowd(study, job.arguments.get("accuracy")),
        annotators=job.arguments["annotators"],
        seed=job.arguments["seed"],
        now=steady_now(),
        by=job.started_by,
        progress=lambda done, wanted: progress("Simulated people label", done, wanted),
    )
    return {
        "words": f"The rehearsal is complete: {copy.rehearsal_crowd}.",
        "links": [
            ["Look at the report that the study would give", "admin:labelling_study_report", [copy.pk]],
            ["Open the rehearsal", "admin:labelling_study_dashboard", [copy.pk]],
        ],
    }


def _study_of(job: Job) -> Study:
    if job.study is None:
        raise JobError("The study of this job was thrown away.")
    return job.study


def _crowd(study: Study, accuracy: float | None) -> Crowd:
    """Return a crowd that is right so often, or without that one like the people who saw Fashion-MNIST."""
    names = list(study.dataset.categories.values_list("name", flat=True))
    if accuracy is not None:
        return crowd_of_accuracy(accuracy=accuracy, categories=len(names))
    return read_confusion(settings.HUMAN_CONFUSION, categories=names)


register_kind(
    JobKind(
        name="rehearse",
        title=_title,
        work=_work,
        permission="labelling.change_study",
        keeps="The half-filled copy stays until the same rehearsal is started again, which replaces it.",
    )
)
