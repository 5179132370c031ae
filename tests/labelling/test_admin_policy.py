"""No page of the admin site needs an inline style or script, and the policy allows none."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from labelling.models import Study
from tests.factories import label_everything, make_study

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(lambda study: "/admin/", id="first page"),
        pytest.param(lambda study: "/admin/labelling/study/", id="list"),
        pytest.param(lambda study: "/admin/labelling/study/add/?all=1", id="all fields"),
        pytest.param(
            lambda study: reverse("admin:labelling_study_change", args=[study.pk]), id="frozen plan"
        ),
        pytest.param(lambda study: f"/admin/labelling/dataset/{study.dataset.pk}/change/", id="dataset"),
        pytest.param(lambda study: f"/admin/labelling/study/{study.pk}/dashboard/", id="study"),
        pytest.param(lambda study: f"/admin/labelling/study/{study.pk}/steps/close/", id="step"),
    ],
)
def test_no_page_has_an_inline_style_or_script(client, url: Callable[[Study], str]):
    client.force_login(User.objects.create_superuser("researcher"))
    study = make_study()
    label_everything(study=study, annotators=2)

    page = client.get(url(study))

    assert "unsafe-inline" not in page["Content-Security-Policy"]
    html = page.content.decode()
    assert " style=" not in html
    assert "<style" not in html
    assert "<script>" not in html
    assert " onclick=" not in html
