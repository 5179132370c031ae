"""Recruitment: the offer to a panel, who comes in by it, and how each part ends."""

import json

import pytest

from labelling.errors import NotFinished, NotRunning, PlacesTaken, RecruitmentError, UnknownPanel
from labelling.models import Annotator, Event, PanelParticipant, Recruitment, Study
from labelling.panels import Arrival
from labelling.selectors.recruitment import turnout
from labelling.selectors.verification import verify_study
from labelling.services.annotators import finish, record_consent, record_guide_read
from labelling.services.recruitment import (
    CODES,
    Offer,
    end_if_time_is_over,
    give_place_back,
    join_from_panel,
    offer_study,
)
from labelling.services.studies import close_study
from labelling.services.withdrawal import withdraw_annotator
from tests.concurrency.invariants import violations
from tests.factories import NOW, answer, at, make_draft, make_lease, make_study

pytestmark = pytest.mark.django_db

PID = "5f0c" * 6


def recruit(study: Study | None = None, **fields: object) -> Recruitment:
    return offer_study(study=study or make_study(), panel="prolific", offer=Offer(**fields), now=NOW)


def arrive(recruitment: Recruitment, *, pid: str = PID, seconds: float = 0, session: str = "s1") -> Annotator:
    """Let somebody in, as far as the first image."""
    arrival = Arrival(pid, session={"SESSION_ID": session})
    annotator, _ = join_from_panel(recruitment=recruitment, arrival=arrival, now=at(seconds))
    record_consent(annotator=annotator, now=at(seconds))
    return record_guide_read(annotator=annotator, now=at(seconds))


def payloads(study: Study) -> list[dict[str, object]]:
    told = [json.loads(event.payload) | {"kind": event.kind} for event in study.events.order_by("sequence")]
    return [{key: value for key, value in each.items() if key != "salt"} for each in told]


class TestOffer:
    def test_codes_that_are_left_empty_are_made_up_and_differ(self):
        recruitment = recruit(completion_code="DONE-1")
        codes = [getattr(recruitment, name) for name in CODES]
        assert codes[0] == "DONE-1"
        assert len(set(codes)) == 4
        assert all(codes)

    def test_it_is_recorded_without_codes(self):
        recruitment = recruit(completion_code="DONE-1", places=30, time_limit_minutes=40)
        told = payloads(recruitment.study)[-1]
        assert told == {
            "kind": "recruited",
            "by": "",
            "panel": "prolific",
            "places": 30,
            "time_limit_minutes": 40,
        }

    def test_a_change_names_what_changed_and_nothing_else(self):
        recruitment = recruit(make_study(), places=30)
        changed = recruit(recruitment.study, places=40, completion_code="SECRET")
        assert (changed.pk, changed.places, changed.completion_code) == (recruitment.pk, 40, "SECRET")
        assert payloads(recruitment.study)[-1] == {
            "kind": "recruitment_changed",
            "by": "",
            "panel": "prolific",
            "changed": ["completion_code", "places"],
        }
        assert verify_study(study=recruitment.study) == []

    def test_saving_it_unchanged_keeps_the_codes_and_records_nothing(self):
        recruitment = recruit(places=30)
        again = recruit(recruitment.study, places=30)
        assert [getattr(again, name) for name in CODES] == [getattr(recruitment, name) for name in CODES]
        assert not recruitment.study.events.filter(kind=Event.Kind.RECRUITMENT_CHANGED).exists()

    def test_a_draft_can_be_offered_before_its_launch(self):
        assert recruit(make_draft()).panel == "prolific"

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"completion_code": "a b"}, "completion_code"),
            ({"return_code": "x" * 51}, "return_code"),
            ({"completion_code": "SAME", "time_out_code": "SAME"}, "time_out_code"),
            ({"time_limit_minutes": 0}, "time_limit_minutes"),
            ({"time_limit_minutes": 10**6}, "time_limit_minutes"),
            ({"places": 0}, "places"),
        ],
    )
    def test_what_cannot_be_used_is_refused_at_its_field(self, fields, field):
        with pytest.raises(RecruitmentError) as refused:
            recruit(**fields)
        assert refused.value.field == field
        assert not Recruitment.objects.exists()

    def test_the_direct_link_needs_no_set_up(self):
        with pytest.raises(RecruitmentError, match="needs no set-up"):
            offer_study(study=make_study(), panel="direct", offer=Offer(), now=NOW)

    def test_an_unknown_panel_is_refused(self):
        with pytest.raises(UnknownPanel):
            offer_study(study=make_study(), panel="nowhere", offer=Offer(), now=NOW)


class TestJoining:
    def test_somebody_new_becomes_an_annotator_of_whom_the_record_names_the_panel_alone(self):
        annotator = arrive(recruit())
        joined = json.loads(annotator.events.get(kind="joined").payload)
        assert set(joined) == {"panel", "salt"}
        assert joined["panel"] == "prolific"

    def test_the_same_id_is_the_same_annotator_with_the_same_secret(self):
        recruitment = recruit()
        first = join_from_panel(recruitment=recruitment, arrival=Arrival(PID), now=NOW)
        second = join_from_panel(recruitment=recruitment, arrival=Arrival(PID), now=at(60))
        assert second == first
        assert recruitment.study.annotators.holding(second[1]).get() == first[0]
        assert Annotator.objects.count() == 1

    def test_the_secret_is_not_to_be_had_from_the_database(self, settings):
        recruitment = recruit()
        _, secret = join_from_panel(recruitment=recruitment, arrival=Arrival(PID), now=NOW)
        settings.SECRET_KEY = "another server's"
        _, other = join_from_panel(recruitment=recruitment, arrival=Arrival(PID), now=NOW)
        assert other != secret
        assert recruitment.study.annotators.holding(other).exists()
        assert not recruitment.study.annotators.holding(secret).exists()

    def test_what_the_panel_says_the_second_time_is_kept(self):
        recruitment = recruit()
        arrive(recruitment, session="s1")
        arrive(recruitment, session="s2")
        assert PanelParticipant.objects.get().session == {"SESSION_ID": "s2"}

    def test_another_study_knows_the_same_id_as_another_annotator(self):
        assert arrive(recruit()) != arrive(recruit())

    def test_no_more_people_come_in_than_there_are_places(self):
        recruitment = recruit(places=1)
        arrive(recruitment)
        with pytest.raises(PlacesTaken):
            arrive(recruitment, pid="b" * 24)
        assert arrive(recruitment).pk == Annotator.objects.get().pk

    def test_a_place_given_back_is_free_again(self):
        recruitment = recruit(places=1)
        give_place_back(annotator=arrive(recruitment), now=at(1))
        assert arrive(recruitment, pid="b" * 24).pk

    def test_a_place_whose_time_is_over_is_free_though_nobody_came_back(self):
        recruitment = recruit(places=1, time_limit_minutes=10)
        arrive(recruitment)
        assert arrive(recruitment, pid="b" * 24, seconds=601).pk

    def test_nobody_new_joins_a_study_that_is_over(self):
        recruitment = recruit()
        arrive(recruitment)
        recruitment.study = close_study(study=recruitment.study, reason="Enough.", now=NOW)
        assert join_from_panel(recruitment=recruitment, arrival=Arrival(PID), now=NOW)
        with pytest.raises(NotRunning):
            join_from_panel(recruitment=recruitment, arrival=Arrival("b" * 24), now=NOW)


class TestTimeLimit:
    def test_before_it_nothing_ends(self):
        annotator = arrive(recruit(time_limit_minutes=10))
        assert not end_if_time_is_over(annotator=annotator, now=at(600))
        assert annotator.turned_away_at is None

    def test_after_it_the_part_ends_and_the_promises_go_to_others(self):
        annotator = arrive(recruit(time_limit_minutes=10))
        make_lease(annotator=annotator)
        assert end_if_time_is_over(annotator=annotator, now=at(601))
        assert annotator.turned_away_for == "time"
        assert not annotator.assignments.leased().exists()
        assert violations(annotator.study) == []

    def test_it_ends_once(self):
        annotator = arrive(recruit(time_limit_minutes=10))
        assert end_if_time_is_over(annotator=annotator, now=at(601))
        assert not end_if_time_is_over(annotator=annotator, now=at(602))
        assert annotator.events.filter(kind="turned_away").count() == 1

    def test_whoever_answered_everything_in_time_has_made_it(self):
        annotator = arrive(recruit(make_study(labels_per_annotator=1), time_limit_minutes=10))
        answer(assignment=make_lease(annotator=annotator))
        assert not end_if_time_is_over(annotator=annotator, now=at(3600))
        assert finish(annotator=annotator, now=at(3600)).completion_code

    def test_without_a_limit_there_is_no_end(self):
        assert not end_if_time_is_over(annotator=arrive(recruit()), now=at(10**7))

    def test_who_was_turned_away_gets_no_completion(self):
        annotator = arrive(recruit(time_limit_minutes=10))
        answer(assignment=make_lease(annotator=annotator))
        end_if_time_is_over(annotator=annotator, now=at(601))
        with pytest.raises(NotFinished):
            finish(annotator=annotator, now=at(602))


class TestGivingBack:
    def test_the_answers_stay_and_count(self):
        annotator = arrive(recruit())
        answer(assignment=make_lease(annotator=annotator))
        assert give_place_back(annotator=annotator, now=at(1))
        assert annotator.turned_away_for == "returned"
        assert annotator.assignments.counted().count() == 1
        assert verify_study(study=annotator.study) == []

    def test_not_after_finishing(self):
        annotator = arrive(recruit())
        answer(assignment=make_lease(annotator=annotator))
        finish(annotator=annotator, now=at(1))
        assert not give_place_back(annotator=annotator, now=at(2))
        assert annotator.turned_away_at is None

    @pytest.mark.parametrize("policy", ["erase", "keep"])
    def test_a_withdrawal_deletes_the_panels_id(self, policy):
        annotator = arrive(recruit(make_study(withdrawal=policy)))
        withdraw_annotator(annotator=annotator, now=at(1))
        assert not PanelParticipant.objects.exists()


def test_the_turnout_adds_up():
    recruitment = recruit(time_limit_minutes=10)
    people = [arrive(recruitment, pid=letter * 24, seconds=300) for letter in "abcd"]
    arrive(recruitment, pid="e" * 24)
    answer(assignment=make_lease(annotator=people[0]))
    finish(annotator=people[0], now=at(301))
    give_place_back(annotator=people[1], now=at(301))
    withdraw_annotator(annotator=people[2], now=at(301))
    counted = turnout(recruitment=recruitment, now=at(601))
    assert (counted.came, counted.completed, counted.returned, counted.timed_out) == (4, 1, 1, 1)
    assert (counted.on_the_way, counted.screened_out, counted.taken) == (1, 0, 2)


@pytest.mark.parametrize("quota", [1, None])
def test_who_has_answered_everything_keeps_the_place_however_late_the_last_page_is_opened(quota):
    recruitment = recruit(
        make_study(labels_per_annotator=quota, sample_size=1 if quota is None else 6), time_limit_minutes=10
    )
    done, slow = (arrive(recruitment, pid=letter * 24) for letter in "ab")
    answer(assignment=make_lease(annotator=done))
    make_lease(annotator=slow)

    counted = turnout(recruitment=recruitment, now=at(601))

    assert (counted.on_the_way, counted.timed_out, counted.taken) == (1, 1, 1)
    assert [end_if_time_is_over(annotator=each, now=at(601)) for each in (done, slow)] == [False, True]
