"""The protocol's page, its file, its difference to another's, and studies that are made from one."""

import hashlib
import json

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labelling.models import Plan, Study
from labelling.services.protocol_file import protocol_file
from tests.factories import NOW, make_draft, make_study

pytestmark = pytest.mark.django_db

IMPORT = "/admin/labelling/study/add/from-file/"


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def page_of(study: Study, name: str = "protocol") -> str:
    return reverse(f"admin:labelling_study_{name}", args=[study.pk])


def test_the_page_shows_the_frozen_protocol_and_how_to_check_its_hash(researcher):
    study = make_study(redundancy=3, guide_text="Look *closely*.")

    page = researcher.get(page_of(study)).content.decode()

    assert study.protocol_sha256 in page
    assert "sha256sum" in page
    assert "Labels per image" in page
    assert "Look <em>closely</em>." in page


def test_the_file_of_a_frozen_protocol_has_its_hash(researcher):
    study = make_study()

    answer = researcher.get(page_of(study, "protocol_file"))

    assert hashlib.sha256(answer.content).hexdigest() == study.protocol_sha256
    assert answer["Content-Disposition"] == f'attachment; filename="{study.slug}-protocol.json"'


def test_the_difference_to_another_study_is_shown(researcher):
    study = make_study(redundancy=3, guide_text="Look.\nChoose.")
    other = make_draft(dataset=study.dataset, redundancy=5, guide_text="Look well.\nChoose.")

    page = researcher.get(f"{page_of(study)}?other={other.pk}").content.decode()

    assert "<td>3</td><td>5</td>" in page
    assert "<del>\N{MINUS SIGN} Look.</del>" in page
    assert "<ins>+ Look well.</ins>" in page


def test_a_study_that_is_not_there_cannot_be_compared(researcher):
    answer = researcher.get(f"{page_of(make_study())}?other=999")

    assert answer.status_code == 400
    assert "There is no such study" in answer.content.decode()


def test_an_exported_protocol_is_imported_into_a_draft(researcher):
    study = make_study(slug="garments")
    file = SimpleUploadedFile("protocol.json", researcher.get(page_of(study, "protocol_file")).content)

    answer = researcher.post(IMPORT, {"file": file, "title": "Again"})

    draft = Study.objects.get(title="Again")
    assert (draft.state, draft.slug, draft.seed) == ("draft", "again", study.seed)
    assert answer.url == reverse("admin:labelling_study_plan", args=[draft.pk, "sample"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "The file is not JSON"),
        (b"", "The file is empty"),
        (b" " * 4_000_001, "a protocol has 4,000,000 at most"),
        (None, "Choose a protocol file."),
    ],
)
def test_a_file_that_is_no_protocol_is_refused_at_the_field(researcher, content, said):
    file = {} if content is None else {"file": SimpleUploadedFile("protocol.json", content)}

    answer = researcher.post(IMPORT, {"title": "Kept", **file})

    assert answer.status_code == 400
    assert said in answer.context["form"].errors["file"][0]
    assert 'value="Kept"' in answer.content.decode()
    assert not Study.objects.exists()


def test_a_file_with_a_wrong_value_is_refused_with_its_key(researcher):
    study = make_draft()
    document = json.loads(protocol_file(study=study))
    document["protocol"]["redundancy"] = "three"
    file = SimpleUploadedFile("protocol.json", json.dumps(document).encode())

    answer = researcher.post(IMPORT, {"file": file})

    assert "protocol.redundancy is &quot;three&quot;" in answer.content.decode()


def test_a_study_in_any_state_is_duplicated(researcher):
    study = make_study(slug="garments", title="Garments")
    assert 'value="garments-2"' in researcher.get(page_of(study, "duplicate")).content.decode()

    researcher.post(page_of(study, "duplicate"), {"title": "Garments again", "slug": "garments-2"})

    draft = Study.objects.get(slug="garments-2")
    assert (draft.state, draft.title, draft.redundancy) == ("draft", "Garments again", study.redundancy)


def test_a_duplicate_of_a_study_whose_pilot_is_of_another_dataset_says_that_it_is_left_out(researcher):
    study = make_study(slug="garments")
    Plan.objects.create(study=study, pilot=make_study(title="Shoes"), expected_annotators=9, updated_at=NOW)

    answer = researcher.post(
        page_of(study, "duplicate"), {"title": "Again", "slug": "garments-2"}, follow=True
    )

    assert "Shoes is of another dataset" in answer.content.decode()
    assert Study.objects.get(slug="garments-2").plan.pilot is None


def test_a_duplicate_whose_plan_cannot_be_is_refused_in_words(researcher):
    study = make_study(slug="garments", redundancy=3)
    Plan.objects.create(study=study, expected_annotators=2, updated_at=NOW)

    answer = researcher.post(page_of(study, "duplicate"), {"title": "Again", "slug": "garments-2"})

    assert "Expect 3 or more" in answer.content.decode()
    assert not Study.objects.filter(slug="garments-2").exists()


def test_a_duplicate_needs_a_short_name_of_its_own(researcher):
    study = make_study(slug="garments")

    answer = researcher.post(page_of(study, "duplicate"), {"title": "Garments", "slug": "garments"})

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["slug"]
    assert Study.objects.count() == 1


def test_a_viewer_reads_and_compares_and_makes_nothing(client):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename="view_study"))
    client.force_login(viewer)
    study = make_study()

    page = client.get(page_of(study)).content.decode()

    assert "Duplicate" not in page
    assert client.get(page_of(study, "duplicate")).status_code == 403
    assert client.get(IMPORT).status_code == 403


def test_the_queries_of_the_page_do_not_grow_with_the_studies(researcher):
    study = make_study()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            researcher.get(f"{page_of(study)}?other={other.pk}")
        return len(captured)

    other = make_draft()
    queries()
    few = queries()
    for _ in range(4):
        make_draft()

    assert queries() == few
