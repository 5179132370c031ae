"""The planner beside the form: figures and warnings in words, and their endpoint, which stores nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from evaluation.planning_effort import ENTRY_MINUTES
from labelling.models import Plan, Study
from labelling.selectors.plans import Forecast, Planned, assumptions_of, forecast, pilots_of
from labelling.templatetags.report_format import percent
from labelling.views.researcher.plan_forms import AssumptionsForm
from labelling.views.researcher.plan_steps import NAMED, PlanStep
from labelling.views.researcher.study_form import StudyForm

_NUMBERS = (
    "sample_size",
    "redundancy",
    "labels_per_annotator",
    "practice_items",
    "gold_every",
    "repeat_every",
    "attention_every",
)
_NOTHING = "\N{EN DASH}"


@dataclass(frozen=True)
class Figure:
    """One of the planner's figures: what it is, how much, and what it rests on."""

    key: str
    title: str
    value: str
    note: str


class PlannerForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """The numbers of a study and the assumptions of its plan, as they stand in a form being filled."""

    class Meta:
        model = Plan
        fields = Plan.ASSUMPTIONS

    def __init__(self, study: Study, typed: Mapping[str, Any]) -> None:
        """Take what is typed; the rest is as it is stored."""
        stored = assumptions_of(study=study)
        values: dict[str, Any] = {name: getattr(study, name) for name in _NUMBERS}
        values |= stored | {"pilot": stored["pilot"].pk if stored["pilot"] else None}
        values |= {name: typed[name] for name in values if name in typed}
        super().__init__(values)
        self.study = study
        for name in _NUMBERS:
            most = study.dataset.size if name == "sample_size" else None
            least = 1 if name in ("sample_size", "redundancy", "labels_per_annotator") else 0
            self.fields[name] = forms.IntegerField(
                min_value=least, max_value=most, required=name != "labels_per_annotator"
            )
        self.fields["pilot"].queryset = pilots_of(study=study)  # type: ignore[attr-defined]

    def planned(self) -> Planned:
        """Return what is planned, once the form is valid."""
        given = {name: self.cleaned_data[name] for name in (*_NUMBERS, *Plan.ASSUMPTIONS)}
        return Planned(population=self.study.dataset.size, **given)


@require_GET
@permission_required("labelling.view_study", raise_exception=True)
def planner(request: HttpRequest, study_id: int) -> HttpResponse:
    """Answer what is typed with figures and warnings, or with what cannot be."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    step = NAMED.get(request.GET.get("step", ""))
    return JsonResponse(planner_page(study=study, typed=request.GET, step=step))


def planner_page(*, study: Study, typed: Mapping[str, Any], step: PlanStep | None = None) -> dict[str, Any]:
    """Return figures and warnings for what is typed; `problems` has the fields that cannot be.

    The figures that the page of `step` changes come first.
    """
    form = PlannerForm(study, typed)
    if not form.is_valid():
        problems = [
            f"{label_of(name)}: {' '.join(str(problem) for problem in said)}"
            for name, said in form.errors.items()
        ]
        return {"figures": [], "warnings": [], "problems": problems}
    expected = forecast(planned=form.planned())
    first = step.figures if step else ()
    told = sorted(figures(expected), key=lambda figure: figure.key not in first)
    return {
        "figures": [asdict(figure) for figure in told],
        "warnings": list(warnings(expected)),
        "problems": [],
    }


def label_of(field: str) -> str:
    """Return what a field of the study or an assumption is called in the forms."""
    called = StudyForm.Meta.labels | AssumptionsForm.Meta.labels
    return called.get(field, field.replace("_", " ").capitalize())


def figures(expected: Forecast) -> list[Figure]:
    """Return the planner's figures in their order; one without an assumption says what it lacks."""
    return [
        _wilson(expected),
        _finite(expected),
        _crossed(expected),
        _power(expected),
        _smallest(expected),
        _people(expected),
        _time(expected),
        _cost(expected),
    ]


def warnings(expected: Forecast) -> Iterator[str]:
    """Yield what of the plan will not work, or will not be taken seriously."""
    planned = expected.planned
    if planned.redundancy > expected.people:
        yield (
            f"Each image wants labels by {planned.redundancy} different people, and {expected.people} are "
            "expected: the study cannot complete."
        )
    elif planned.expected_annotators is not None and planned.expected_annotators < expected.people_needed:
        yield (
            f"{planned.expected_annotators} people with at most {planned.labels_per_annotator} images each "
            f"cannot give {planned.sample_size * planned.redundancy:,} labels. Expect "
            f"{expected.people_needed} people or more, or let each label more images."
        )
    if expected.power is not None and expected.power.value < 0.8:
        yield (
            f"A power of {percent(expected.power.value)}: a machine of that accuracy may well not be told "
            "apart from people. 80 % are usually asked for; label more images."
        )
    if planned.hourly_pay is not None and planned.hourly_pay < (planned.minimum_wage or 0):
        yield (
            f"The pay of {planned.hourly_pay:.2f} {planned.currency} an hour is below the minimum wage of "
            f"{planned.minimum_wage:.2f} that you set."
        )
    if planned.redundancy % 2 == 0:
        yield (
            f"With an even number of labels, {planned.redundancy}, two answers can tie. 3 or 5 tie less "
            "often."
        )
    if expected.people < 10:
        yield (
            f"{expected.people} people hardly stand for people in general. The interval over annotators will "
            "be wide; ask for fewer images from each."
        )


def _wilson(expected: Forecast) -> Figure:
    title = "Interval of the accuracy"
    made = expected.wilson
    if made is None:
        return Figure("wilson", title, _NOTHING, "Guess the accuracy to see it.")
    return Figure(
        "wilson",
        title,
        f"± {_points(made.width / 2)}",
        f"95 % (Wilson), expected for {made.n:,} images and an accuracy of {percent(made.accuracy)}: from "
        f"{percent(made.low)} to {percent(made.high)}. These annotators, other images. More labels per image "
        "do not narrow it; they raise the accuracy.",
    )


def _finite(expected: Forecast) -> Figure:
    title = "On the whole dataset"
    made = expected.finite
    if made is None:
        return Figure("finite", title, _NOTHING, "Guess the accuracy, and draw two images or more.")
    if made.n == made.population:
        return Figure("finite", title, "± 0 points", "Every image is labelled: nothing is left to chance.")
    return Figure(
        "finite",
        title,
        f"± {_points(made.width / 2)}",
        f"With the finite-population correction, since {made.n:,} of all {made.population:,} images are "
        f"drawn: from {percent(made.low)} to {percent(made.high)}.",
    )


def _crossed(expected: Forecast) -> Figure:
    title = "With other annotators, too"
    pilot, made = expected.pilot, expected.crossed
    if pilot is None or pilot.spread is None or made is None:
        return Figure(
            "crossed", title, _NOTHING, "Choose a pilot or a rehearsal whose labels tell how people differ."
        )
    what = "A rehearsal with simulated people" if pilot.rehearsal else "The pilot"
    people = (
        f"± {_points(made.people_error)} by the people ({expected.people})"
        if pilot.spread.shared is not None
        else f"nothing by the people: {pilot.spread.reason}"
    )
    caution = (
        "Simulated people differ less than real ones."
        if pilot.rehearsal
        else "The report's own interval is rather wider where people hardly differ."
    )
    carried = " (carried on by a model, as the pilot had fewer labels)" if made.extrapolated else ""
    return Figure(
        "crossed",
        title,
        f"± {_points(made.width / 2)}",
        f"95 %, other images and other annotators. {what}, {pilot.title}, has an accuracy of "
        f"{percent(made.accuracy)} with {expected.planned.redundancy} labels{carried}. Variance components "
        f"of its vote give standard errors of ± {_points(made.items_error)} by the images and {people}. "
        f"{caution}",
    )


def _power(expected: Forecast) -> Figure:
    title = "Power against the machine"
    made, planned = expected.power, expected.planned
    if made is None:
        return Figure("power", title, _NOTHING, "Guess both accuracies to see it.")
    if made.from_pilot and expected.pilot:
        rests = (
            f"errors as alike as those of {expected.pilot.machine} in the pilot (consistency "
            f"{made.apart.consistency:.2f})"
        )
    elif planned.error_consistency:
        rests = f"an error consistency of {made.apart.consistency:.2f}"
    else:
        rests = "errors that know nothing of each other"
    return Figure(
        "power",
        title,
        percent(made.value),
        "Chance that McNemar's exact test (two-sided, 0.05) tells people at "
        f"{percent(planned.expected_accuracy)} from a machine at {percent(planned.machine_accuracy)} on the "
        f"same {planned.sample_size:,} images. Assumed are {rests}: people alone are right on "
        f"{percent(made.apart.only_people)}, the machine alone on {percent(made.apart.only_machine)}.",
    )


def _smallest(expected: Forecast) -> Figure:
    title = "Smallest difference to be seen"
    if expected.power is None:
        return Figure("smallest", title, _NOTHING, "Guess both accuracies to see it.")
    if expected.power.smallest is None:
        return Figure(
            "smallest", title, "none", "Not even a machine that is always right would be told apart."
        )
    return Figure(
        "smallest",
        title,
        _points(expected.power.smallest),
        "So much better a machine must be to be told apart with a power of 80 %.",
    )


def _people(expected: Forecast) -> Figure:
    planned = expected.planned
    labels = planned.sample_size * planned.redundancy
    limit = (
        f"at most {planned.labels_per_annotator:,} each"
        if planned.labels_per_annotator
        else "as many as they like"
    )
    return Figure(
        "people",
        "People",
        f"{expected.people:,}",
        f"{labels:,} labels, {limit}: {expected.people_needed:,} people at least. Some come and leave again; "
        "ask for a few more.",
    )


def _time(expected: Forecast) -> Figure:
    work = expected.effort
    if work is None:
        return Figure("time", "Time", _NOTHING, "Guess the seconds for a label to see it.")
    seen = expected.pilot.seconds_per_label if expected.pilot else None
    pace = f" The pilot's median was {seen:.1f} seconds." if seen else ""
    return Figure(
        "time",
        "Time",
        f"{work.minutes_per_annotator:.0f} minutes each",
        f"{work.hours:,.1f} hours together: {work.labels_per_annotator:,.0f} images each at "
        f"{expected.planned.seconds_per_label:g} seconds, with checks and practice, and {ENTRY_MINUTES:g} "
        f"minutes to consent and to read the guide.{pace}",
    )


def _cost(expected: Forecast) -> Figure:
    if expected.cost is None or expected.effort is None:
        return Figure("cost", "Cost", _NOTHING, "Set the pay and the seconds for a label to see it.")
    each = expected.cost / expected.people
    currency = expected.planned.currency
    return Figure(
        "cost",
        "Cost",
        f"{expected.cost:,.2f} {currency}".strip(),
        f"{each:,.2f} {currency} for each person at {expected.planned.hourly_pay:.2f} an hour. What a panel "
        "charges comes on top.",
    )


def _points(share: float) -> str:
    return f"{100 * share:.1f} points"
