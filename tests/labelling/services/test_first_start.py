"""The steps before the server answers, one at a time."""

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.http import HttpRequest

from labelling.errors import CannotStart, DatasetError
from labelling.models import Dataset, Study
from labelling.services import first_start
from tests.factories import NOW, make_dataset, make_study, picture_source

User = get_user_model()


@pytest.mark.django_db
def test_the_first_study_is_launched_with_three_labels_an_image():
    study = first_start.launch_first_study(source=picture_source(size=60), seed=7, now=NOW)
    assert study.state == Study.State.RUNNING
    assert (study.sample_size, study.redundancy, study.seed) == (60, 3, 7)
    assert study.places.count() == 180


@pytest.mark.django_db
def test_of_a_large_dataset_a_thousand_images_are_sampled():
    study = first_start.launch_first_study(source=picture_source(size=1100), seed=7, now=NOW)
    assert study.sample_size == 1000


@pytest.mark.django_db
def test_where_there_is_a_study_of_real_data_nothing_more_is_made(settings):
    settings.FASHION_MNIST_DIR = "/nowhere"
    make_study()
    assert first_start.data_for_a_first_study() is None


@pytest.mark.django_db
def test_where_there_are_drawn_garments_only_nothing_more_is_made(settings):
    settings.FASHION_MNIST_DIR = ""
    make_study(dataset=make_dataset(drawn=True))
    assert first_start.data_for_a_first_study() is None


@pytest.mark.django_db
def test_drawn_garments_give_way_to_real_data_that_the_researcher_names(settings, tmp_path):
    settings.FASHION_MNIST_DIR = str(tmp_path)
    make_study(dataset=make_dataset(drawn=True))
    with pytest.raises(DatasetError, match=str(tmp_path)):
        first_start.data_for_a_first_study()


@pytest.mark.django_db
def test_wrong_data_in_the_folder_that_the_researcher_named_are_not_replaced_by_drawings(settings, tmp_path):
    settings.FASHION_MNIST_DIR = str(tmp_path)
    with pytest.raises(DatasetError, match="FASHION_MNIST_DIR"):
        first_start.data_for_a_first_study()
    assert not Dataset.objects.exists()


@pytest.mark.django_db
def test_the_administrator_can_sign_in_with_the_password_that_is_returned():
    password = first_start.first_administrator()
    assert password is not None
    signed_in = authenticate(HttpRequest(), username="admin", password=password)
    assert signed_in is not None
    assert signed_in.is_superuser
    assert password not in signed_in.password


@pytest.mark.django_db
def test_an_administrator_is_made_once():
    first_start.first_administrator()
    assert first_start.first_administrator() is None
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_another_person_called_admin_is_not_made_administrator():
    User.objects.create_user("admin")
    with pytest.raises(CannotStart, match="createsuperuser"):
        first_start.first_administrator()
    assert not User.objects.filter(is_superuser=True).exists()


def test_static_files_are_collected_when_they_changed_and_only_then(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    (tmp_path / "extra").mkdir()
    (tmp_path / "extra" / "new.css").write_text("p { color: red; }")
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    settings.STATICFILES_DIRS = [tmp_path / "extra"]
    assert first_start.collect_static()
    assert not first_start.collect_static()
    (tmp_path / "extra" / "new.css").write_text("p { color: blue; } /* longer */")
    assert first_start.collect_static()


@pytest.mark.django_db
def test_a_database_that_answers_is_accepted():
    first_start.check_database()
