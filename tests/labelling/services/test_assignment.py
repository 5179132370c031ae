"""Leases and labels: who is given what, and what becomes of an answer."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labelling.errors import (
    AlreadyLabelled,
    ConsentMissing,
    NotRunning,
    SubmissionConflict,
    UnknownAssignment,
    UnknownCategory,
)
from labelling.models import Assignment, Label, Study
from labelling.services.annotators import join_study
from labelling.services.assignment import MOST_LEASES, lease_items
from labelling.services.studies import pause_study
from tests.factories import (
    NOW,
    answer,
    at,
    label_everything,
    make_annotator,
    make_dataset,
    make_draft,
    make_lease,
    make_study,
)

pytestmark = pytest.mark.django_db

State = Assignment.State


def plan_of(sql: str) -> str:
    """Return how the database means to carry a statement out."""
    with connection.cursor() as cursor:
        cursor.execute(f"{'EXPLAIN' if connection.vendor == 'postgresql' else 'EXPLAIN QUERY PLAN'} {sql}")
        return str(cursor.fetchall())


class TestLease:
    def test_gives_new_items_in_the_order_of_their_rank(self) -> None:
        study = make_study()
        leased = lease_items(annotator=make_annotator(study=study), count=3, now=NOW)
        assert [lease.sample_item.position for lease in leased] == [0, 1, 2]

    def test_gives_different_places_to_different_annotators(self) -> None:
        study = make_study()
        leases = [make_lease(annotator=make_annotator(study=study)) for _ in range(6)]
        assert len({lease.sample_item_id for lease in leases}) == 6

    def test_depth_first_fills_an_item_before_the_next(self) -> None:
        study = make_study(order="depth")
        leases = [make_lease(annotator=make_annotator(study=study)) for _ in range(4)]
        assert [lease.sample_item.position for lease in leases] == [0, 0, 0, 1]

    def test_gives_one_annotator_an_item_once_in_a_batch(self) -> None:
        study = make_study(order="depth")
        leased = lease_items(annotator=make_annotator(study=study), count=6, now=NOW)
        assert len({lease.sample_item_id for lease in leased}) == len(leased)

    def test_gives_the_same_items_again_until_they_are_answered(self) -> None:
        annotator = make_annotator(study=make_study())
        first = lease_items(annotator=annotator, count=2, now=NOW)
        again = lease_items(annotator=annotator, count=2, now=at(5))
        assert [lease.token for lease in again] == [lease.token for lease in first]

    def test_extends_an_unanswered_lease(self) -> None:
        annotator = make_annotator(study=make_study(lease_seconds=600))
        make_lease(annotator=annotator)
        lease_items(annotator=annotator, count=1, now=at(500))
        lease = annotator.assignments.get()
        assert (lease.expires_at, lease.place.available_from) == (at(1100), at(1100))

    def test_gives_no_more_than_the_most_that_one_person_may_hold(self) -> None:
        study = make_study(dataset=make_dataset(size=40), sample_size=30)
        assert len(lease_items(annotator=make_annotator(study=study), count=99, now=NOW)) == MOST_LEASES

    def test_never_gives_an_item_that_the_annotator_has_answered(self) -> None:
        study = make_study(sample_size=1)
        annotator = make_annotator(study=study)
        answer(assignment=make_lease(annotator=annotator))
        assert lease_items(annotator=annotator, count=5, now=NOW) == []

    def test_gives_nothing_beyond_the_quota(self) -> None:
        study = make_study(labels_per_annotator=2)
        annotator = make_annotator(study=study)
        leased = lease_items(annotator=annotator, count=5, now=NOW)
        assert len(leased) == 2
        answer(assignment=leased[0])
        assert len(lease_items(annotator=annotator, count=5, now=NOW)) == 1

    def test_gives_nothing_that_another_holds(self) -> None:
        study = make_study(sample_size=1, redundancy=1)
        make_lease(annotator=make_annotator(study=study))
        assert lease_items(annotator=make_annotator(study=study), count=1, now=NOW) == []

    def test_gives_a_place_again_once_its_lease_has_run_out(self) -> None:
        study = make_study(sample_size=1, redundancy=1, lease_seconds=60)
        lapsed = make_lease(annotator=make_annotator(study=study))
        taken = make_lease(annotator=make_annotator(study=study), now=at(60))
        lapsed.refresh_from_db()
        assert (lapsed.state, lapsed.place) == (State.EXPIRED, None)
        assert taken.place_id is not None

    def test_gives_an_item_back_to_whoever_let_it_lapse(self) -> None:
        study = make_study(sample_size=1, redundancy=1, lease_seconds=60)
        first, second = make_annotator(study=study), make_annotator(study=study)
        lease = make_lease(annotator=first)
        make_lease(annotator=second, now=at(61))
        again = make_lease(annotator=first, now=at(200))
        assert again.token == lease.token
        assert again.state == State.LEASED

    def test_wants_consent_first(self) -> None:
        annotator, _ = join_study(study=make_study(), now=NOW)
        with pytest.raises(ConsentMissing):
            lease_items(annotator=annotator, count=1, now=NOW)

    def test_gives_nothing_while_the_study_is_paused(self) -> None:
        study = make_study()
        annotator = make_annotator(study=study)
        pause_study(study=study, now=NOW)
        with pytest.raises(NotRunning, match="paused"):
            lease_items(annotator=annotator, count=1, now=NOW)

    def test_nobody_joins_a_draft(self) -> None:
        with pytest.raises(NotRunning, match="draft"):
            make_annotator(study=make_draft())

    def test_asks_as_many_questions_for_one_item_as_for_ten(self) -> None:
        study = make_study(dataset=make_dataset(size=40), sample_size=30)
        counts = []
        for count in (1, 10):
            annotator = make_annotator(study=study)
            with CaptureQueriesContext(connection) as queries:
                lease_items(annotator=annotator, count=count, now=NOW)
            counts.append(len(queries))
        assert counts[0] == counts[1]

    @pytest.mark.parametrize("order", ["breadth", "depth"])
    @pytest.mark.parametrize("redundancy", [3, 50])
    def test_an_index_finds_the_next_place(self, redundancy: int, order: str) -> None:
        items = 6000 // redundancy
        dataset = make_dataset(size=items + 3)
        study = make_study(dataset=dataset, sample_size=items, redundancy=redundancy, order=order)
        annotator = make_annotator(study=study)
        for _ in range(5):
            gone = make_annotator(study=study)
            gone.assignments.bulk_create(
                Assignment(
                    annotator=gone,
                    sample_item=member,
                    state=State.RELEASED,
                    leased_at=NOW,
                    expires_at=at(1),
                )
                for member in study.sample.filter(role="sampled")
            )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        *answered, lapsed = lease_items(annotator=annotator, count=10, now=NOW)
        for assignment in answered:
            answer(assignment=assignment)
        Assignment.objects.filter(pk=lapsed.pk).update(state=State.RELEASED, place=None)
        with CaptureQueriesContext(connection) as queries:
            lease_items(annotator=annotator, count=10, now=NOW)
        walks = [query["sql"] for query in queries if "NOT EXISTS" in query["sql"].upper()]
        assert len(walks) == 3  # what came back, what is next, and how far that reaches
        for walk in walks:
            plan = plan_of(walk)
            # The item's places by either index that begins with it, where it is not the study's next ones.
            assert re.search("place_unfilled|place_slot_unique|sqlite_autoindex_labelling_place", plan)
            assert not re.search("Seq Scan on labelling_(place|assignment)", plan)
            assert "SCAN place" not in plan
        for of_many in walks[1:]:
            plan = plan_of(of_many)
            assert "place_unfilled" in plan
            assert "TEMP B-TREE" not in plan
            assert "Sort" not in plan

    def test_a_batch_of_a_depth_first_study_holds_as_many_different_items(self) -> None:
        study = make_study(dataset=make_dataset(size=40), sample_size=30, order="depth", redundancy=50)
        leased = lease_items(annotator=make_annotator(study=study), count=10, now=NOW)
        assert [lease.sample_item.position for lease in leased] == list(range(10))

    def test_a_lease_with_more_than_half_its_time_left_stays_as_it_is(self) -> None:
        annotator = make_annotator(study=make_study(lease_seconds=600))
        make_lease(annotator=annotator)
        lease_items(annotator=annotator, count=1, now=at(299))
        assert annotator.assignments.get().expires_at == at(600)


class TestSubmit:
    def test_a_label_fills_its_place(self) -> None:
        lease = make_lease(annotator=make_annotator(study=make_study()))
        label = answer(assignment=lease, category=2, response_ms=1234)
        lease.refresh_from_db()
        assert (lease.state, lease.place.available_from) == (State.SUBMITTED, None)
        assert (label.category.position, label.response_ms, label.submitted_at) == (2, 1234, NOW)

    def test_the_same_submission_again_gives_the_same_label(self) -> None:
        lease = make_lease(annotator=make_annotator(study=make_study()))
        first = answer(assignment=lease, key="k1")
        assert answer(assignment=lease, key="k1", now=at(9)).pk == first.pk
        assert Label.objects.count() == 1

    @pytest.mark.parametrize("change", [{"category": 1}, {"response_ms": 9}])
    def test_another_answer_under_the_same_key_is_refused(self, change: dict) -> None:
        lease = make_lease(annotator=make_annotator(study=make_study()))
        answer(assignment=lease, key="k1")
        with pytest.raises(SubmissionConflict, match="'k1'"):
            answer(assignment=lease, key="k1", **change)

    def test_a_key_used_for_another_item_is_refused(self) -> None:
        annotator = make_annotator(study=make_study())
        answer(assignment=make_lease(annotator=annotator), key="k1")
        with pytest.raises(SubmissionConflict):
            answer(assignment=make_lease(annotator=annotator), key="k1")
        assert annotator.assignments.leased().count() == 1

    def test_a_second_answer_under_another_key_is_refused_and_the_first_stands(self) -> None:
        lease = make_lease(annotator=make_annotator(study=make_study()))
        answer(assignment=lease, category=1, key="k1")
        with pytest.raises(AlreadyLabelled):
            answer(assignment=lease, category=2, key="k2")
        assert Label.objects.get().category.position == 1

    def test_an_assignment_of_another_annotator_is_unknown(self) -> None:
        study = make_study()
        lease = make_lease(annotator=make_annotator(study=study))
        lease.annotator = make_annotator(study=study)
        with pytest.raises(UnknownAssignment):
            answer(assignment=lease)

    @pytest.mark.parametrize("category", [-1, 3, 10**9])
    def test_a_category_that_the_dataset_does_not_have_is_refused(self, category: int) -> None:
        lease = make_lease(annotator=make_annotator(study=make_study()))
        with pytest.raises(UnknownCategory, match=rf"no category {category}; choose 0 to 2"):
            answer(assignment=lease, category=category)

    @pytest.mark.parametrize("response_ms", [-1, 10**9])
    def test_a_response_time_that_cannot_be_is_left_empty(self, response_ms: int) -> None:
        lease = make_lease(annotator=make_annotator(study=make_study()))
        assert answer(assignment=lease, response_ms=response_ms).response_ms is None

    def test_a_late_answer_counts_while_its_place_is_free(self) -> None:
        lease = make_lease(annotator=make_annotator(study=make_study(lease_seconds=60)))
        answer(assignment=lease, now=at(3600))
        lease.refresh_from_db()
        assert lease.state == State.SUBMITTED

    def test_a_late_answer_counts_in_another_place_of_the_item(self) -> None:
        study = make_study(sample_size=1, redundancy=2, lease_seconds=60)
        late = make_lease(annotator=make_annotator(study=study))
        make_lease(annotator=make_annotator(study=study), now=NOW)
        make_lease(annotator=make_annotator(study=study), now=at(60))  # takes the first place
        answer(assignment=late, now=at(61))  # the second place's lease has run out too
        late.refresh_from_db()
        assert (late.state, late.place.slot) == (State.SUBMITTED, 1)

    def test_a_late_answer_without_a_free_place_is_surplus(self) -> None:
        study = make_study(sample_size=1, redundancy=1, lease_seconds=60)
        late = make_lease(annotator=make_annotator(study=study))
        answer(assignment=make_lease(annotator=make_annotator(study=study), now=at(60)), now=at(61))
        answer(assignment=late, now=at(62))
        late.refresh_from_db()
        assert (late.state, late.place) == (State.SURPLUS, None)
        assert Assignment.objects.counted().count() == 1

    def test_a_surplus_answer_sent_again_gives_the_same_label(self) -> None:
        study = make_study(sample_size=1, redundancy=1, lease_seconds=60)
        late = make_lease(annotator=make_annotator(study=study))
        answer(assignment=make_lease(annotator=make_annotator(study=study), now=at(60)), now=at(61))
        first = answer(assignment=late, now=at(62))
        assert answer(assignment=late, now=at(70)).pk == first.pk

    def test_an_answer_is_taken_while_the_study_is_paused(self) -> None:
        study = make_study()
        lease = make_lease(annotator=make_annotator(study=study))
        pause_study(study=study, now=NOW)
        answer(assignment=lease)
        lease.refresh_from_db()
        assert lease.state == State.SUBMITTED

    def test_a_complete_study_has_exactly_k_labels_of_different_people_for_each_item(self) -> None:
        study = make_study()
        label_everything(study=study, annotators=5)
        study.refresh_from_db()
        assert study.state == Study.State.COMPLETE
        for item in study.sample.filter(role="sampled"):
            counted = item.assignments.counted()
            assert counted.count() == 3
            assert counted.values("annotator").distinct().count() == 3
