"""The QR code of the annotators' link on the desk."""

import re
import xml.etree.ElementTree as ET

import pytest
import segno
from django.contrib.auth.models import Permission, User
from django.test import Client

from tests.factories import make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher(client: Client) -> Client:
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename="view_study"))
    client.force_login(viewer)
    return client


def dark_squares(svg: str) -> set[tuple[int, int]]:
    """Return row and column of each dark square, read from the strokes; the margin is 4 squares."""
    path = ET.fromstring(svg).find(".//{*}path[@stroke]").get("d")
    squares, x, y = set(), 0.0, 0.0
    for command, values in re.findall(r"([Mmh])([-\d. ]+)", path):
        numbers = [float(value) for value in re.findall(r"-?[\d.]+", values)]
        if command == "M":
            x, y = numbers
        elif command == "m":
            x, y = x + numbers[0], y + numbers[1]
        else:
            squares |= {(int(y - 0.5) - 4, int(x) - 4 + step) for step in range(int(numbers[0]))}
            x += numbers[0]
    return squares


def test_the_code_says_the_link_that_stands_beside_it(researcher):
    study = make_study(slug="garments")
    page = researcher.get(f"/admin/labelling/study/{study.pk}/dashboard/").content.decode()
    link = f"http://testserver/s/{study.join_code}/"
    address = f"/admin/labelling/study/{study.pk}/link.svg"
    assert f'value="{link}"' in page
    assert f'src="{address}"' in page
    assert f'href="{address}" download="garments-link.svg"' in page
    answer = researcher.get(address)
    expected = segno.make(link, error="q", micro=False).matrix
    assert answer["Content-Type"] == "image/svg+xml"
    assert dark_squares(answer.content.decode()) == {
        (row, column) for row, line in enumerate(expected) for column, dark in enumerate(line) if dark
    }


def test_the_code_has_no_script_and_no_style(researcher):
    svg = researcher.get(f"/admin/labelling/study/{make_study().pk}/link.svg").content.decode()
    assert "<script" not in svg
    assert "style" not in svg


def test_the_code_is_for_those_who_may_see_the_study(client):
    study = make_study()
    address = f"/admin/labelling/study/{study.pk}/link.svg"
    assert client.get(address).status_code == 302
    client.force_login(User.objects.create_user("stranger", is_staff=True))
    assert client.get(address).status_code == 403


def test_a_study_that_there_is_not_has_no_code(researcher):
    assert researcher.get("/admin/labelling/study/999/link.svg").status_code == 404
