"""Import a dataset from the desk: a known one, or a folder that lies in the server's data folder."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from labelling.datasets import Search
from labelling.datasets.data_folder import data_folder, offered_folder, offered_folders
from labelling.datasets.registry import AUTO, known_splits, recognise
from labelling.datasets.registry import forms as known_forms
from labelling.errors import DatasetError, LabellingError, NothingRecognised
from labelling.selectors.jobs import recent_jobs
from labelling.services.jobs import start_job
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.steps import acting

_KNOWN = (
    (
        "fashion-mnist",
        "Fashion-MNIST: the official files, found on this machine or fetched",
    ),
    ("drawn-garments", "Drawn garments: made by a program, for trying things; marked DRAWN DATA everywhere"),
)
_FOLDER = "folder:"
_NOTHING = (
    "No images were recognised in this folder for the split {split}. Name the split as the folder does, or "
    "see above which forms are read."
)
_NOT_SHORT = "Write it with letters from a to z, digits, hyphens and underscores alone, such as {}."


class ImportForm(forms.Form):
    """Which data, and what they are called."""

    source = forms.ChoiceField(label="Which data", widget=forms.RadioSelect, initial=_KNOWN[0][0])
    name = forms.SlugField(
        label="Short name",
        required=False,
        max_length=100,
        error_messages={"invalid": _NOT_SHORT.format("my-garments")},
        help_text="For a folder: what to call the dataset here, such as my-garments.",
    )
    split = forms.SlugField(
        label="Split",
        max_length=20,
        initial="test",
        error_messages={"invalid": _NOT_SHORT.format("test")},
        help_text="Which part of the data: test, train, or as the folder calls it.",
    )
    form = forms.ChoiceField(
        label="Form of the files",
        initial=AUTO,
        help_text="Recognised by itself, unless a folder holds several forms.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        folders = [
            (_FOLDER + name, f"The folder {name} of the server's data folder") for name in offered_folders()
        ]
        self.fields["source"].choices = [*_KNOWN, *folders]  # type: ignore[attr-defined]  # a choice field's
        self.fields["form"].choices = [  # type: ignore[attr-defined]
            (AUTO, "Recognise it"),
            *((name, name) for name in known_forms()),
        ]

    def clean(self) -> dict[str, Any]:
        """Look at the folder's names, so that what is not there is told at its field."""
        given: dict[str, Any] = super().clean() or {}
        folder = self.folder(given)
        if not folder:
            self._check_known(given)
            return given
        if not given.get("name") and "name" not in self.errors:
            self.add_error("name", "Give the dataset a short name, such as my-garments.")
        if "split" in given and "form" in given:
            try:
                recognise(offered_folder(folder), Search(split=given["split"], form=given["form"]))
            except NothingRecognised:
                self.add_error("source", _NOTHING.format(**given))
            except DatasetError as error:
                self.add_error("source", str(error))
        return given

    def _check_known(self, given: dict[str, Any]) -> None:
        """Say at its field that a known dataset has no such split."""
        if "source" not in given or "split" not in given:
            return
        splits = known_splits(given["source"])
        if given["split"] not in splits:
            self.add_error("split", f"This dataset has no such split. It has: {', '.join(splits)}.")

    @staticmethod
    def folder(given: dict[str, Any]) -> str:
        """Return the name of the folder that was chosen; empty for a known dataset."""
        source = str(given.get("source", ""))
        return source.removeprefix(_FOLDER) if source.startswith(_FOLDER) else ""

    def arguments(self) -> dict[str, Any]:
        """Return what the job is told."""
        given = self.cleaned_data
        folder = self.folder(given)
        return {
            "name": given["name"] if folder else given["source"],
            "split": given["split"],
            "form": given["form"] if folder else AUTO,
            "folder": folder,
        }


@permission_required("labelling.add_dataset", raise_exception=True)
def import_page(request: HttpRequest) -> HttpResponse:
    """Show what can be imported; on POST, import it as a job."""
    form = ImportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            job = start_job(
                kind="import_dataset", arguments=form.arguments(), by=acting(request), now=steady_now()
            )
            return redirect("admin:labelling_job", job.pk)
        except LabellingError as error:
            form.add_error(None, str(error))
    context = {
        **admin.site.each_context(request),
        "title": "Import a dataset",
        "form": form,
        "data_folder": data_folder(),
        "forms": known_forms(),
        "jobs": recent_jobs(kinds=("import_dataset",), now=steady_now()),
    }
    return render(request, "researcher/import_dataset.html", context)
