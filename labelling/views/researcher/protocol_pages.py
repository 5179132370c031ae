"""A study's protocol: to read, check, download, hold against another's, and to start another study from."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from labelling.errors import ProtocolFileError
from labelling.models import Study
from labelling.selectors.protocol_difference import Difference, in_words, protocol_differences
from labelling.services.protocol_file import LARGEST_FILE, import_protocol, protocol_file
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.steps import acting
from labelling.views.researcher.study_form import FIELDSETS, StudyForm

# So many other studies can be chosen from; the latest come first.
OTHERS = 200
# What has a place of its own on the page.
_APART = ("screening", "consent_text", "guide_text", "consent_version")
_DATASET = {
    "dataset.name": "Dataset",
    "dataset.split": "Split",
    "dataset.checksum": "Checksum of the dataset",
}


class OtherForm(forms.Form):
    """The study whose protocol is held against this one."""

    other = forms.ModelChoiceField(
        label="Compare with",
        queryset=Study.objects.none(),
        error_messages={"invalid_choice": "There is no such study to compare with. Choose one of the list."},
    )

    def __init__(self, study: Study, data: Any = None) -> None:
        super().__init__(data)
        choice: Any = self.fields["other"]
        choice.queryset = Study.objects.exclude(pk=study.pk).order_by("-created_at")
        choice.choices = [
            ("", "Choose a study"),
            *(
                (pk, f"{title} ({slug})")
                for pk, title, slug in choice.queryset.values_list("pk", "title", "slug")[:OTHERS]
            ),
        ]


class ProtocolFileForm(forms.Form):
    """A protocol file, and what the study is to be called."""

    file = forms.FileField(
        label="Protocol file",
        help_text="The file protocol.json of a study or of its bundle. Its dataset has to be imported here.",
        error_messages={
            "required": "Choose a protocol file.",
            "empty": "The file is empty. Choose the file protocol.json of a study or of its bundle.",
        },
    )
    title = forms.CharField(
        required=False,
        max_length=200,
        help_text="Annotators see this as the heading of the first page. Empty: the file's.",
    )


@permission_required("labelling.view_study", raise_exception=True)
def protocol_page(request: HttpRequest, study_id: int) -> HttpResponse:
    """Show the protocol with its hash, and how it differs from that of the study that is asked for."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    asked = request.GET if "other" in request.GET else None
    form = OtherForm(study, asked)
    other = None
    if asked and form.is_valid():
        other = Study.objects.select_related("dataset").get(pk=form.cleaned_data["other"].pk)
    context = {
        **admin.site.each_context(request),
        "title": "Protocol",
        "study": study,
        "here": "protocol",
        "groups": _groups(study),
        "form": form,
        "other": other,
        "differences": [_named(made) for made in protocol_differences(first=study, second=other)]
        if other
        else [],
        "may_plan": request.user.has_perm("labelling.add_study"),
    }
    return render(request, "researcher/protocol.html", context, status=400 if form.errors else 200)


@require_GET
@permission_required("labelling.view_study", raise_exception=True)
def download(request: HttpRequest, study_id: int) -> HttpResponse:  # noqa: ARG001 - every page's
    """Send the protocol as a file."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    reply = HttpResponse(protocol_file(study=study), content_type="application/json")
    reply["Content-Disposition"] = f'attachment; filename="{study.slug}-protocol.json"'
    return reply


@permission_required("labelling.add_study", raise_exception=True)
def import_page(request: HttpRequest) -> HttpResponse:
    """Ask for a protocol file; on POST make a draft of it, or say at the field why not."""
    form = ProtocolFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        study = _imported(request, form) if form.is_valid() else None
        if study is not None:
            admin.site.get_model_admin(Study).log_addition(request, study, "Imported from a protocol file.")
            messages.success(request, "The protocol was read into a draft. Go through it, then launch.")
            return redirect("admin:labelling_study_plan", study.pk, "sample")
    context = {**admin.site.each_context(request), "title": "Start from a protocol file", "form": form}
    return render(request, "researcher/protocol_import.html", context, status=400 if form.errors else 200)


def _imported(request: HttpRequest, form: ProtocolFileForm) -> Study | None:
    file: UploadedFile[Any] = form.cleaned_data["file"]
    try:
        return import_protocol(
            # One byte more than may be: the service then tells of an oversized file without reading it all.
            content=file.read(LARGEST_FILE + 1),
            title=form.cleaned_data["title"],
            now=steady_now(),
            by=acting(request),
        )
    except ProtocolFileError as error:
        form.add_error("file", str(error))
        return None


def _groups(study: Study) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the fields of the protocol in words, below the headings of the form."""
    groups = []
    for title, options in FIELDSETS:
        fields = [
            field for field in options["fields"] if field in Study.PROTOCOL_FIELDS and field not in _APART
        ]
        if fields:
            groups.append((title, [(_label(field), in_words(study, field)) for field in fields]))
    return groups


def _named(made: Difference) -> tuple[str, Difference]:
    return _DATASET.get(made.field) or _label(made.field), made


def _label(field: str) -> str:
    return StudyForm.Meta.labels.get(field, field.replace("_", " ").capitalize())
