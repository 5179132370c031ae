"""Who works at the desk, and in which role."""

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from labelling.roles import OWNER, ROLES

_NAMES = [role.name for role in ROLES]


def role_of(*, person: User) -> str:
    """Return the name of a person's role; empty for somebody who has none. Whoever may do all is an owner."""
    if person.is_superuser:
        return OWNER
    held = {group.name for group in person.groups.all()} if person.pk else set()
    return next((name for name in _NAMES if name in held), "")


def owners() -> QuerySet[User]:
    """Return those who can sign in and may do everything."""
    owning = Q(is_superuser=True) | Q(groups__name=OWNER)
    return User.objects.filter(owning, is_active=True, is_staff=True).distinct()
