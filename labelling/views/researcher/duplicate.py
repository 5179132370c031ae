"""Start another study from one that there is: the same protocol and texts, a new title and a new seed."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from labelling.errors import PlanError, ProtocolError
from labelling.models import Study
from labelling.selectors.plans import unfit_pilot
from labelling.services.drafts import duplicate_study, free_slug
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.plan import tell_of_lost_pilot
from labelling.views.researcher.steps import acting
from labelling.views.researcher.study_form import SHORT_NAME_INVALID


class DuplicateForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """What the copy is called."""

    class Meta:
        model = Study
        fields = ("title", "slug")
        labels = {"slug": "Short name"}
        error_messages = {"slug": {"invalid": SHORT_NAME_INVALID}}
        help_texts = {
            "title": "Annotators see this as the heading of the first page.",
            "slug": "Used in commands and file names: letters, digits and hyphens.",
        }


@permission_required("labelling.add_study", raise_exception=True)
def duplicate_page(request: HttpRequest, study_id: int) -> HttpResponse:
    """Ask what the copy is called; on POST make it and go to its plan."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    first = {"title": study.title, "slug": free_slug(title=study.slug)}
    form = DuplicateForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            copy = duplicate_study(study=study, now=steady_now(), by=acting(request), **form.cleaned_data)
        except (ProtocolError, PlanError) as error:
            form.add_error(None, str(error))
        else:
            admin.site.get_model_admin(Study).log_addition(request, copy, f"Duplicate of {study.slug}.")
            messages.success(request, f"This is a draft with the protocol and the texts of {study.title}.")
            tell_of_lost_pilot(request, unfit_pilot(study=study))
            return redirect("admin:labelling_study_plan", copy.pk, "sample")
    context = {
        **admin.site.each_context(request),
        "title": "Duplicate this study",
        "study": study,
        "here": "protocol",
        "form": form,
    }
    return render(request, "researcher/protocol_duplicate.html", context, status=400 if form.errors else 200)
