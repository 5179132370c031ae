"""Where an annotator stands."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from labelling.models import Annotator, Assignment, Place, Study
from labelling.models.assignment import PlaceQuerySet
from labelling.selectors.check_progress import check_progress

# Answered, whether the label counts or not: to the annotator an answer is an answer.
ANSWERED = (
    Assignment.State.SUBMITTED,
    Assignment.State.SURPLUS,
    Assignment.State.ABSTAINED,
    Assignment.State.VOID,
)

# Nobody needs to know of more images than this, and counting them all would slow a large study down.
MOST_LEFT = 1000


@dataclass(frozen=True)
class Standing:
    """How far an annotator is.

    `labelled` images answered; `quota` the protocol's wish, None without one; `leased` images promised and
    not answered; `left` images of the study that this annotator could still be given, leased ones included.
    `checked` checks answered, and `checks_left` those that come beside the images up to the goal.
    """

    labelled: int
    quota: int | None
    leased: int
    left: int
    finished: bool
    study_state: str
    checked: int = 0
    checks_left: int = 0

    @property
    def answered(self) -> int:
        """How many pictures the annotator has answered: a check is one like any other."""
        return self.labelled + self.checked

    @property
    def quota_reached(self) -> bool:
        """Whether the annotator has given all the answers that the protocol asks of one person."""
        return self.quota is not None and self.labelled >= self.quota

    @property
    def answered_everything(self) -> bool:
        """Whether nothing more is asked of them, or there is nothing left: all is done."""
        return self.quota_reached or (self.labelled > 0 and self.left == 0)

    @property
    def goal(self) -> int:
        """How many answers there will be in the end: the quota, or fewer where images run out, and checks."""
        return _images_in_all(self.labelled, self.left, self.quota) + self.checked + self.checks_left

    @property
    def may_finish(self) -> bool:
        """Whether a completion code is due; also to those whom an early closing cut short."""
        if self.finished:
            return True
        closed = self.study_state == Study.State.CLOSED
        return self.answered_everything or (self.labelled > 0 and (self.quota is None or closed))


def standing(*, annotator: Annotator) -> Standing:
    """Return how far the annotator is. For a page, not for every answer: four queries, six with checks.

    `left` is counted no further than it matters: to the quota, or to 1000 images where there is none. So many
    places times k hold at least so many items, hence the slice.
    """
    study = annotator.study
    counts = Assignment.objects.filter(annotator=annotator).aggregate(
        labelled=Count("pk", filter=Q(state__in=ANSWERED)),
        leased=Count("pk", filter=Q(state=Assignment.State.LEASED)),
    )
    labelled = counts["labelled"]
    quota = study.labels_per_annotator
    horizon = MOST_LEFT if quota is None else max(quota - labelled, 0)
    if annotator.exclusions.in_force().exists():
        horizon = 0
    places = open_to(annotator=annotator).order_by("rank")[: horizon * study.redundancy]
    left = places.aggregate(items=Count("sample_item", distinct=True))["items"] if horizon else 0
    to_come = _images_in_all(labelled, min(left, horizon), quota) - labelled - counts["leased"]
    checked, checks_left = check_progress(annotator=annotator, images_to_come=max(to_come, 0))
    return Standing(
        labelled=labelled,
        quota=quota,
        leased=counts["leased"],
        left=min(left, horizon),
        finished=annotator.finished_at is not None,
        study_state=study.state,
        checked=checked,
        checks_left=checks_left,
    )


def answered_everything(*, study: Study) -> Q:
    """Ask of each annotator of a study, within a query, what `Standing.answered_everything` says of one.

    Whoever is excluded counts by the answers that were given; nothing is asked of them any more, either way.
    """
    mine = Assignment.objects.filter(annotator=OuterRef("pk"), state__in=ANSWERED).order_by()
    here = Assignment.objects.filter(
        annotator=OuterRef(OuterRef("pk")), sample_item=OuterRef("sample_item"), state__in=ANSWERED
    )
    left = Place.objects.filter(~Exists(here), study=study).unfilled()
    nothing_left = Q(Exists(mine)) & ~Q(Exists(left))
    quota = study.labels_per_annotator
    return nothing_left if quota is None else Q(Exists(mine[quota - 1 :])) | nothing_left


def _images_in_all(labelled: int, left: int, quota: int | None) -> int:
    return labelled + left if quota is None else min(quota, labelled + left)


def open_to(*, annotator: Annotator, but_for: tuple[str, ...] = ANSWERED) -> PlaceQuerySet:
    """Unfilled places of the annotator's study, but for items where its assignment is in these states."""
    taken = Assignment.objects.filter(
        annotator=annotator, sample_item=OuterRef("sample_item"), state__in=but_for
    )
    return Place.objects.filter(~Exists(taken), study=annotator.study_id).unfilled()
