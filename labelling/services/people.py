"""Giving people their roles at the desk. There is always somebody who may do everything."""

from django.contrib.auth.models import Group, User
from django.db import transaction

from labelling.errors import RoleError
from labelling.roles import OWNER, ROLES
from labelling.selectors.people import owners


@transaction.atomic
def give_role(*, person: User, role: str, active: bool = True) -> User:
    """Let a person come to the desk in this role and no other; without `active`, not at all.

    A person who is new is stored, with the password that was set.

    Raises
    ------
    RoleError
        When there is no such role, or when nobody would be left who may do everything.
    """
    # The rows of all owners are locked in one order, so that two of them do not step back at one moment.
    list(User.objects.select_for_update().filter(pk__in=owners().values("pk")).order_by("pk"))
    check_role(person=person, role=role, active=active)
    person.is_staff = True
    person.is_active = active
    person.is_superuser = person.is_superuser and role == OWNER
    person.save()
    person.groups.set(Group.objects.filter(name=role))
    return person


def check_role(*, person: User, role: str, active: bool) -> None:
    """Refuse a role that cannot be given.

    Raises
    ------
    RoleError
        As `give_role` does.
    """
    names = [one.name for one in ROLES]
    if role not in names:
        raise RoleError(f"There is no role {role!r}; choose one of {', '.join(names)}.", field="role")
    if person.pk is None or (role == OWNER and active):
        return
    if owners().filter(pk=person.pk).exists() and not owners().exclude(pk=person.pk).exists():
        raise RoleError(
            f"{person.get_username()} is the only owner. Make somebody else an owner first.",
            field="role" if role != OWNER else "is_active",
        )
