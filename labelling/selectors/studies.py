"""Find studies."""

from labelling.errors import UnknownStudy
from labelling.models import Study


def study_by_slug(*, slug: str) -> Study:
    """Return the study with its dataset.

    Raises
    ------
    UnknownStudy
        When there is none of this slug; names those that there are.
    """
    study = Study.objects.select_related("dataset").filter(slug=slug).first()
    if study is None:
        have = ", ".join(Study.objects.values_list("slug", flat=True)) or "none yet"
        raise UnknownStudy(f"There is no study {slug!r} (there are: {have}).")
    return study


def rehearsals_of(*, study: Study) -> list[Study]:
    """Return the rehearsals of a study, the newest first. One query."""
    return list(Study.objects.filter(rehearsal_of=study).select_related("dataset"))
