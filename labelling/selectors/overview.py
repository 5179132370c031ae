"""What a study's overview tells while it runs: progress, pace, agreement, and how narrow the interval is by
now.

Nothing here looks at the ground truth, so that all of it may be shown while the accuracy is sealed.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from evaluation.planning import expected_wilson
from labelling.models import Plan, Study
from labelling.selectors.forecast import Finish, study_finish
from labelling.selectors.progress import Progress, study_progress
from labelling.selectors.tally import StudyTally

# Where the plan guesses nothing: no accuracy has a wider interval.
WIDEST = 0.5


@dataclass(frozen=True)
class WidthSoFar:
    """How wide an interval of the accuracy would be, from end to end, with the images complete by now.

    It is computed at a guess: the plan's, or the one that is widest where the plan has none. The labels'
    own accuracy has no part in it.
    """

    images: int
    width: float
    guess: float
    planned: bool


@dataclass(frozen=True)
class Overview:
    """A study at a moment. What is None is not known yet: a large study is counted in the background.

    `kept` says that figures of the tally are of `progress.tallied_at`; `counting` that newer ones are on
    their way.
    """

    progress: Progress
    finish: Finish | None
    alpha: float | None
    pairwise: float | None
    width: WidthSoFar | None
    flagged: int | None
    kept: bool
    counting: bool


def study_overview(
    *, study: Study, tally: StudyTally | None, kept: bool, counting: bool, now: datetime
) -> Overview:
    """Return a launched study's overview."""
    progress = study_progress(study=study, tally=tally, now=now)
    return Overview(
        progress=progress,
        finish=study_finish(
            study=study, tally=tally, kept=kept, remaining=progress.labels.remaining, now=now
        ),
        alpha=_known(tally.alpha) if tally else None,
        pairwise=_known(tally.pairwise) if tally else None,
        width=_width(study, progress.complete_items or 0),
        flagged=int(tally.overview.flagged[0]) if tally else None,
        kept=kept,
        counting=counting,
    )


def _width(study: Study, images: int) -> WidthSoFar | None:
    if not images:
        return None
    plan = Plan.objects.filter(study=study).only("expected_accuracy").first()
    guess = plan.expected_accuracy if plan else None
    at = WIDEST if guess is None else guess
    return WidthSoFar(images, expected_wilson(images, at).width, at, planned=guess is not None)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
