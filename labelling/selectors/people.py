"""Who works at the desk, in which role, and what each is called in records and on pages."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet

from labelling.roles import OWNER, ROLES

_NAMES = [role.name for role in ROLES]
# Records name people of the desk by number, since they are published.
_NUMBERED = "researcher "
_NOBODY = "a command"


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


def recorded_as(*, person: User | AnonymousUser) -> str:
    """Return how records name a person of the desk: by number, and by nothing personal."""
    return f"{_NUMBERED}{person.pk}"


def names_at_desk(*, authors: Iterable[str]) -> dict[str, str]:
    """Return what pages of the desk call each author of a decision, by what records call them.

    Somebody of the desk has the account's name before the number, as in "ada (researcher 7)". Whoever has no
    account any more, or is a rule of the protocol, is called as in the record; without an author it was a
    command. These names are for the desk alone. One query at most.
    """
    wanted = set(authors)
    numbers = {author.removeprefix(_NUMBERED) for author in wanted if author.startswith(_NUMBERED)}
    accounts = User.objects.in_bulk([int(number) for number in numbers if number.isdecimal()])
    known = {recorded_as(person=person): person.get_username() for person in accounts.values()}
    return {
        author: f"{known[author]} ({author})" if author in known else author or _NOBODY for author in wanted
    }


def name_at_desk(*, author: str) -> str:
    """Return what pages of the desk call one author, as `names_at_desk` does. One query at most."""
    return names_at_desk(authors=[author])[author]
