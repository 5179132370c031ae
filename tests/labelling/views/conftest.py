"""An annotator's browser without a screen."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from labelling.models import Annotator, Study
from tests.factories import make_pictured_study


class AnnotatorClient(Client):
    """A browser that has one study's link."""

    def __init__(self, study: Study, **options: object) -> None:
        super().__init__(**options)
        self.study = study
        self.base = f"/s/{study.join_code}/"

    def to(self, page: str = "", **options):
        return self.get(self.base + page, **options)

    def press(self, page: str = "", data: dict | None = None, **options):
        return self.post(self.base + page, data or {}, **options)

    def tell(self, page: str, data: object, **options):
        return self.post(self.base + page, data, content_type="application/json", **options)

    def join(self) -> "AnnotatorClient":
        """Consent, and take the first image."""
        self.press(data={"agree": "yes"})
        self.press("start/")
        return self

    @property
    def annotator(self) -> Annotator:
        return Annotator.objects.holding(self.cookies["annotator"].value).get()


@pytest.fixture
def study() -> Iterator[Study]:
    return make_pictured_study(now=timezone.now())


@pytest.fixture
def visitor(study: Study) -> AnnotatorClient:
    """A browser that has the link and has done nothing."""
    return AnnotatorClient(study)


@pytest.fixture
def somebody(study: Study) -> AnnotatorClient:
    """A browser whose annotator looks at the first image."""
    return AnnotatorClient(study).join()
