"""The people of the desk in the admin site: roles given and taken, passwords, and no more than that."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from labelling.selectors.people import role_of
from labelling.services.people import give_role

pytestmark = pytest.mark.django_db

LIST = "/admin/auth/user/"
GOOD = "a-good-long-password"


@pytest.fixture
def owner() -> User:
    return User.objects.create_superuser("owner", password=GOOD)


@pytest.fixture
def desk(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def change(person: User) -> str:
    return f"{LIST}{person.pk}/change/"


def test_an_owner_adds_a_person_in_a_role(desk):
    page = desk.get(f"{LIST}add/").text
    assert "May not exclude annotators" in page
    given = {"username": "ada", "password1": GOOD, "password2": GOOD, "role": "assistant"}
    desk.post(f"{LIST}add/", given)
    person = User.objects.get(username="ada")
    assert (role_of(person=person), person.is_staff, person.check_password(GOOD)) == ("assistant", True, True)
    listed = desk.get(LIST).text
    assert "Assistant" in listed
    assert f"researcher {person.pk}" in listed


def test_a_weak_password_is_refused_at_its_field(desk):
    given = {"username": "ada", "password1": "short", "password2": "short", "role": "viewer"}
    assert "at least 12 characters" in desk.post(f"{LIST}add/", given).text
    assert not User.objects.filter(username="ada").exists()


def test_a_role_is_changed_and_a_person_kept_out(desk):
    ada = give_role(person=User(username="ada"), role="viewer")
    assert 'value="viewer"' in desk.get(change(ada)).text
    desk.post(change(ada), {"username": "ada", "role": "assistant"})
    ada = User.objects.get(username="ada")
    assert (role_of(person=ada), ada.is_active) == ("assistant", False)


def test_the_only_owner_is_told_at_the_field_that_somebody_must_be(desk, owner):
    page = desk.post(change(owner), {"username": "owner", "role": "viewer", "is_active": "on"})
    assert "owner is the only owner. Make somebody else an owner first." in page.text
    assert role_of(person=User.objects.get()) == "owner"


def test_nothing_else_can_be_said_of_a_person(desk, owner):
    page = desk.get(change(owner)).text
    for name in ("email", "first_name", "last_name", "is_superuser", "user_permissions", "groups"):
        assert f'name="{name}"' not in page
    assert desk.get("/admin/auth/group/").status_code == 404


def test_a_person_changes_their_own_password(client, owner):
    viewer = User(username="ada")
    viewer.set_password(GOOD)
    give_role(person=viewer, role="viewer")
    client.force_login(viewer)
    fresh = "another-long-password"
    client.post(
        "/admin/password_change/", {"old_password": GOOD, "new_password1": fresh, "new_password2": fresh}
    )
    assert User.objects.get(pk=viewer.pk).check_password(fresh)


def test_the_first_page_leads_owners_to_the_people_and_nobody_else(desk, client):
    assert "People of the desk" in desk.get("/admin/").text
    viewer = give_role(person=User(username="ada"), role="viewer")
    client.force_login(viewer)
    assert "People of the desk" not in client.get("/admin/").text


def test_the_list_takes_the_same_number_of_queries_however_many_people(desk, django_assert_max_num_queries):
    for number in range(5):
        give_role(person=User(username=f"person-{number}"), role="viewer")
    with django_assert_max_num_queries(8):
        desk.get(LIST)


def test_the_pages_speak_of_people_and_not_of_how_passwords_are_kept(desk, owner):
    for page in (LIST, change(owner), f"{LIST}{owner.pk}/password/", f"{LIST}add/"):
        shown = desk.get(page).text
        assert "pbkdf2" not in shown
        assert "salt" not in shown
        assert " user " not in shown
        assert " users" not in shown
        assert "/history/" not in shown
    assert "1 person" in desk.get(LIST).text


def test_a_new_password_is_given_twice_and_cannot_be_taken_away(desk, owner):
    address = f"{LIST}{owner.pk}/password/"

    assert desk.post(address, {"usable_password": "false"}).status_code == 200
    desk.post(address, {"password1": "another-long-password", "password2": "another-long-password"})

    owner.refresh_from_db()
    assert owner.check_password("another-long-password")
