"""The figures that Prometheus gets."""

import pytest
from prometheus_client import CollectorRegistry

from labelling.selectors.metrics import StudyMetrics
from labelling.services.assignment import lease_items
from labelling.services.exclusions import exclude_annotator
from labelling.services.lease_tidying import expire_leases
from tests.factories import NOW, answer, at, make_annotator, make_draft, make_lease, make_study


def value(name: str, now=NOW, **labels: str) -> float | None:
    registry = CollectorRegistry()
    registry.register(StudyMetrics(now=now))
    return registry.get_sample_value(f"human_baseline_{name}", labels)


@pytest.mark.django_db
def test_studies_are_counted_by_state_without_rehearsals():
    make_draft()
    make_study()
    make_draft(rehearsal=True)
    assert value("studies", state="draft") == 1
    assert value("studies", state="running") == 1
    assert value("studies", state="closed") == 0


@pytest.mark.django_db
def test_labels_are_counted_by_whether_they_count():
    study = make_study()
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator))
    assert value("labels", state="submitted") == 1
    exclude_annotator(annotator=annotator, reason="Guessed.", by="A researcher", now=NOW)
    assert value("labels", state="submitted") == 0
    assert value("labels", state="void") == 1


@pytest.mark.django_db
def test_leases_are_counted_until_they_are_tidied_away():
    lease_items(annotator=make_annotator(study=make_study()), count=4, now=NOW)
    assert (value("leases", state="running"), value("leases", state="expired")) == (4, 0)
    late = at(700)
    assert (value("leases", late, state="running"), value("leases", late, state="expired")) == (0, 4)
    expire_leases(now=late)
    assert value("leases", late, state="expired") == 0


@pytest.mark.django_db
def test_a_running_study_tells_how_many_labels_it_misses():
    study = make_study(slug="garments", sample_size=6, redundancy=3)
    answer(assignment=make_lease(annotator=make_annotator(study=study)))
    assert value("labels_missing", study="garments") == 17


@pytest.mark.django_db
def test_annotators_health_and_disk_are_told():
    make_annotator(study=make_study())
    assert [value("annotators", reached=step) for step in ("joined", "consented", "finished")] == [1, 1, 0]
    assert [value("healthy", check=name) for name in ("database", "images", "disk")] == [1, 1, 1]
    assert value("free_disk_bytes") > 0


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_studies(django_assert_max_num_queries):
    for _ in range(3):
        make_study()
    with django_assert_max_num_queries(4):
        value("studies", state="running")
