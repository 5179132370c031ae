"""The one place that decides where an annotator stands on the way through a study."""

from django.urls import reverse

from labelling.models import Annotator
from labelling.selectors.practice import PracticeRound, practice_round


def next_step(*, annotator: Annotator, practice: PracticeRound | None = None) -> str:
    """Return the address of the page on which the annotator goes on.

    The way is: consent, screening, guide, practice, labelling, thanks; each only where the protocol has it.
    No query but in the practice, where there are two unless `practice` was read before. Whether the study
    runs is for the page to say.
    """
    study = annotator.study
    if annotator.finished_at is not None:
        return _page("thanks", annotator)
    if annotator.turned_away_at is not None:
        return _page("turned_away", annotator)
    if annotator.consented_at is None:
        return _page("welcome", annotator)
    if study.screening and annotator.screened_at is None:
        return _page("screening", annotator, 1)
    if annotator.guide_read_at is None:
        return _page("guide", annotator)
    if study.practice_items and annotator.practised_at is None:
        upcoming = (practice or practice_round(annotator=annotator)).next
        if upcoming is not None:
            return _page("practice", annotator, *upcoming)
    return _page("label", annotator)


def _page(name: str, annotator: Annotator, *places: int) -> str:
    return reverse(f"annotator:{name}", args=[annotator.study.join_code, *places])
