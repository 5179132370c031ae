"""The time in which the database finds the next ten places, without the rest of a request.

Runs where Django is set up on a server's data.
"""

import statistics
import time
from typing import Any

_PEOPLE = 8


def picking_times(*, slug: str, answered: int, repeats: int = 200) -> tuple[float, float]:
    """Return median and 95th percentile, in milliseconds, of finding ten places in this study.

    Eight annotators, who have answered so many images before, ask in turn. The time is that of both
    statements: what is next, and how far that reaches. What is found is not kept.
    """
    from django.db import transaction

    from labelling.models import Study
    from labelling.services.picking import pick_places, remember_reach
    from labelling.services.statements import lock_annotator
    from labelling.services.steady_clock import steady_now

    study = Study.objects.get(slug=slug)
    people = list(study.annotators.order_by("pk")[:_PEOPLE])
    _label(people, answered)
    taken = []
    for number in range(repeats):
        person = people[number % len(people)].pk
        with transaction.atomic():
            locked = lock_annotator(annotator=person)
            whose = {"study": study.pk, "annotator": person, "first_rank": locked.first_rank}
            begun = time.perf_counter()
            found = pick_places(**whose, lapsed=locked.lapsed, count=10, now=steady_now())
            remember_reach(**whose, reopenings=locked.reopenings)
            taken.append((time.perf_counter() - begun) * 1000)
            transaction.set_rollback(True)
        if len(found) != 10:
            raise ValueError(f"{slug}: {len(found)} places were found, not 10.")
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def _label(people: list[Any], answered: int) -> None:
    """Let these annotators answer so many images each, ten at a time and in turn, through the services."""
    from labelling.services.answer import Answer
    from labelling.services.assignment import lease_items, submit_labels
    from labelling.services.steady_clock import steady_now

    for _ in range(0, answered, 10):
        for person in people:
            given = lease_items(annotator=person, count=10, now=steady_now())
            answers = [
                Answer(token=each.token, category_position=0, submission_key=each.token, response_ms=900)
                for each in given
            ]
            submit_labels(annotator=person, answers=answers, now=steady_now())
