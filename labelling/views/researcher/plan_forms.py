"""The forms of the plan's steps: a part of the study's form, the assumptions, and the panel."""

from typing import Any, cast

from django import forms

from labelling.models import Dataset, Plan, Study
from labelling.panels import panels
from labelling.selectors.plans import assumptions_of, pilots_of
from labelling.selectors.recruitment import recruitments_of
from labelling.services.default_texts import CONSENT_TEXT, GUIDE_TEXT, TITLE
from labelling.services.drafts import free_slug, new_seed
from labelling.views.researcher.plan_steps import DATA, PROTOCOL, PlanStep
from labelling.views.researcher.quality_rules_field import QualityRulesField, same_rules
from labelling.views.researcher.study_form import StudyForm, first_values

_MOST_PLACES = 1_000_000


class AssumptionsForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """What the planner starts from, a sentence of help beside each."""

    class Meta:
        model = Plan
        fields = Plan.ASSUMPTIONS
        labels = {
            "expected_accuracy": "Accuracy you expect of people",
            "machine_accuracy": "Accuracy of the machine to compare with",
            "error_consistency": "Error consistency",
            "pilot": "Pilot",
            "expected_annotators": "Annotators you expect",
            "seconds_per_label": "Seconds for a label",
            "hourly_pay": "Pay for an hour",
            "minimum_wage": "Minimum wage",
            "currency": "Currency",
        }
        help_texts = {
            "expected_accuracy": "Of the majority vote, as a share. 0.835 is what the README of "
            "Fashion-MNIST reports. No part of the protocol: nobody is measured against it.",
            "machine_accuracy": "On the same images, as a share. Empty: no comparison is planned.",
            "error_consistency": "How alike people and machine err, from -1 to 1. 0 or empty: their errors "
            "know nothing of each other, or are as in the pilot where it has a machine.",
            "pilot": "A study of this dataset that has ended, or a rehearsal: its labels tell how much "
            "people differ. Empty: only the binomial interval is shown.",
            "expected_annotators": "How many different people will take part. Empty: as many as the labels "
            "need.",
            "seconds_per_label": "From one image to the next. Most people need three to four.",
            "hourly_pay": "For an hour of one person's time, reading and practice included. Prolific "
            "recommends 12 dollars.",
            "minimum_wage": "The planner warns when the pay is below. That of your annotators' country, or "
            "what your panel asks for: 8 dollars at Prolific.",
            "currency": "Three letters, as in USD or EUR.",
        }

    def __init__(self, study: Study, data: Any = None, fields: tuple[str, ...] = Plan.ASSUMPTIONS) -> None:
        super().__init__(data, initial=assumptions_of(study=study))
        for name in set(self.fields) - set(fields):
            del self.fields[name]
        if "pilot" in self.fields:
            pilot: Any = self.fields["pilot"]
            pilot.queryset = pilots_of(study=study)
            pilot.empty_label = "None"
            pilot.label_from_instance = _called

    def clean_currency(self) -> str:
        """Take three letters, in whatever case; what is no code of a currency would stand beside the pay."""
        currency: str = self.cleaned_data["currency"].upper()
        if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
            raise forms.ValidationError("Write three letters, such as USD or EUR.")
        return currency


def _called(pilot: Study) -> str:
    return f"{pilot.title} (rehearsal)" if pilot.rehearsal else pilot.title


class PanelForm(forms.Form):
    """Where the people come from. What a panel needs beyond this is on the page Recruit."""

    panel = forms.ChoiceField(
        label="Panel",
        required=False,
        help_text="Whom you ask yourself gets a link, and needs no panel. A panel sends you strangers; its "
        "address and codes are on the page Recruit.",
    )
    places = forms.IntegerField(
        label="Places",
        required=False,
        min_value=1,
        max_value=_MOST_PLACES,
        help_text="So many people of the panel are let in. Who leaves early makes room. Empty: no limit.",
    )

    def __init__(self, study: Study, data: Any = None) -> None:
        there = recruitments_of(study=study)
        first = next(iter(there.values()), None)
        start = {"panel": first.panel, "places": first.places} if first else {}
        super().__init__(data, initial=start)
        choices = [(panel.name, panel.title) for panel in panels() if panel.identifies]
        # What has been offered stays offered; another panel may come beside it.
        nobody = [] if first else [("", "None: a link for people whom you ask yourself")]
        self.fields["panel"].choices = [*nobody, *choices]  # type: ignore[attr-defined]


class DataForm(StudyForm):
    """The first step: dataset, title and short name. For a new study it makes the rest ready."""

    class Meta(StudyForm.Meta):
        fields: tuple[str, ...] = DATA.fields
        widgets = {"dataset": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = f"{self.fields['slug'].help_text} Empty: one is made."

    @staticmethod
    def first_values(dataset: str) -> dict[str, Any]:
        """Return what a new study starts with; `dataset` is the number of one to start with, or anything."""
        first: dict[str, Any] = {**first_values(), "title": TITLE}
        if dataset.isdigit() and (asked := Dataset.objects.filter(pk=int(dataset)).first()):
            first["dataset"] = asked.pk
        return first

    def clean_slug(self) -> str:
        """Keep the short name, or make one from the title; from the dataset's where the title is anyone's."""
        slug: str = self.cleaned_data["slug"]
        title, dataset = self.cleaned_data.get("title", ""), self.cleaned_data.get("dataset")
        if title == TITLE and dataset is not None:
            title = dataset.title
        return slug or self.instance.slug or free_slug(title=title)

    def clean(self) -> dict[str, Any]:
        """Give a new study the precedent's protocol, with all images of a dataset of fewer than 1000."""
        dataset = self.cleaned_data.get("dataset")
        if self.instance.pk is None and dataset is not None:
            self.instance.sample_size = min(self.instance.sample_size, dataset.size)
            self.instance.seed = new_seed()
            self.instance.consent_text, self.instance.guide_text = CONSENT_TEXT, GUIDE_TEXT
        return super().clean()


class ProtocolForm(StudyForm):
    """The protocol's step, with a row for each quality rule."""

    class Meta(StudyForm.Meta):
        fields: tuple[str, ...] = PROTOCOL.fields
        field_classes = {**StudyForm.Meta.field_classes, "quality_rules": QualityRulesField}
        help_texts = {
            **StudyForm.Meta.help_texts,
            "quality_rules": "Tick what an annotator is flagged by. Nobody is judged by a handful of labels. "
            "A flag is shown to you and in the report; a rule that excludes, too, sets the labels aside by "
            "itself, when the annotator has finished.",
        }

    def clean_quality_rules(self) -> list[dict[str, Any]]:
        """Keep the stored order where the rules are the same: another order would be another protocol."""
        chosen: list[dict[str, Any]] = self.cleaned_data["quality_rules"]
        stored = self.initial.get("quality_rules", [])
        return stored if same_rules(chosen, stored) else chosen


def study_part(step: PlanStep) -> type[StudyForm]:
    """Return the study's form with the fields of one step."""
    if step in (DATA, PROTOCOL):
        return DataForm if step is DATA else ProtocolForm
    return cast("type[StudyForm]", forms.modelform_factory(Study, form=StudyForm, fields=list(step.fields)))
