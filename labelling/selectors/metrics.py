"""What Prometheus is told about the studies, counted when it asks. Rehearsals are left out."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import DatabaseError, InterfaceError
from django.db.models import Count, Q
from prometheus_client.core import GaugeMetricFamily, Metric

from labelling.models import Annotator, Assignment, Place, Study
from labelling.selectors.annotators import ANSWERED
from labelling.selectors.health import faults, free_disk

logger = logging.getLogger(__name__)

PREFIX = "human_baseline_"


class StudyMetrics:
    """The metrics of the database and of this host. All are gauges: a withdrawal takes labels away.

    Every host around one database tells the same of the studies; of health and disk each tells its own.
    """

    def __init__(self, *, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Ask for everything and yield it, as prometheus_client wants it of a collector.

        Of a database that does not answer there is its health alone: a figure that is not known is not told.
        """
        healthy = [(name, int(not fault)) for name, fault in faults().items()]
        yield _gauge("healthy", "What /healthz says: 1 for well.", "check", healthy)
        yield GaugeMetricFamily(
            f"{PREFIX}free_disk_bytes", "Bytes free where this host writes.", value=free_disk()
        )
        try:
            yield from list(self._of_database())
        except (DatabaseError, InterfaceError) as error:
            logger.error("The database does not answer as it should: %s", " ".join(str(error).split()))

    def _of_database(self) -> Iterator[Metric]:
        yield _gauge("studies", "Studies by state.", "state", _studies())
        assignments = _assignments(self._now)
        answered = [(state.value, assignments[state.value]) for state in ANSWERED]
        yield _gauge("labels", "Labels stored, by whether they count.", "state", answered)
        leases = [(name, assignments[name]) for name in ("running", "expired")]
        yield _gauge("leases", "Items promised and not answered, by whether the lease runs.", "state", leases)
        yield _gauge("annotators", "Annotators, by how far they came.", "reached", _annotators())
        yield _gauge("labels_missing", "Labels that a running study still wants.", "study", _missing())


def _gauge(name: str, words: str, label: str, values: Iterable[tuple[str, int]]) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, words, labels=[label])
    for value, number in values:
        family.add_metric([value], number)
    return family


def _studies() -> list[tuple[str, int]]:
    counted = dict(Study.objects.real().order_by().values_list("state").annotate(Count("pk")))
    return [(state, counted.get(state, 0)) for state in Study.State.values]


def _assignments(now: datetime) -> dict[str, int]:
    """Count answers by state, and leases by whether they run: one pass over the assignments."""
    answered = {state.value: Count("pk", filter=Q(state=state)) for state in ANSWERED}
    leased = Q(state=Assignment.State.LEASED)
    return Assignment.objects.filter(annotator__study__rehearsal=False).aggregate(
        **answered,
        running=Count("pk", filter=leased & Q(expires_at__gt=now)),
        expired=Count("pk", filter=leased & Q(expires_at__lte=now)),
    )


def _annotators() -> list[tuple[str, int]]:
    return list(
        Annotator.objects.filter(study__rehearsal=False)
        .aggregate(
            joined=Count("pk"),
            consented=Count("pk", filter=Q(consented_at__isnull=False)),
            finished=Count("pk", filter=Q(finished_at__isnull=False)),
        )
        .items()
    )


def _missing() -> list[tuple[str, int]]:
    """Count the open places of each study that gives out images; the index of open places serves it."""
    missing = dict(
        Place.objects.unfilled()
        .filter(study__in=Study.objects.real().joinable())
        .order_by()
        .values_list("study__slug")
        .annotate(Count("pk"))
    )
    return sorted(missing.items())
