"""Roles of the people at the desk: groups that are there, and always an owner."""

import pytest
from django.contrib.auth.models import Group, Permission, User

from labelling.errors import RoleError
from labelling.roles import ROLES, make_groups
from labelling.selectors.people import owners, role_of
from labelling.services.people import give_role

pytestmark = pytest.mark.django_db


def granted(name: str) -> set[str]:
    return set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


def test_every_role_is_there_after_the_migrations():
    assert {role.name for role in ROLES} <= set(Group.objects.values_list("name", flat=True))
    assert "exclude_annotator" in granted("owner")
    assert {"exclude_annotator", "unseal_accuracy", "change_user"} & granted("assistant") == set()
    assert {"add_study", "change_study", "add_dataset", "view_study"} <= granted("assistant")
    assert all(codename.startswith("view_") for codename in granted("viewer"))


def test_a_migration_puts_a_changed_group_right():
    viewer = Group.objects.get(name="viewer")
    viewer.permissions.add(Permission.objects.get(codename="change_study"))
    make_groups(using="default")
    assert "change_study" not in granted("viewer")


def test_a_person_has_one_role_and_comes_to_the_desk():
    person = give_role(person=User(username="ada"), role="viewer")
    assert (role_of(person=person), person.is_staff) == ("viewer", True)
    give_role(person=person, role="assistant")
    assert role_of(person=User.objects.get()) == "assistant"
    assert User.objects.get().has_perm("labelling.change_study")


def test_the_first_administrator_is_an_owner_until_somebody_says_otherwise():
    admin = User.objects.create_superuser("admin")
    assert (role_of(person=admin), list(owners())) == ("owner", [admin])
    give_role(person=User(username="ada"), role="owner")
    give_role(person=admin, role="viewer")
    admin = User.objects.get(username="admin")
    assert (role_of(person=admin), admin.is_superuser) == ("viewer", False)


@pytest.mark.parametrize(
    ("role", "active", "field"), [("viewer", True, "role"), ("owner", False, "is_active")]
)
def test_the_only_owner_stays(role, active, field):
    admin = User.objects.create_superuser("admin")
    give_role(person=User(username="gone"), role="owner", active=False)
    with pytest.raises(RoleError, match="admin is the only owner") as refusal:
        give_role(person=admin, role=role, active=active)
    assert refusal.value.field == field
    assert give_role(person=admin, role="owner").is_superuser


def test_a_role_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(RoleError, match="no role 'boss'; choose one of owner, assistant, viewer"):
        give_role(person=User(username="ada"), role="boss")
    assert not User.objects.exists()


def test_who_has_no_role_may_nothing():
    person = User.objects.create_user("ada", is_staff=True)
    assert (role_of(person=person), person.get_all_permissions()) == ("", set())
