"""Make a study's report and its bundle, as files that can be fetched for a day."""

from typing import Any

from labelling.errors import JobError
from labelling.job_folder import folder_of
from labelling.jobs.registry import JobKind, Progress, register_kind
from labelling.models import Job
from labelling.services.bundle import bundle_files, zipped

REPORT = "report.html"


def _title(arguments: dict[str, Any]) -> str:
    return "Make the report bundle" + ("" if arguments["images"] else " without images")


def _work(job: Job, progress: Progress) -> dict[str, Any]:
    study = job.study
    if study is None:
        raise JobError("The study of this job was thrown away.")
    files = bundle_files(study=study, images=job.arguments["images"], progress=progress)
    progress("Packing the files", 0, 0)
    folder, name = folder_of(job.token), f"{study.slug}.zip"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / REPORT).write_bytes(files[REPORT])
    (folder / name).write_bytes(zipped(folder=study.slug, files=files))
    return {
        "words": "The bundle can be fetched for a day. After that, make it again.",
        "file": name,
        "links": [["Read the report in it", "admin:labelling_job_report", [job.pk]]],
    }


register_kind(
    JobKind(
        name="bundle",
        title=_title,
        work=_work,
        permission="labelling.view_study",
        keeps="Nothing is left of it.",
    )
)
