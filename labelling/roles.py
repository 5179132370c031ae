"""The roles of people at the desk: what each may do, as groups of permissions made after every migration."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db.models import Q


@dataclass(frozen=True)
class Role:
    """A role: the name of its group, its words, and which permissions it has.

    `grants` are names such as "labelling.change_study"; "labelling.view_*" is every view of the app.
    """

    name: str
    title: str
    description: str
    grants: tuple[str, ...]


_READS = ("labelling.view_*",)
_WORKS = (
    *_READS,
    "labelling.add_study",
    "labelling.change_study",
    "labelling.delete_study",
    "labelling.add_dataset",
)

ROLES = (
    Role(
        "owner",
        "Owner",
        "May do everything: also exclude annotators and reinstate them, unseal the accuracy before the end, "
        "and say who has which role.",
        (
            *_WORKS,
            "labelling.exclude_annotator",
            "labelling.unseal_accuracy",
            "auth.view_user",
            "auth.add_user",
            "auth.change_user",
        ),
    ),
    Role(
        "assistant",
        "Assistant",
        "Plans, rehearses, launches, watches and closes studies, imports datasets and downloads everything. "
        "May not exclude annotators, unseal the accuracy, or give anybody a role.",
        _WORKS,
    ),
    Role(
        "viewer",
        "Viewer",
        "Reads everything that the others read, downloads reports and labels, and changes nothing.",
        _READS,
    ),
)
OWNER = ROLES[0].name


def make_groups(*, using: str, apps: Any = installed, **_signal: Any) -> None:
    """Make the group of each role with exactly its permissions; called after every migration."""
    try:
        group_model = apps.get_model("auth", "Group")
        permission_model = apps.get_model("auth", "Permission")
    except LookupError:
        return  # migrated back, before there were groups
    # Django makes the permissions of each app after that app's own turn, which may come later.
    for app in ("labelling", "auth"):
        create_permissions(installed.get_app_config(app), verbosity=0, using=using, apps=apps)
    for role in ROLES:
        group, _ = group_model.objects.using(using).get_or_create(name=role.name)
        wanted = permission_model.objects.using(using).filter(_granted(role))
        group.permissions.set(wanted)


def _granted(role: Role) -> Q:
    """Return which permissions a role has, as a condition on them."""
    granted = Q()
    for grant in role.grants:
        app, codename = grant.split(".")
        how = "startswith" if codename.endswith("*") else "exact"
        granted |= Q(**{"content_type__app_label": app, f"codename__{how}": codename.removesuffix("*")})
    return granted
