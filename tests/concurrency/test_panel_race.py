"""One person of a panel in many places at once, on both databases."""

import threading
import time
from functools import partial

import pytest
from django.db import IntegrityError, connection

from labelling.models import Annotator, PanelParticipant, Recruitment
from labelling.panels import Arrival
from labelling.services import recruitment as recruitment_service
from labelling.services.recruitment import Offer, join_from_panel, offer_study
from tests.concurrency.together import errors, together
from tests.factories import NOW, make_study

pytestmark = [pytest.mark.django_db(transaction=True)]

REQUESTS = 8


def offered(**fields: object) -> Recruitment:
    return offer_study(study=make_study(), panel="prolific", offer=Offer(**fields), now=NOW)


def arrive_together(recruitment: Recruitment, *ids: str) -> list[object]:
    return together(
        [partial(join_from_panel, recruitment=recruitment, arrival=Arrival(each), now=NOW) for each in ids]
    )


def test_one_id_in_many_requests_at_once_is_one_annotator_with_one_secret() -> None:
    came = arrive_together(offered(), *["a" * 24] * REQUESTS)
    assert errors(came) == []
    assert len(set(came)) == 1
    assert (Annotator.objects.count(), PanelParticipant.objects.count()) == (1, 1)


def test_no_more_come_in_at_once_than_there_are_places() -> None:
    came = arrive_together(offered(places=3), *[f"{number:024}" for number in range(REQUESTS)])
    assert len(errors(came)) == REQUESTS - 3
    assert {type(error).__name__ for error in errors(came)} == {"PlacesTaken"}
    assert Annotator.objects.count() == 3


def test_where_nobody_is_looked_up_the_constraint_keeps_one_id_to_one_annotator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same race, but nobody is looked up: the usual bug, and what stops it."""
    recruitment = offered()
    monkeypatch.setattr(recruitment_service, "participant_at", lambda **_: None)
    came = arrive_together(recruitment, *["a" * 24] * REQUESTS)
    assert {type(error) for error in errors(came)} == {IntegrityError}
    assert (Annotator.objects.count(), PanelParticipant.objects.count()) == (1, 1)


@pytest.mark.only_postgresql
def test_an_offer_that_is_changed_while_somebody_comes_in_waits_and_stops_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who comes in holds the recruitment; who changes the offer holds the study, and waits for it."""
    recruitment = offered()
    inside = threading.Event()

    def look_when_the_offer_waits(**_what: object) -> bool:
        inside.set()
        deadline = time.monotonic() + 10
        with connection.cursor() as cursor:
            while time.monotonic() < deadline:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0]:
                    return False
                time.sleep(0.005)
        raise TimeoutError("Nobody waited.")

    def change() -> None:
        inside.wait(10)
        offer_study(study=recruitment.study, panel="prolific", offer=Offer(places=5), now=NOW)

    monkeypatch.setattr(recruitment_service, "no_place_left", look_when_the_offer_waits)
    join = partial(join_from_panel, recruitment=recruitment, arrival=Arrival("a" * 24), now=NOW)
    assert errors(together([join, change])) == []
    recruitment.refresh_from_db()
    assert (Annotator.objects.count(), recruitment.places) == (1, 5)
