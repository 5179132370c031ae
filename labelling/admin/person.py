"""The people of the desk: their names, roles and passwords. No more is stored of them."""
# ruff: noqa: ARG002 - the signatures are Django's

from copy import copy
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    BaseUserCreationForm,
    ReadOnlyPasswordHashField,
    ReadOnlyPasswordHashWidget,
    UserChangeForm,
)
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from labelling.errors import RoleError
from labelling.roles import ROLES
from labelling.selectors.people import role_of
from labelling.services.people import check_role, give_role

_TITLES = {role.name: role.title for role in ROLES}
_CHOICES = [(role.name, f"{role.title}: {role.description}") for role in ROLES]


class PasswordSet(ReadOnlyPasswordHashWidget):
    """Tells whether there is a password; how its digest is made is nobody's concern here."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Say whether there is one, and lead to the page on which another is given."""
        told = "Set. Only a digest is stored: nobody can read it."
        if not is_password_usable(value):
            told = "Not set: the person cannot sign in."
        button = '<p><a class="button" href="../password/">Give a new password</a></p>'
        return format_html("<div><p>{}</p>{}</div>", told, SafeString(button))


class NewPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # not generic at run time
    """A new password, twice. Whoever shall not come is kept out by the tick, not by a missing password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        for field in self.fields.values():
            field.required = True


class PeopleList(ChangeList):
    """The list, which counts people."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opts = _as_people(self.opts)


def _as_people(options: Any) -> Any:
    """Return a copy of a model's options that calls its rows people, for the words of Django's pages."""
    people = copy(options)
    people.verbose_name, people.verbose_name_plural = "person", "people"
    return people


class _WithRole(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A form that gives its person a role, and says at the field why it cannot be."""

    def clean(self) -> dict[str, Any]:
        """Say at the field what role cannot be given."""
        given: dict[str, Any] = super().clean() or {}
        if "role" in given:
            try:
                check_role(person=self.instance, role=given["role"], active=given.get("is_active", True))
            except RoleError as error:
                self.add_error(error.field, str(error))
        return given


class PersonForm(_WithRole, UserChangeForm):  # type: ignore[type-arg]  # as above
    """An existing person: name, password, role, and whether they may come."""

    password = ReadOnlyPasswordHashField(label="Password", widget=PasswordSet)
    role = forms.ChoiceField(label="Role", choices=_CHOICES, widget=forms.RadioSelect)

    class Meta:
        model = User
        fields = ("username", "password", "is_active")
        labels = {"username": "Name", "is_active": "May sign in"}
        help_texts = {
            "username": "With this the person signs in. Letters, digits and @/./+/-/_ only.",
            "is_active": "Take the tick away instead of deleting: the record of events still names people.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            self.fields["role"].initial = role_of(person=self.instance)


class NewPersonForm(_WithRole, BaseUserCreationForm):  # type: ignore[type-arg]  # as above
    """A new person: name, password twice, role."""

    role = forms.ChoiceField(label="Role", choices=_CHOICES, widget=forms.RadioSelect, initial="viewer")

    class Meta:
        model = User
        fields = ("username",)
        labels = {"username": "Name"}
        help_texts = {"username": "With this the person signs in. It need not be their own name."}


admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # as above
    """See who works at the desk, and give roles."""

    form = PersonForm
    add_form = NewPersonForm
    add_form_template = None
    change_password_form = NewPasswordForm
    fieldsets = ((None, {"fields": ("username", "password", "role", "is_active")}),)
    add_fieldsets = ((None, {"fields": ("username", "password1", "password2", "role")}),)
    list_display = ("name", "role", "number", "may_come")
    list_filter = ()
    search_fields = ("username",)
    filter_horizontal = ()
    actions = None

    class Media:
        css = {"all": ["labelling/researcher-roles.css"]}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.opts = _as_people(self.opts)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return our list, which counts people."""
        return PeopleList

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Fetch the roles with the people."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="Name", ordering="username")
    def name(self, person: User) -> str:
        """Show the name with which the person signs in."""
        return person.get_username()

    @admin.display(description="Role")
    def role(self, person: User) -> str:
        """Show the role."""
        return _TITLES.get(role_of(person=person), "none")

    @admin.display(description="In the record of events", ordering="pk")
    def number(self, person: User) -> str:
        """Show how the record of events calls the person."""
        return f"researcher {person.pk}"

    @admin.display(description="May sign in", boolean=True, ordering="is_active")
    def may_come(self, person: User) -> bool:
        """Tell whether the person can sign in."""
        return person.is_active and person.is_staff

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Call the list by what it lists."""
        return super().changelist_view(request, {"title": "People of the desk", **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show one button, and call the page by what it does."""
        context = {
            "title": "Change a person" if object_id else "Add a person",
            "show_save_and_add_another": False,
            "show_save_and_continue": False,
            **(extra_context or {}),
        }
        return super().changeform_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Write through the service, which owns the rule."""
        give_role(person=obj, role=form.cleaned_data["role"], active=obj.is_active)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Do nothing: `save_model` gave the role."""

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse: the record of events names people by number."""
        return False
