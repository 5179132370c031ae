"""The steps of planning a study, a page each: what each asks, and in which order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """Fields that stand together below a heading; an empty title is none."""

    title: str
    lead: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class PlanStep:
    """One page of the plan: fields of the study, and assumptions of its plan.

    `planner` tells whether the planner stands beside it, `figures` which of its figures come first, as this
    page changes them; by their keys.
    """

    name: str
    title: str
    lead: str
    groups: tuple[Group, ...] = ()
    assumptions: tuple[str, ...] = ()
    planner: bool = True
    figures: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields of the study on this page."""
        return tuple(field for group in self.groups for field in group.fields)


_WORK = ("people", "time", "cost")

DATA = PlanStep(
    name="data",
    title="Dataset",
    lead="What people are shown, and what the study is called.",
    groups=(Group("", "", ("dataset", "title", "slug")),),
    planner=False,
)
SAMPLE = PlanStep(
    name="sample",
    title="Sample",
    lead="Which images are labelled. They are drawn at launch, without replacement.",
    groups=(Group("", "", ("sample_size", "strategy", "seed")),),
    assumptions=("expected_accuracy", "machine_accuracy", "error_consistency", "pilot"),
)
PROTOCOL = PlanStep(
    name="protocol",
    title="Protocol",
    lead="How the images are labelled and the labels counted. Frozen at launch.",
    figures=_WORK,
    groups=(
        Group(
            "Labels and votes",
            "As they stand, these are the choices of the Fashion-MNIST baseline, where it made one.",
            (
                *("redundancy", "tie_rule", "tie_extension", "accuracy_sealed", "labels_per_annotator"),
                *("order", "lease_seconds", "scaling", "category_order", "cant_tell", "break_every"),
                "withdrawal",
            ),
        ),
        Group(
            "Entry",
            "Who is admitted, and what they see and practise before their answers count.",
            ("minimum_age", "screening", "guide_examples", "practice_items", "practice_pass"),
        ),
        Group(
            "Checks",
            "What is mixed in to see whether people look, and who is flagged.",
            ("gold_items", "gold_every", "repeat_every", "attention_every", "quality_rules"),
        ),
    ),
)
TEXTS = PlanStep(
    name="texts",
    title="Texts",
    lead="What annotators read. Frozen at launch, too.",
    groups=(Group("", "", ("consent_text", "consent_version", "guide_text", "contact")),),
    planner=False,
)
PANEL = PlanStep(
    name="panel",
    title="Panel",
    lead="Where people come from, how many, how fast they are, and what they are paid.",
    figures=_WORK,
    assumptions=("expected_annotators", "seconds_per_label", "hourly_pay", "minimum_wage", "currency"),
)
SUMMARY = PlanStep(
    name="summary",
    title="Summary",
    lead="What will happen when you launch.",
    figures=_WORK,
)

STEPS = (DATA, SAMPLE, PROTOCOL, TEXTS, PANEL, SUMMARY)
NAMED = {step.name: step for step in STEPS}


def after(step: PlanStep) -> PlanStep:
    """Return the next step; the last one's is itself."""
    return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


def before(step: PlanStep) -> PlanStep:
    """Return the step before; the first one's is itself."""
    return STEPS[max(STEPS.index(step) - 1, 0)]
