"""A study's checklist: what its record answers, and a form for what only the researcher knows."""

from collections.abc import Sequence

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from evaluation.checklist import checklist_without_figures
from evaluation.checklist_facts import LONGEST_ANSWER, ChecklistAnswer, ChecklistEntry
from evaluation.checklist_items import CHOICES, ITEMS
from labelling.errors import ChecklistError
from labelling.models import Study
from labelling.report_checklist import ArrangedChecklist, arranged
from labelling.selectors.checklist import answers_of
from labelling.selectors.label_table import study_report
from labelling.selectors.sealing import sealed_checklist
from labelling.selectors.study_size import too_large
from labelling.services.checklist import answer_checklist, given_answer
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.steps import acting

# Enough to tell which intervals are defined; the page shows none of them.
_FEW_RESAMPLES = 100
_TAKES_CHOICE = {item.number for item in ITEMS if item.choice}


class AnswersForm(forms.Form):
    """A choice and words for each item that the record does not answer.

    What was shown travels along, so that saving a page that stood open overwrites nothing that somebody
    else has answered meanwhile.
    """

    def __init__(self, entries: list[ChecklistEntry], *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]  # the posted data, or nothing
        self.numbers = [entry.number for entry in entries]
        for entry in entries:
            if entry.number in _TAKES_CHOICE:
                self.fields[f"choice-{entry.number}"] = forms.ChoiceField(
                    label="Answer",
                    choices=[("", "Not answered"), *CHOICES.items()],
                    required=False,
                    initial=entry.choice or "",
                    show_hidden_initial=True,
                )
            self.fields[f"words-{entry.number}"] = forms.CharField(
                label="In words" if entry.number in _TAKES_CHOICE else "Answer",
                required=False,
                max_length=LONGEST_ANSWER,
                initial=entry.words or "",
                widget=forms.Textarea(attrs={"rows": 2, "aria-describedby": f"question-{entry.number}"}),
                show_hidden_initial=True,
            )

    def changed_answers(self) -> list[tuple[str, ChecklistAnswer | None]]:
        """Return the answers that differ from those shown; a faulty one becomes an error at its field."""
        changed = {field.partition("-")[2] for field in self.changed_data}
        answers = []
        for number in self.numbers:
            if number in changed:
                choice = self.cleaned_data.get(f"choice-{number}", "")
                try:
                    words = self.cleaned_data[f"words-{number}"]
                    answers.append((number, given_answer(item=number, choice=choice, words=words)))
                except ChecklistError as error:
                    self.add_error(f"words-{number}", str(error))
        return answers


@permission_required("labelling.view_study", raise_exception=True)
def checklist_page(request: HttpRequest, study_id: int) -> HttpResponse:
    """Show the checklist with its answers; on POST, store the researcher's."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    if study.state == Study.State.DRAFT:
        messages.error(request, "A draft has nothing to report yet. Launch the study first.")
        return redirect("admin:labelling_study_dashboard", study.pk)
    may_change = request.user.has_perm("labelling.change_study")
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    entries = sealed_checklist(study=study, entries=_told_by_record(study))
    asked = [entry for entry in entries if entry.answered_by != "record"]
    form = AnswersForm(asked)
    if request.method == "POST":
        form = AnswersForm(asked, request.POST)
        answers = form.changed_answers() if form.is_valid() else []
        if not form.errors:
            count = answer_checklist(study=study, answers=answers, now=steady_now(), by=acting(request))
            messages.success(request, _told(count))
            return redirect("admin:labelling_study_checklist", study.pk)
    context = {
        **admin.site.each_context(request),
        "title": "Checklist",
        "study": study,
        "here": "checklist",
        "sections": _sections(arranged(entries), form),
        "checklist": arranged(entries),
        "form": form,
        "may_change": may_change,
    }
    return render(request, "researcher/checklist.html", context)


def _told_by_record(study: Study) -> Sequence[ChecklistEntry]:
    """Return the checklist as the record answers it, as far as that is done while somebody waits."""
    if too_large(study=study):
        return checklist_without_figures(answers_of(study=study))
    return study_report(study=study, resamples=_FEW_RESAMPLES).checklist or ()


def _told(count: int) -> str:
    return f"Saved: {count} answer{'s' * (count != 1)} changed." if count else "Nothing was changed."


def _sections(checklist: ArrangedChecklist, form: AnswersForm) -> list[dict[str, object]]:
    """Put each question's fields beside it."""
    return [
        {
            "section": section,
            "faulty": any(f"words-{entry.number}" in form.errors for entry in section.entries),
            "rows": [
                {
                    "entry": entry,
                    "fields": [
                        form[name]
                        for name in (f"choice-{entry.number}", f"words-{entry.number}")
                        if name in form.fields
                    ],
                }
                for entry in section.entries
            ],
        }
        for section in checklist.sections
    ]
