"""What may be asked of the gallery of a study's sample, as a form that is sent with GET."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse

from labelling.models import Study
from labelling.selectors.item_gallery import (
    NO_MAJORITY,
    OUTCOMES,
    SORTS,
    VERDICTS,
    ItemQuery,
    most_labels,
)

_ANY = ("", "any")
#: Of more categories none is chosen from a list.
MOST_CHOICES = 200
#: How "no majority" is called in an address.
TIED = "tie"
_SORTED = {
    "position": "order of the draw",
    "index": "index in the dataset",
    "labels": "fewest labels first",
    "-labels": "most labels first",
    "-disagreement": "most disagreement first",
    "-entropy": "highest entropy first",
    "-last": "latest label first",
    "last": "earliest label first",
}


class CategoryByName(forms.CharField):
    """A category by its name or its code, to be typed: a list of a thousand would be slow, and no help."""

    def __init__(self, names: Sequence[str], **more: Any) -> None:
        super().__init__(required=False, **more)
        self.code = {name.casefold(): str(code) for code, name in enumerate(names)}
        self.code |= {str(code): str(code) for code in range(len(names))} | {TIED: TIED}

    def clean(self, value: Any) -> str:
        """Return the code as text; empty where nothing was asked."""
        asked = super().clean(value)
        if asked and asked.casefold() not in self.code:
            raise forms.ValidationError(
                f"There is no category {asked[:60]!r}. Write its name as the dataset has it."
            )
        return self.code[asked.casefold()] if asked else ""


class ItemFilter(forms.Form):
    """Which images, in which order.

    Everything may be left out; what tells the accuracy is not there while sealed.
    """

    labels = forms.TypedChoiceField(label="Labels so far", required=False, coerce=int, empty_value=None)
    outcome = forms.ChoiceField(
        label="Votes", required=False, choices=[_ANY, *((each, each) for each in OUTCOMES)]
    )
    majority = forms.ChoiceField(label="Majority", required=False)
    truth = forms.ChoiceField(label="Ground truth", required=False)
    verdict = forms.ChoiceField(
        label="Majority is", required=False, choices=[_ANY, *((each, each) for each in VERDICTS)]
    )
    disagreement = forms.FloatField(label="Disagreement from", required=False, min_value=0, max_value=1)
    entropy = forms.FloatField(label="Entropy from", required=False, min_value=0, max_value=1)
    index = forms.IntegerField(label="Index in the dataset", required=False, min_value=0)
    sort = forms.ChoiceField(label="Sorted by", required=False, choices=list(_SORTED.items()))

    def __init__(self, study: Study, categories: Sequence[str], *given: Any, visible: bool) -> None:
        super().__init__(*given)
        named = [(str(code), name) for code, name in enumerate(categories)]
        numbers = [(str(n), str(n)) for n in range(most_labels(study=study) + 1)]
        self._choose("labels", [_ANY, *numbers])
        if len(categories) > MOST_CHOICES:
            for name in ("majority", "truth"):
                self.fields[name] = CategoryByName(categories, label=self.fields[name].label)
        self._choose("majority", [_ANY, *named, (TIED, "none (a tie)")])
        self._choose("truth", [_ANY, *named])
        for name in ("disagreement", "entropy"):
            self.fields[name].widget.attrs |= {"step": "any", "placeholder": "0 to 1"}
        if not visible:
            del self.fields["truth"], self.fields["verdict"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def query(self) -> ItemQuery:
        """Return what was asked; what cannot be asked is left out, and said at its field."""
        given: dict[str, Any] = self.cleaned_data
        sort = given.get("sort") or SORTS[0]
        return ItemQuery(
            labels=given.get("labels"),
            outcome=given.get("outcome") or "",
            majority=_code(given.get("majority")),
            truth=_code(given.get("truth")),
            verdict=given.get("verdict") or "",
            disagreement=given.get("disagreement"),
            entropy=given.get("entropy"),
            index=given.get("index"),
            sort=sort.removeprefix("-"),
            descending=sort.startswith("-"),
        )


def _code(asked: str | None) -> int | None:
    if not asked:
        return None
    return NO_MAJORITY if asked == TIED else int(asked)


def cell_address(study: Study, truth: int, majority: int, categories: int) -> str:
    """Return where a cell of the confusion matrix leads: its images. The last column has no majority."""
    asked = {"truth": truth, "majority": TIED if majority == categories else majority}
    return f"{reverse('admin:labelling_study_items', args=[study.pk])}?{urlencode(asked)}"
