"""Check a study's record: walk every chain of events, and compare the tables with it."""

from typing import Any

from labelling.errors import JobError
from labelling.jobs.registry import JobKind, Progress, register_kind
from labelling.models import Job
from labelling.selectors.verification import verification_of

# A page is read by people; the command verify_study names them all.
_MOST_FAULTS = 20


def _title(_arguments: dict[str, Any]) -> str:
    return "Check the record of events"


def _work(job: Job, progress: Progress) -> dict[str, Any]:
    study = job.study
    if study is None:
        raise JobError("The study of this job was thrown away.")
    progress("Walking the chains", 0, 0)
    found = verification_of(study=study)
    faults = found.faults
    links = [["Back to the record", "admin:labelling_study_record", [study.pk]]]
    if not faults:
        words = " ".join(("Every chain holds, and the tables agree with it.", *found.remarks))
        return {"words": words, "faults": 0, "links": links}
    shown = " ".join(f"{fault}." for fault in faults[:_MOST_FAULTS])
    more = f" The first {_MOST_FAULTS}:" if len(faults) > _MOST_FAULTS else ""
    remarks = "".join(f" {remark}" for remark in found.remarks)
    words = f"The tables are not what was recorded, in {len(faults)} places.{more} {shown}{remarks}"
    return {"words": words, "faults": len(faults), "links": links}


register_kind(
    JobKind(
        name="verify",
        title=_title,
        work=_work,
        permission="labelling.view_study",
        keeps="Nothing was changed, and nothing is left of it.",
    )
)
