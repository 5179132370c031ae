"""What several modules of these tests share."""

from collections.abc import Mapping

import pytest
from pytest_django import DjangoDbBlocker

from tests.labelling.desk_people import people
from tests.labelling.rich_study import rich_bundle

__all__ = ["bundle", "people"]


@pytest.fixture(scope="session")
def bundle(
    database_url: str, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, bytes]:
    """The files of one bundle with everything in it; made once, and changed by nobody."""
    with django_db_blocker.unblock():
        return rich_bundle(tmp_path_factory.mktemp("images"), title="<img src=x> & co")
