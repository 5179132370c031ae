"""The form of a draft: dataset, sample, protocol and texts."""

from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from labelling.errors import DraftChanged, ProtocolError
from labelling.models import Dataset, Study
from labelling.selectors.draft_versions import draft_version
from labelling.selectors.protocol_difference import in_words
from labelling.services.default_texts import CONSENT_TEXT, GUIDE_TEXT
from labelling.services.drafts import DRAFT_FIELDS, new_seed, refuse_if_revised
from labelling.services.protocol_check import check_protocol
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.screening_field import ScreeningField

SHORT_NAME_INVALID = (
    "Write it with letters from a to z, digits, hyphens and underscores alone, such as my-study-1."
)

FIELDSETS: Any = [
    (
        "Data",
        {
            "fields": ("dataset", "title", "slug", "made_from"),
            "description": "What the study is about, and what it is called.",
        },
    ),
    (
        "Sample",
        {
            "fields": ("sample_size", "strategy", "seed"),
            "description": "Which images of the dataset are labelled. Drawn at launch, without replacement.",
        },
    ),
    (
        "Protocol",
        {
            "fields": (
                "redundancy",
                "tie_rule",
                "tie_extension",
                "accuracy_sealed",
                "labels_per_annotator",
                "order",
                "lease_seconds",
                "scaling",
                "guide_examples",
                "category_order",
                "cant_tell",
                "break_every",
                "withdrawal",
            ),
            "description": "How the images are labelled, and how the labels are counted. Frozen at launch.",
        },
    ),
    (
        "Entry",
        {
            "fields": ("minimum_age", "screening", "practice_items", "practice_pass"),
            "description": "Who is admitted, and what they practise on. Frozen at launch. The way of an "
            "annotator can be looked at beforehand with the preview on the study's page.",
        },
    ),
    (
        "Checks",
        {
            "fields": ("gold_items", "gold_every", "repeat_every", "attention_every", "quality_rules"),
            "description": "What is mixed in to see whether people look, and which annotators are flagged. "
            "Frozen at launch.",
        },
    ),
    (
        "Texts",
        {
            "fields": ("consent_text", "consent_version", "guide_text", "contact"),
            "description": "What annotators read. Frozen at launch, too.",
        },
    ),
]


class StudyForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Everything of a study that may be chosen before launch, a sentence of help beside each field.

    It carries the version of the draft that it was made from, so that nobody overwrites unseen what somebody
    else has changed meanwhile.
    """

    made_from = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Study
        fields: tuple[str, ...] = DRAFT_FIELDS
        error_messages = {"slug": {"invalid": SHORT_NAME_INVALID}}
        field_classes: dict[str, type[forms.Field]] = {"screening": ScreeningField}
        labels = {
            "slug": "Short name",
            "redundancy": "Labels per image",
            "order": "Order of labelling",
            "tie_extension": "More labels for ties",
            "accuracy_sealed": "Seal the accuracy until the end",
            "labels_per_annotator": "Images per annotator",
            "lease_seconds": "Lease, in seconds",
            "scaling": "Enlargement",
            "guide_examples": "Guide examples per category",
            "category_order": "Order of the categories",
            "cant_tell": "The answer “can't tell”",
            "break_every": "Suggest a rest after",
            "screening": "Screening questions",
            "practice_items": "Practice images",
            "practice_pass": "Right answers to pass",
            "gold_items": "Gold images",
            "gold_every": "One gold image among",
            "repeat_every": "One repeat among",
            "attention_every": "One attention check among",
            "withdrawal": "When someone withdraws",
        }
        help_texts = {
            "dataset": "The benchmark split whose ground truth the annotators are measured against.",
            "title": "The heading of the first page that annotators see: words that mean something to them.",
            "slug": "Used in commands and file names: letters, digits and hyphens.",
            "sample_size": "How many images are labelled. More images make the interval narrower: at an "
            "accuracy of 0.835, 1000 images give about plus or minus 0.023.",
            "strategy": "A simple random sample is the plain choice. Stratified takes each category, or "
            "each of the dataset's own strata, in proportion to its share of the dataset.",
            "seed": "The same seed draws the same sample on every machine, so anyone can repeat the draw. "
            "A new study starts with one chosen at random.",
            "redundancy": "How many different annotators label each image. The majority vote is over these; "
            "3 is the precedent of Fashion-MNIST.",
            "tie_rule": "What an image without a single winner counts as in the headline. The report prints "
            "all rules side by side.",
            "tie_extension": "How many further labels an image that ends in a tie may be given, if you then "
            "decide so. 0: ties stay ties, as in the precedent.",
            "accuracy_sealed": "Nobody sees the accuracy before every image has its labels, so that nobody "
            "stops on a good day. Looking earlier is possible, and the report says so.",
            "labels_per_annotator": "After so many images an annotator has finished and gets a completion "
            "code. Leave empty for as many as they like.",
            "order": "Breadth first gives an early picture of the whole sample; depth first completes "
            "images one after another.",
            "lease_seconds": "How long an image stays promised to one annotator. When the time is up, "
            "someone else gets it.",
            "scaling": "Pixelated shows exactly the pixels there are. Smooth is easier on the eye but shows "
            "what is not in the data.",
            "guide_examples": "Shown on the guide page, with their category. Never taken from the sample.",
            "category_order": "Fixed is the dataset's order, the same for everybody. Shuffled gives each "
            "annotator an order of their own, so that no category is first for all.",
            "cant_tell": "An answer beside the categories. Where it counts, an image may end with fewer "
            "votes, or none. Where it is replaced, an image that nobody can tell keeps asking for others.",
            "break_every": "After so many answers the page suggests to look up for a moment. 0 for never. "
            "Resting counts as no response time.",
            "minimum_age": "Annotators tick a box that they are at least so old; their age is not stored. "
            "Leave empty to ask nobody.",
            "screening": "One page for each question, before the guide. Write the question in a line, and "
            "below it each option in a line of its own: + before an option that admits, - before one that "
            "does not. An empty line parts two questions. All answers must admit; who is turned away cannot "
            "answer anew. What somebody answered is not stored, only whether they were admitted.",
            "practice_items": "Shown after the guide, each with its ground truth once it was answered. Drawn "
            "at launch, never from the sample. 0 for no practice.",
            "practice_pass": "How many practice images must be named as in the dataset. There are two tries; "
            "who fails both is turned away. 0 lets everybody go on.",
            "gold_items": "Drawn at launch from images outside the sample, and compared with their ground "
            "truth. Each is shown to an annotator once. 0 for none.",
            "gold_every": "So many images of the sample; the place among them is drawn by lot. 0 for none, "
            "else 5 or more.",
            "repeat_every": "An image that the annotator has named before, ten or more others ago, is shown "
            "again unannounced. 0 for none, else 5 or more.",
            "attention_every": "An instruction in words to choose a certain category, which panels accept as "
            "grounds for rejection. 0 for none, else 5 or more.",
            "quality_rules": "Whom a rule flags, by threshold: too_fast, straight_lining, low_agreement, "
            "gold_wrong, repeats_differ, attention_failed. With exclude true the rule excludes by itself.",
            "consent_text": "What annotators agree to before they begin. Markdown: **bold**, lists, links. "
            "Have your ethics board read it.",
            "consent_version": "Recorded with every consent, so you can tell later who agreed to what.",
            "guide_text": "What annotators read above the examples, in Markdown.",
            "contact": "Whom annotators may write to, for instance an e-mail address. They see it.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["made_from"].initial = draft_version(study=self.instance)
        if "dataset" in self.fields:
            self.fields["dataset"].error_messages["required"] = (
                "Choose the dataset that people are shown."
                if Dataset.objects.exists()
                else "No dataset is imported yet, and a study cannot be launched without one. Import one "
                "first: manage.py import_dataset fashion-mnist."
            )

    def clean_consent_text(self) -> str:
        """Take the text with the line ends that it is stored with; browsers send others."""
        return _with_plain_line_ends(self.cleaned_data["consent_text"])

    def clean_guide_text(self) -> str:
        """As `clean_consent_text`."""
        return _with_plain_line_ends(self.cleaned_data["guide_text"])

    def clean(self) -> dict[str, Any]:
        """Ask whether this protocol can be carried out, and whether others changed it meanwhile."""
        cleaned = super().clean() or self.cleaned_data
        chosen = {field: value for field, value in cleaned.items() if field in DRAFT_FIELDS}
        if not self.errors:
            study = copy(self.instance)
            study.created_at = study.created_at or steady_now()
            for field, value in chosen.items():
                setattr(study, field, value)
            try:
                check_protocol(study=study)
            except ProtocolError as error:
                self._add_protocol_error(error)
        if self.instance.pk and cleaned.get("made_from") is not None:
            touched = set(self.changed_data) & set(DRAFT_FIELDS)
            try:
                refuse_if_revised(draft=self.instance, made_from=cleaned["made_from"], touched=touched)
            except DraftChanged as error:
                self.tell(error)
        return self.cleaned_data

    def chosen(self) -> dict[str, Any]:
        """Return the fields of the study that were chosen, once the form is valid."""
        return {field: value for field, value in self.cleaned_data.items() if field in DRAFT_FIELDS}

    def tell(self, error: DraftChanged) -> None:
        """Say what somebody else changed, at the field; what was typed stays, and may be sent once more."""
        self.add_error(None, str(error))
        stored = Study.objects.get(pk=self.instance.pk)
        for field in error.fields:
            if field in self.fields:
                self.add_error(field, f"Stored now: {in_words(stored, field)[:200]}")
        typed = {name: self.data[name] for name in self.data}
        self.data = {**typed, self.add_prefix("made_from"): str(error.version)}

    def _add_protocol_error(self, error: ProtocolError) -> None:
        cause = error.__cause__
        if not isinstance(cause, ValidationError) or not hasattr(cause, "error_dict"):
            self.add_error(None, str(error))
            return
        for field, messages in cause.message_dict.items():
            if field in self.fields:
                self.add_error(field, messages)
            else:
                label = self.Meta.labels.get(field, field.replace("_", " ").capitalize())
                self.add_error(None, [f"{label}, on another page of the plan: {said}" for said in messages])


def _with_plain_line_ends(text: str) -> str:
    return "\n".join(text.splitlines())


def first_values() -> dict[str, Any]:
    """Return what a new study starts with: the precedent's protocol, a fresh seed, the latest dataset."""
    dataset = Dataset.objects.order_by("-imported_at", "-pk").first()
    first: dict[str, Any] = {
        "seed": new_seed(),
        "consent_text": CONSENT_TEXT,
        "guide_text": GUIDE_TEXT,
    }
    if dataset is not None:
        first |= {"dataset": dataset.pk, "sample_size": min(1000, dataset.size)}
    return first
