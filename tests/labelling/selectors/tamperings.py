"""What somebody who has the database may do to a study behind its back, and what is then said of it."""

from collections.abc import Callable
from typing import Any

from labelling.models import (
    Annotator,
    Assignment,
    Dataset,
    Event,
    Exclusion,
    Item,
    Label,
    Place,
    SampleItem,
    Study,
)
from labelling.models.event import canonical
from tests.factories import (
    NOW,
    at,
)


def other_category(study: Study) -> object:
    return study.dataset.categories.order_by("-position").first()


def change(study: Study, **columns: Any) -> None:
    Study.objects.filter(pk=study.pk).update(**columns)


def delete_seal(study: Study) -> None:
    study.events.filter(kind="sealed").last().delete()


def delete_label_with_seal(study: Study) -> None:
    """Cut the last annotator's chain short by a label, and put everything in order as if it had not been."""
    delete_seal(study)
    annotator = study.annotators.order_by("pk").last()
    label = annotator.labels.last()
    annotator.events.order_by("sequence").last().delete()
    assignment = label.assignment
    label.delete()
    assignment.delete()
    Place.objects.filter(pk=assignment.place_id).update(available_from=NOW)


def delete_annotator_with_seal(study: Study) -> None:
    delete_seal(study)
    annotator = study.annotators.order_by("pk").last()
    places = list(annotator.assignments.values_list("place", flat=True))
    annotator.labels.all().delete()
    annotator.assignments.all().delete()
    annotator.events.all().delete()
    annotator.delete()
    Place.objects.filter(pk__in=places).update(available_from=NOW)


def free_a_place(study: Study) -> None:
    """Take a counted label away as an exclusion does, without one."""
    assignment = Assignment.objects.filter(annotator__study=study).counted().first()
    place = assignment.place_id
    Assignment.objects.filter(pk=assignment.pk).update(state="void", place=None)
    Place.objects.filter(pk=place).update(available_from=NOW)


def doctor(study: Study, kind: str, **payload: Any) -> None:
    """Write another payload into the last event of a kind."""
    event = Event.objects.filter(kind=kind).order_by("pk").last()
    Event.objects.filter(pk=event.pk).update(payload=canonical(payload))


TAMPERINGS: dict[str, tuple[Callable[[Study], object], str]] = {
    "a label's category": (
        lambda study: Label.objects.filter(pk=Label.objects.first().pk).update(
            category=other_category(study)
        ),
        "no event records",
    ),
    "a label's response time": (
        lambda _: Label.objects.filter(pk=Label.objects.first().pk).update(response_ms=1),
        "not stored",
    ),
    "a label's first choice": (
        lambda study: Label.objects.filter(pk=Label.objects.first().pk).update(
            changed_from=other_category(study)
        ),
        "at first Category 2",
    ),
    "a label's time": (
        lambda _: Label.objects.filter(pk=Label.objects.first().pk).update(submitted_at=at(3)),
        "not stored",
    ),
    "a label deleted": (lambda _: Label.objects.first().delete(), "not stored"),
    "an event's payload": (
        lambda _: Event.objects.filter(kind="labelled", sequence=3).update(payload='{"item":1}'),
        "digest",
    ),
    "an event's kind": (
        lambda _: Event.objects.filter(kind="joined").update(kind="tried"),
        "does not follow",
    ),
    "an event's time": (lambda _: Event.objects.filter(kind="joined").update(at=at(9)), "does not follow"),
    "an event deleted": (lambda _: Event.objects.filter(sequence=1).delete(), "is missing"),
    "the last event deleted": (
        lambda study: study.annotators.order_by("pk").last().events.order_by("-sequence").first().delete(),
        "were sealed",
    ),
    "an answer erased without withdrawal": (
        lambda _: Event.objects.filter(kind="labelled").update(payload=None),
        "nobody withdrew",
    ),
    "an exclusion's reason": (lambda _: Exclusion.objects.update(reason="Another."), "its exclusions are"),
    "an exclusion deleted": (lambda _: Exclusion.objects.all().delete(), "its exclusions are"),
    "the study's state": (
        lambda study: Study.objects.filter(pk=study.pk).update(state="paused", completed_at=None),
        "it is paused",
    ),
    "the protocol": (
        lambda study: Study.objects.filter(pk=study.pk).update(protocol="{}"),
        "protocol's text",
    ),
    "the protocol's digest": (
        lambda study: Study.objects.filter(pk=study.pk).update(protocol_sha256="0" * 64),
        "recorded at launch",
    ),
    "a ground truth": (
        lambda study: Item.objects.filter(memberships__study=study).update(
            ground_truth=other_category(study)
        ),
        "sample_sha256",
    ),
    "an item's pixels": (
        lambda study: Item.objects.filter(memberships__study=study).update(pixel_sha256="f" * 64),
        "sample_sha256",
    ),
    "an item's role": (
        lambda study: SampleItem.objects.filter(study=study, role="guide").update(role="gold"),
        "sample_sha256",
    ),
    "when an annotator consented": (lambda _: Annotator.objects.update(consented_at=at(7)), "consented_at"),
    "a label that no longer counts": (
        lambda _: Assignment.objects.filter(pk=Assignment.objects.first().pk).update(
            state="surplus", place=None
        ),
        "not filled",
    ),
    "the seal deleted": (delete_seal, "no seal follows"),
    "the seal, and a label with its event": (delete_label_with_seal, "1 have no label that counts"),
    "the seal, and a whole annotator": (delete_annotator_with_seal, "3 have no label that counts"),
    "a label that counts set aside": (free_a_place, "a label is void, and by the record it is submitted"),
    "a label given to another annotator": (
        lambda study: Label.objects.filter(pk=Label.objects.first().pk).update(
            annotator=study.annotators.exclude(pk=Label.objects.first().annotator_id).get()
        ),
        "1 are of another annotator",
    ),
    "every step of the study": (
        lambda study: study.events.exclude(kind="sealed").delete(),
        "the last step that was recorded makes it draft",
    ),
    "a seal without heads": (lambda study: doctor(study, "sealed", heads=[1]), "does not name the ends"),
    "a seal with other heads": (lambda study: doctor(study, "sealed", heads={"x": 1}), "name the ends"),
    "a label's item as a list": (lambda study: doctor(study, "labelled", item=[1], label={}), "digest"),
    "a reinstatement's labels": (lambda study: doctor(study, "reinstated", counted=[[], 1]), "digest"),
    "the title": (lambda study: change(study, title="Another"), "its title is"),
    "the tie rule": (lambda study: change(study, tie_rule="optimistic"), 'protocol has "random"'),
    "the seed": (lambda study: change(study, seed=999), "its seed is 999; the frozen protocol has 1"),
    "the strategy": (lambda study: change(study, strategy="stratified"), "its strategy is"),
    "the consent text": (lambda study: change(study, consent_text="Yes."), "its consent_text is"),
    "what a withdrawal does": (lambda study: change(study, withdrawal="keep"), "its withdrawal is"),
    "the quota": (lambda study: change(study, labels_per_annotator=7), "its labels_per_annotator is 7"),
    "whether accuracy is sealed": (lambda study: change(study, accuracy_sealed=False), "accuracy_sealed"),
    "the rules of quality": (lambda study: change(study, quality_rules=[]), "its quality_rules is []"),
    "the short name": (lambda study: change(study, slug="another"), "its slug is"),
    "that it is a rehearsal": (lambda study: change(study, rehearsal=True), "its rehearsal is true"),
    "the dataset's size": (lambda study: Dataset.objects.update(size=99), "dataset: its size is 99"),
    "a category's name": (
        lambda study: study.dataset.categories.filter(position=2).update(name="Another"),
        "dataset: its categories is",
    ),
    "when it was launched": (lambda study: change(study, launched_at=at(-9)), "launched_at"),
    "when it was completed": (lambda study: change(study, completed_at=at(999)), "completed_at"),
    "the consent's version": (
        lambda _: Annotator.objects.update(consent_version="9"),
        "consent_version is 9",
    ),
    "a place given out twice": (lambda _: Place.objects.update(available_from=NOW), "not filled"),
}
