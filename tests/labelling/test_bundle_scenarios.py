"""Whatever happened to a study, its bundle is what it says: in every state, with few or strange labels."""

import pytest

from evaluation.bundle import derived_files
from evaluation.verification.bundle_check import verify_folder
from evaluation.verification.page import PAGE
from labelling.bundle_page import bundle_page
from labelling.models import Study
from labelling.services.assignment import lease_items
from labelling.services.bundle import bundle_files
from labelling.services.exclusions import exclude_annotator
from labelling.services.extension import extend_tied_items
from labelling.services.label_import import import_labels
from labelling.services.sealing import unseal_accuracy
from labelling.services.studies import close_study, pause_study
from labelling.services.withdrawal import withdraw_annotator
from tests.factories import (
    answer,
    at,
    label_everything,
    make_annotator,
    make_dataset,
    make_lease,
    make_open_study,
    make_study,
)
from tests.labelling.extended_study import label_further, make_tied_study
from tests.labelling.rich_study import write_files

pytestmark = [pytest.mark.django_db, pytest.mark.only_sqlite]


def no_label(tmp_path) -> Study:
    return make_open_study()


def one_label(tmp_path) -> Study:
    study = make_open_study()
    answer(assignment=make_lease(annotator=make_annotator(study=study)))
    return study


def one_annotator(tmp_path) -> Study:
    study = make_study(redundancy=1)
    label_everything(study=study, annotators=1)
    return study


def paused(tmp_path) -> Study:
    return pause_study(study=one_label(tmp_path), now=at(9))


def closed_early(tmp_path) -> Study:
    return close_study(study=one_label(tmp_path), reason="No money\nis <left>.", now=at(9))


def nothing_but_ties(tmp_path) -> Study:
    study = make_study(redundancy=2)
    for category in (0, 1):
        label_everything(study=study, annotators=1, category=category)
    return study


def stratified(tmp_path) -> Study:
    study = make_study(strategy="stratified", seed=7)
    label_everything(study=study)
    return study


def categories_without_an_image(tmp_path) -> Study:
    study = make_study(dataset=make_dataset(categories=9), sample_size=2)
    label_everything(study=study)
    return study


def drawn_and_named_like_markup(tmp_path) -> Study:
    dataset = make_dataset(drawn=True)
    for position, name in enumerate(["<b>&amp;", "@cmd", 'a "quoted", name']):
        dataset.categories.filter(position=position).update(name=name)
    study = make_study(dataset=dataset)
    label_everything(study=study, category=1)
    return study


def withdrawn_and_kept(tmp_path) -> Study:
    study = make_study(withdrawal="keep")
    label_everything(study=study)
    withdraw_annotator(annotator=study.annotators.first(), now=at(99))
    return study


def nobody_could_tell(tmp_path) -> Study:
    """One image of two that nobody could tell, and somebody too late who could not either."""
    study = make_study(cant_tell="counts", sample_size=2, redundancy=2, lease_seconds=60)
    late = make_lease(annotator=make_annotator(study=study))
    for _ in range(2):
        annotator = make_annotator(study=study, now=at(61))
        for lease in lease_items(annotator=annotator, count=2, now=at(61)):
            answer(assignment=lease, category=None if lease.sample_item.position else 1, now=at(62))
    answer(assignment=late, category=None, now=at(63))
    return study


def others_were_asked(tmp_path) -> Study:
    study = make_study(cant_tell="replaced")
    answer(assignment=make_lease(annotator=make_annotator(study=study)), category=None)
    label_everything(study=study)
    return study


def second_thoughts(tmp_path) -> Study:
    study = make_open_study()
    answer(
        assignment=make_lease(annotator=make_annotator(study=study)),
        category=2,
        changed_from=1,
        changed=True,
    )
    return study


def imported(tmp_path) -> Study:
    study = make_study()
    items = study.sample.filter(role="sampled").values_list("item__index", flat=True)
    rows = [f"{item},lab-{who},{who % 3},," for item in items for who in range(3)]
    rows[0] = rows[0][:-1] + ",2025-01-01T10:00:00+02:00"
    path = tmp_path / "given.csv"
    path.write_text("\n".join(["item,annotator,label,response_ms,submitted_at", *rows]) + "\n")
    import_labels(study=study, path=path, now=at(50))
    return study


def extended(tmp_path) -> Study:
    """Two tied images got a further label; then somebody of each kind was excluded and replaced."""
    study = extend_tied_items(study=make_tied_study(), now=at(9))
    label_further(study, category=0, now=at(10))
    people = list(study.annotators.order_by("pk"))
    for out in (people[0], people[-1]):
        exclude_annotator(annotator=out, reason="Too fast.", by="somebody", now=at(20))
    for _ in range(2):
        label_further(study, category=1, now=at(30))
    return study


def extended_and_running(tmp_path) -> Study:
    return extend_tied_items(study=make_tied_study(tie_extension=2), now=at(9))


def unsealed(tmp_path) -> Study:
    return unseal_accuracy(study=make_study(), reason="A reviewer\nasks.", now=at(9))


SCENARIOS = [
    *(no_label, one_label, one_annotator, paused, closed_early, nothing_but_ties, stratified),
    *(categories_without_an_image, drawn_and_named_like_markup, withdrawn_and_kept, imported),
    *(nobody_could_tell, others_were_asked, second_thoughts, extended, extended_and_running, unsealed),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_the_bundle_is_what_it_says(scenario, tmp_path, monkeypatch):
    monkeypatch.setattr(derived_files, "FAMILIES", derived_files.FAMILIES[:1])  # what is typeset takes long
    monkeypatch.setattr("labelling.report_page.figures", lambda *_: {})
    study = scenario(tmp_path)
    study.refresh_from_db()
    folder = write_files(tmp_path / "bundle", bundle_files(study=study, resamples=20))

    def page(report, inputs):
        return {PAGE: bundle_page(report=report, inputs=inputs).encode()}

    found = verify_folder(folder, render=page)
    assert "\n".join(map(str, found.faults)) == ""
    assert found.remarks == ()
