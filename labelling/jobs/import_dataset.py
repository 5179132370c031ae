"""Find or fetch a dataset and store it."""

from typing import Any

from labelling.datasets import Search, find_source
from labelling.datasets.data_folder import offered_folder
from labelling.jobs.registry import JobKind, Progress, register_kind
from labelling.models import Job
from labelling.services.datasets import import_source
from labelling.services.steady_clock import steady_now


def _title(arguments: dict[str, Any]) -> str:
    where = f" from the folder {arguments['folder']}" if arguments["folder"] else ""
    return f"Import {arguments['name']} ({arguments['split']}){where}"


def _work(job: Job, progress: Progress) -> dict[str, Any]:
    asked, now = job.arguments, steady_now()
    progress("Looking for the files", 0, 0)
    search = Search(
        split=asked["split"],
        form=asked["form"],
        folder=offered_folder(asked["folder"]) if asked["folder"] else None,
        progress=progress,
    )
    source = find_source(asked["name"], search)
    progress(f"Checking {source.title}", 0, source.size)
    dataset = import_source(source=source, now=now, progress=progress)
    done = "Imported." if dataset.imported_at == now else "This content was imported before."
    return {
        "words": f"{done} {dataset.size} images. {source.found}",
        "links": [["Look at the dataset", "admin:labelling_dataset_change", [dataset.pk]]],
    }


register_kind(
    JobKind(
        name="import_dataset",
        title=_title,
        work=_work,
        permission="labelling.add_dataset",
        keeps="Nothing is left of it but what was downloaded, which the next try goes on with.",
    )
)
