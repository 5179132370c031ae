"""The time in which the database finds the next ten places, without the rest of a request.

Runs where Django is set up on a server's data.
"""

import statistics
import time


def picking_times(*, slug: str, repeats: int = 200) -> tuple[float, float]:
    """Return median and 95th percentile, in milliseconds, of finding ten places in this study.

    Every other annotator asks once; what is found is not kept.
    """
    from django.db import transaction
    from django.utils import timezone

    from labelling.models import Study
    from labelling.services.picking import pick_places

    study = Study.objects.only("pk").get(slug=slug)
    people = list(study.annotators.values_list("pk", flat=True)[:8])
    taken = []
    for number in range(repeats):
        with transaction.atomic():
            begun = time.perf_counter()
            found = pick_places(
                study=study.pk, annotator=people[number % len(people)], count=10, now=timezone.now()
            )
            taken.append((time.perf_counter() - begun) * 1000)
        if len(found) != 10:
            raise ValueError(f"{slug}: {len(found)} places were found, not 10.")
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
