"""What a study's checklist is answered from beside its figures."""

from django.db.models import Count, Exists, OuterRef, Q

from evaluation.checklist_facts import ChecklistAnswer, ChecklistFacts, PlannedComparison
from evaluation.checklist_items import ITEMS
from labelling.models import Annotator, Assignment, Label, Plan, SampleItem, Study
from labelling.models import ChecklistAnswer as StoredAnswer


def checklist_facts(*, study: Study) -> ChecklistFacts:
    """Return what the database knows for the checklist, and the researcher's answers. Five queries."""
    people = (
        Annotator.objects.filter(study=study)
        .annotate(has_labelled=Exists(Label.objects.filter(annotator=OuterRef("pk"))))
        .aggregate(
            joined=Count("pk"),
            consented=Count("pk", filter=Q(consented_at__isnull=False)),
            labelled=Count("pk", filter=Q(has_labelled=True)),
            finished=Count("pk", filter=Q(finished_at__isnull=False)),
            withdrawn=Count("pk", filter=Q(withdrawn_at__isnull=False)),
        )
    )
    void = Assignment.objects.filter(sample_item__study=study, state=Assignment.State.VOID)
    practice = SampleItem.objects.filter(study=study, role=SampleItem.Role.PRACTICE)
    return ChecklistFacts(
        labels_per_annotator=study.labels_per_annotator,
        guide_examples=study.guide_examples,
        practice_items=practice.count(),
        excluded_labels=void.count(),
        answers=answers_of(study=study),
        planned=_planned(study),
        **people,
    )


def _planned(study: Study) -> PlannedComparison | None:
    """Return what the plan assumed; it cannot be changed after launch."""
    plan = Plan.objects.filter(study=study).first()
    if plan is None or plan.expected_accuracy is None:
        return None
    return PlannedComparison(plan.expected_accuracy, plan.machine_accuracy, plan.error_consistency or 0.0)


def answers_of(*, study: Study) -> tuple[ChecklistAnswer, ...]:
    """Return what the researcher has answered, in the checklist's order. One query."""
    stored = {answer.item: answer for answer in StoredAnswer.objects.filter(study=study)}
    return tuple(
        ChecklistAnswer(item.number, stored[item.number].choice, stored[item.number].words)
        for item in ITEMS
        if item.number in stored
    )
