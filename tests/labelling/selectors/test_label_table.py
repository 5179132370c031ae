import numpy as np
import pytest

from labelling.errors import StudyStateError
from labelling.models import Assignment, SampleItem
from labelling.selectors.label_table import label_table, study_report
from labelling.services.assignment import lease_items
from labelling.services.exclusions import exclude_annotator
from labelling.services.studies import close_study
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


def test_every_sampled_item_is_there_before_any_label():
    study = make_study()
    table = label_table(study=study)
    assert table.n_items == 6
    assert table.n_labels == 0
    indexes = study.sample.filter(role=SampleItem.Role.SAMPLED).values_list("item__index", flat=True)
    assert table.items == tuple(map(str, sorted(indexes)))


def test_the_ground_truth_is_the_dataset_s():
    table = label_table(study=make_study())
    assert table.categories == ("Category 0", "Category 1", "Category 2")
    assert table.truth.tolist() == [int(item) % 3 for item in table.items]


def test_a_counted_label_is_known_by_item_pseudonym_and_category():
    study = make_study()
    annotator = make_annotator(study=study)
    lease = make_lease(annotator=annotator)
    answer(assignment=lease, category=2, response_ms=1234)
    table = label_table(study=study)
    assert table.annotators == (annotator.pseudonym,)
    assert table.items[table.item_codes[0]] == str(lease.sample_item.item.index)
    assert table.category_codes.tolist() == [2]
    assert table.response_ms.tolist() == [1234.0]


def test_an_unknown_response_time_is_missing():
    study = make_study()
    answer(assignment=make_lease(annotator=make_annotator(study=study)), response_ms=None)
    assert np.isnan(label_table(study=study).response_ms).tolist() == [True]


def test_labels_of_other_studies_do_not_count():
    dataset = make_dataset()
    study, other = make_study(dataset=dataset), make_study(dataset=dataset)
    label_everything(study=other)
    assert label_table(study=study).n_labels == 0


def test_labels_of_an_excluded_annotator_do_not_count_and_the_report_says_how_many_are_excluded():
    study = make_study()
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator))
    exclude_annotator(annotator=annotator, reason="Answers at random.", by="the tests", now=NOW)
    report = study_report(study=study, resamples=0)
    assert report.counts.labels == 0
    assert report.counts.excluded_annotators == 1


def test_surplus_labels_are_told_and_not_counted():
    study = make_study(sample_size=1, redundancy=1)
    late = make_lease(annotator=make_annotator(study=study))
    answer(
        assignment=make_lease(annotator=make_annotator(study=study, now=at(700)), now=at(700)), now=at(701)
    )
    answer(assignment=late, now=at(702))
    assert Assignment.objects.get(pk=late.pk).state == Assignment.State.SURPLUS
    report = study_report(study=study, resamples=0)
    assert report.counts.labels == 1
    assert report.counts.surplus_labels == 1


def test_that_one_cannot_tell_completes_an_image_without_a_vote():
    study = make_study(sample_size=2, redundancy=2, cant_tell="counts")
    for category in (1, None):
        annotator = make_annotator(study=study)
        for lease in lease_items(annotator=annotator, count=2, now=NOW):
            answer(assignment=lease, category=category if lease.sample_item.position else 1)
    report = study_report(study=study, resamples=0)
    assert (report.counts.labels, report.counts.cant_tell, report.counts.complete_items) == (3, 1, 2)
    assert report.notes[0].startswith("1 answer was that one cannot tell")


def test_answers_in_whose_place_others_were_asked_are_told_and_complete_nothing():
    study = make_study(sample_size=1, redundancy=1, cant_tell="replaced")
    answer(assignment=make_lease(annotator=make_annotator(study=study)), category=None)
    report = study_report(study=study, resamples=0)
    assert (report.counts.labels, report.counts.cant_tell, report.counts.complete_items) == (0, 1, 0)
    assert report.notes[0].startswith("1 of 1 images have no label yet.")


def test_the_report_repeats_the_protocol():
    study = make_study(tie_rule="wrong", seed=77, redundancy=2, sample_size=5)
    report = study_report(study=study, resamples=0)
    facts = report.study
    assert (facts.name, facts.dataset, facts.split) == (study.slug, study.dataset.name, "test")
    assert (facts.sample_size, facts.population, facts.labels_per_item) == (5, 12, 2)
    assert (facts.strategy, facts.seed, facts.tie_rule) == ("simple", 77, "wrong")
    assert facts.protocol_sha256 == study.protocol_sha256
    assert facts.dataset_checksum == study.dataset.checksum
    assert facts.rehearsal is False
    assert facts.reason is None


def test_resampling_derives_from_the_study_s_seed():
    report = study_report(study=make_study(seed=77), resamples=0)
    assert report.seeds["base"] == 77


def test_a_finished_study_has_the_accuracy_of_its_labels():
    study = make_study(sample_size=12)
    label_everything(study=study, category=1)
    report = study_report(study=study, resamples=0)
    assert report.counts.complete_items == 12
    assert report.accuracy.majority.value == pytest.approx(1 / 3)
    assert report.notes == ()


def test_a_stratified_sample_is_weighted_to_the_dataset():
    study = make_study(strategy="stratified", sample_size=6)
    label_everything(study=study, category=1)
    report = study_report(study=study, resamples=0)
    assert report.table.stratum_names == ("Category 0", "Category 1", "Category 2")
    assert report.config.stratum_populations == dict.fromkeys(report.table.stratum_names, 4)
    assert report.accuracy.majority.stratified.value == pytest.approx(1 / 3)


def test_a_stratum_without_a_sampled_item_leaves_no_weighted_estimate():
    study = make_study(strategy="stratified", sample_size=2)
    label_everything(study=study)
    report = study_report(study=study, resamples=0)
    assert report.accuracy.majority.stratified is None
    assert report.accuracy.majority.value is not None


def test_a_study_closed_early_is_evaluated_as_far_as_it_came():
    study = make_study()
    answer(assignment=make_lease(annotator=make_annotator(study=study)))
    study = close_study(study=study, reason="Enough.", now=NOW)
    report = study_report(study=study, resamples=0)
    assert report.counts.labelled_items == 1
    assert report.notes


def test_a_draft_has_nothing_to_evaluate():
    study = make_draft(slug="plan")
    with pytest.raises(StudyStateError, match=r"plan is a draft .* launch_study plan"):
        label_table(study=study)


def test_the_number_of_queries_does_not_grow_with_the_labels(django_assert_num_queries):
    study = make_study(sample_size=12)
    with django_assert_num_queries(3):
        label_table(study=study)
    label_everything(study=study)
    with django_assert_num_queries(3):
        label_table(study=study)


def test_the_same_labels_in_another_study_give_the_same_arrays_in_the_same_order():
    dataset = make_dataset()
    first, second = make_study(dataset=dataset), make_study(dataset=dataset)
    for study, people in ((first, ("ann", "bob")), (second, ("bob", "ann"))):
        for pseudonym in people:
            annotator = make_annotator(study=study)
            type(annotator).objects.filter(pk=annotator.pk).update(pseudonym=pseudonym)
            for _ in range(6):
                lease = make_lease(annotator=annotator)
                answer(assignment=lease, category=lease.sample_item.item.index % 2)
    assert label_table(study=first).sha256 == label_table(study=second).sha256


def test_a_sample_by_the_dataset_s_own_strata_is_weighted_to_them():
    dataset = make_dataset(stratum_name="scale")
    dataset.items.filter(index__lt=8).update(stratum="large")
    dataset.items.filter(index__gte=8).update(stratum="small")
    study = make_study(dataset=dataset, strategy="by-stratum", sample_size=6)
    label_everything(study=study, category=1)
    report = study_report(study=study, resamples=0)
    assert report.config.stratum_populations == {"large": 8, "small": 4}
    shares = {share.stratum: share.n for share in report.accuracy.majority.stratified.strata}
    assert shares == {"large": 4, "small": 2}


def test_a_simple_sample_of_a_dataset_with_strata_is_told_by_stratum_and_not_weighted():
    dataset = make_dataset(stratum_name="scale")
    dataset.items.filter(index__lt=6).update(stratum="2.0")
    dataset.items.filter(index__gte=6).update(stratum="0.5")
    study = make_study(dataset=dataset, strategy="simple", sample_size=12)
    label_everything(study=study, category=1)
    report = study_report(study=study, resamples=0)
    assert [(part.stratum, part.items) for part in report.accuracy.by_stratum] == [("0.5", 6), ("2.0", 6)]
    assert report.accuracy.majority.stratified is None


def test_a_sample_of_a_dataset_without_strata_has_none():
    study = make_study(strategy="simple")
    assert label_table(study=study).strata is None
    assert study_report(study=study, resamples=0).accuracy.by_stratum is None
