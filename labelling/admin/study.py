"""Studies in the admin site: the list, the form of a draft, and the addresses of a study's own pages."""
# ruff: noqa: ARG002 - the signatures are Django's

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from labelling.admin.study_pages import PAGES
from labelling.errors import DraftChanged, LabellingError
from labelling.models import Study
from labelling.selectors.plans import unfit_pilot
from labelling.selectors.progress import StudyLine, study_lines
from labelling.services.drafts import discard_draft, revise_draft
from labelling.services.steady_clock import steady_now
from labelling.services.studies import create_study
from labelling.views.researcher import plan, protocol_pages, steps
from labelling.views.researcher.study_form import FIELDSETS, StudyForm, first_values


class StudyList(ChangeList):
    """A page of the list, with the progress of all its studies counted at once."""

    def get_results(self, request: HttpRequest) -> None:
        """Find the page's studies, then their progress by a fixed number of queries."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        for line in study_lines(studies=self.result_list, now=steady_now()):
            line.study.overview = line  # type: ignore[attr-defined]


@admin.register(Study)
class StudyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Plan a study, change it while it is a draft, and go to its page."""

    form = StudyForm
    fieldsets = FIELDSETS
    prepopulated_fields = {"slug": ["title"]}
    list_display = ("page", "status", "dataset", "progress", "last_hour", "created")
    list_display_links = None
    list_filter = ("state", "rehearsal", "dataset")
    list_select_related = ("dataset",)
    search_fields = ("title", "slug")
    actions = None

    def get_urls(self) -> list[URLPattern]:
        """Put a study's own pages beside Django's."""
        protect = self.admin_site.admin_view
        own = [
            path(f"<int:study_id>/{route}", protect(view), name=f"labelling_study_{name}")
            for route, view, name in PAGES
        ]
        before = [
            path("add/guided/", protect(plan.begin), name="labelling_study_begin"),
            path("add/from-file/", protect(protocol_pages.import_page), name="labelling_study_import"),
        ]
        return before + own + super().get_urls()

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the guided plan; `?all=1` shows all fields on one page, for those who know them."""
        if request.method == "GET" and "all" not in request.GET:
            dataset = request.GET.get("dataset")
            asked = f"?{urlencode({'dataset': dataset})}" if dataset else ""
            return HttpResponseRedirect(reverse("admin:labelling_study_begin") + asked)
        return super().add_view(request, form_url, extra_context)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Call the list by what it lists."""
        return super().changelist_view(request, {"title": "Studies", **(extra_context or {})})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return our list, which knows each study's progress."""
        return StudyList

    @admin.display(description="Study", ordering="title")
    def page(self, study: Study) -> SafeString:
        """Link to the study's page."""
        return format_html('<a href="{}">{}</a>', dashboard_url(study), study.title)

    @admin.display(description="State", ordering="state")
    def status(self, study: Study) -> SafeString:
        """Show the state, and that a study is a rehearsal or of drawn data."""
        marks = [study.get_state_display()]
        marks += ["REHEARSAL"] if study.rehearsal else []
        marks += ["DRAWN DATA"] if study.dataset.drawn else []
        return format_html("{}", " · ".join(marks))

    @admin.display(description="Labels")
    def progress(self, study: Study) -> SafeString:
        """Show how many labels there are of those wanted."""
        line: StudyLine = study.overview  # type: ignore[attr-defined]  # put there by get_results
        if study.state == Study.State.DRAFT:
            return format_html('<span class="hb-quiet">{} planned</span>', line.wanted)
        return format_html(
            '<progress class="hb-progress" max="{}" value="{}" aria-label="Labels"></progress> '
            '<span class="hb-figure">{} of {}</span>',
            *(line.wanted, line.counted, line.counted, line.wanted),
        )

    @admin.display(description="In the last hour")
    def last_hour(self, study: Study) -> int:
        """Show the labels of the last hour."""
        line: StudyLine = study.overview  # type: ignore[attr-defined]  # put there by get_results
        return line.labels_last_hour

    @admin.display(description="Created", ordering="created_at")
    def created(self, study: Study) -> str:
        """Show the moment, UTC."""
        return f"{study.created_at:%Y-%m-%d %H:%M}"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Start with the precedent's protocol and a fresh seed; the address may say otherwise."""
        return first_values() | super().get_changeform_initial_data(request)

    def get_fieldsets(self, request: HttpRequest, obj: Study | None = None) -> Any:
        """Show the version that a form was made from where there is one, hidden."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and not self.has_change_permission(request, obj):
            hidden = ("made_from",)
            return [
                (title, {**options, "fields": [name for name in options["fields"] if name not in hidden]})
                for title, options in fieldsets
            ]
        return fieldsets

    def has_change_permission(self, request: HttpRequest, obj: Study | None = None) -> bool:
        """Let drafts be changed; what was launched can only be read."""
        return super().has_change_permission(request, obj) and _is_draft(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Study | None = None) -> bool:
        """Let drafts be deleted; what was launched is kept."""
        return super().has_delete_permission(request, obj) and _is_draft(obj)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show one button, and say in words what the services refuse when two people act at once."""
        context = {
            "show_save_and_add_another": False,
            "show_save_and_continue": False,
            **({} if object_id else {"title": "Plan a study"}),
            **(extra_context or {}),
        }
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except DraftChanged:
            # Changed between the form's look and the write: the form looks again, and says so at the field.
            return super().changeform_view(request, object_id, form_url, context)
        except LabellingError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(request.path)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Study:
        """Write through the services, which own every rule."""
        if change:
            changes = {field: value for field, value in form.chosen().items() if field in form.changed_data}
            # The form has put its dataset into the study by now.
            lost = unfit_pilot(study=form.instance) if "dataset" in changes else None
            revised = revise_draft(
                study=form.instance,
                now=steady_now(),
                by=steps.acting(request),
                made_from=form.cleaned_data["made_from"],
                **changes,
            )
            plan.tell_of_lost_pilot(request, lost)
            return revised
        return create_study(now=steady_now(), by=steps.acting(request), **form.chosen())

    def save_model(self, request: HttpRequest, obj: Study, form: Any, change: bool) -> None:
        """Do nothing: `save_form` wrote the study."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Do nothing: a draft has nothing related."""

    def delete_model(self, request: HttpRequest, obj: Study) -> None:
        """Throw a draft away."""
        discard_draft(study=obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask in the desk's words."""
        context = {"title": "Throw this draft away?", **(extra_context or {})}
        return super().delete_view(request, object_id, context)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponseRedirect:
        """Go back to the first page, and say what was done."""
        self.message_user(request, f"The draft {obj_display} was thrown away.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:index"))

    def response_post_save_add(self, request: HttpRequest, obj: Study) -> HttpResponseRedirect:
        """Go to the new study's page."""
        return HttpResponseRedirect(dashboard_url(obj))

    def response_post_save_change(self, request: HttpRequest, obj: Study) -> HttpResponseRedirect:
        """Go back to the study's page."""
        return HttpResponseRedirect(dashboard_url(obj))


def dashboard_url(study: Study) -> str:
    """Return the address of a study's page."""
    return reverse("admin:labelling_study_dashboard", args=[study.pk])


def _is_draft(study: Study | None) -> bool:
    return study is None or study.state == Study.State.DRAFT
