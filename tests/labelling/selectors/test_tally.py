"""The tally says of items and annotators what the evaluation says of the same labels."""

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluation.agreement import agreement, normalised_entropy
from evaluation.agreement_sums import agreement_sums
from evaluation.voting import NO_LABEL, TIE, majority_vote
from labelling.models import Study
from labelling.selectors.label_table import label_table
from labelling.selectors.quality import annotator_signs
from labelling.selectors.tally import count_study, disagreement, moment_of
from labelling.selectors.tally_packing import pack, unpack
from labelling.selectors.tally_rows import RecordedState
from tests.factories import NOW, answer, at, make_annotator, make_draft, make_lease, make_study
from tests.labelling.desk_people import People, make_voted

pytestmark = pytest.mark.django_db


def by_index(study: Study) -> list[int]:
    """Return the sample's positions in the order of the dataset's indexes: the report's order."""
    return list(
        study.sample.filter(role="sampled").order_by("item__index").values_list("position", flat=True)
    )


def test_items_have_the_votes_majorities_and_figures_of_the_report(people: People):
    study = people.get()
    table, tally = label_table(study=study), count_study(study=study, now=NOW)
    order = by_index(study)
    votes = majority_vote(table.counts)
    assert (tally.counts_at(np.array(order)) == table.counts).all()
    assert (tally.items.winner[order] == votes.winner).all()
    assert (tally.items.leaders[order] == votes.leaders).all()
    assert np.array_equal(tally.items.entropy[order], normalised_entropy(table.counts), equal_nan=True)
    assert (tally.items.truth[order] == table.truth).all()
    told = agreement(table.counts)
    sums = agreement_sums(table.counts)
    for name in ("totals", "squares"):
        assert (getattr(tally.sums, name)[order] == getattr(sums, name)).all()
    assert (tally.sums.margins == sums.margins).all()
    assert (tally.alpha, tally.pairwise) == (told.krippendorff_alpha, told.pairwise)


def test_items_stand_in_the_order_of_the_draw_with_key_index_and_last_label(people: People):
    study = people.get()
    items = count_study(study=study, now=NOW).items
    sample = study.sample.filter(role="sampled").order_by("position")
    assert items.keys.tolist() == list(sample.values_list("pk", flat=True))
    assert items.index.tolist() == list(sample.values_list("item__index", flat=True))
    first = sample.get(position=int(np.flatnonzero(items.labels)[0]))
    counted = first.assignments.counted().order_by("-label__submitted_at").first()
    assert moment_of(int(items.last[first.position])) == counted.label.submitted_at


def test_annotators_have_the_signs_flags_and_checks_that_the_rules_see(people: People):
    study = people.get()
    told = {entry.annotator.pk: entry for entry in annotator_signs(study=study)}
    tally = count_study(study=study, now=NOW).annotators
    assert set(told) < set(tally.keys.tolist())
    for place, key in enumerate(tally.keys.tolist()):
        if key not in told:
            assert not tally.judged[:, place].any()
            continue
        entry = told[key]
        assert [sign.flagged for sign in entry.signs] == tally.flagged[:, place].tolist()
        assert [sign.value is not None for sign in entry.signs] == tally.judged[:, place].tolist()
        checks = entry.checks
        assert tally.checks[:, place].tolist() == [
            *(checks.gold, checks.gold_wrong, checks.repeats, checks.repeats_differ),
            *(checks.attention, checks.attention_failed),
        ]
    assert tally.flagged.any()


def test_labels_that_do_not_count_are_given_and_not_counted(people: People):
    tally = count_study(study=people.get(), now=NOW)
    place = tally.annotators.keys.tolist().index(people.excluded)
    assert (tally.annotators.given[place], tally.annotators.counted[place]) == (10, 0)
    assert tally.annotators.state[place] == RecordedState.EXCLUDED
    assert tally.annotators.counted.sum() == tally.items.labels.sum() == tally.sums.totals.sum()


def test_ties_items_without_a_vote_and_disagreement_are_told():
    study = make_voted([[0, 1], [1, 1], [2]])
    items = count_study(study=study, now=NOW).items
    assert items.winner.tolist() == [TIE, 1, 2]
    assert items.disagreement.tolist()[:2] == [1.0, 0.0]
    assert np.isnan(items.disagreement[2])
    assert count_study(study=make_study(), now=NOW).items.winner.tolist() == [NO_LABEL] * 6


@pytest.mark.parametrize(("rule", "labels"), [("counts", 1), ("replaced", 0)])
def test_that_one_cannot_tell_is_no_vote_and_counts_where_the_protocol_says_so(rule, labels):
    study = make_study(cant_tell=rule)
    assignment = make_lease(annotator=make_annotator(study=study))
    answer(assignment=assignment, category=None)
    items = count_study(study=study, now=NOW).items
    place = assignment.sample_item.position
    assert (items.labels[place], items.cant_tell[place], items.winner[place]) == (labels, 1, NO_LABEL)


def test_a_draft_has_an_empty_tally():
    tally = count_study(study=make_draft(), now=NOW)
    assert (tally.labels, len(tally.items.keys), len(tally.annotators.keys)) == (0, 0, 0)


def test_another_study_of_the_same_dataset_is_left_out():
    study = make_voted([[0], [1]])
    other = make_study(dataset=study.dataset)
    answer(assignment=make_lease(annotator=make_annotator(study=other)))
    assert count_study(study=study, now=NOW).labels == 2
    assert count_study(study=other, now=NOW).labels == 1


def test_counting_takes_five_queries_however_many_labels_there_are(people: People):
    study = people.get()
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            count_study(study=study, now=NOW)
        assert len(queries) == 5
        answer(assignment=make_lease(annotator=make_annotator(study=study)), now=at(900))


def test_a_tally_survives_being_packed(people: People):
    tally = count_study(study=people.get(), now=at(1.5))
    again = unpack(pack(tally))
    assert (again.at, again.labels, again.alpha) == (tally.at, tally.labels, tally.alpha)
    assert (again.sums.squares == tally.sums.squares).all()
    for part in ("items", "annotators", "votes", "overview"):
        for name, array in vars(getattr(tally, part)).items():
            kept = getattr(getattr(again, part), name)
            assert np.array_equal(kept, array, equal_nan=array.dtype.kind == "f"), name
            assert kept.dtype.kind == array.dtype.kind


def test_disagreement_is_the_share_of_pairs_that_differ():
    told = disagreement(np.array([[2, 1], [3, 0], [1, 0], [0, 0]]))
    assert told[:2].tolist() == [pytest.approx(2 / 3), 0]
    assert np.isnan(told[2:]).all()
