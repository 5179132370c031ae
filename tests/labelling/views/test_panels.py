"""People whom a panel sends: in, back, out, and every address that cannot be right."""

import re
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from labelling.models import Annotator, PanelParticipant
from labelling.services.studies import close_study, pause_study
from tests.factories import label_everything, make_pictured_study
from tests.labelling.views.conftest import AnnotatorClient
from tests.labelling.views.panel_visits import (
    PROLIFIC,
    agreeing,
    answer_one,
    entry,
    everything_stored,
    finished,
    labelling,
    make_late,
    offer,
)

pytestmark = pytest.mark.django_db


class TestArriving:
    def test_looking_stores_nothing_and_sets_no_cookie_of_ours(self, visitor, study):
        offer(study)
        before = everything_stored()
        page = visitor.to(entry())
        assert page.status_code == 200
        assert "I agree" in page.text
        assert everything_stored() == before
        assert "annotator" not in visitor.cookies

    def test_agreeing_makes_an_annotator_whom_one_table_knows_by_the_panels_id(self, visitor, study):
        offer(study)
        answer = visitor.press(entry(), {"agree": "yes"})
        assert (answer.status_code, answer["Location"]) == (303, f"{visitor.base}guide/")
        participant = PanelParticipant.objects.get()
        assert participant.annotator == visitor.annotator
        assert participant.participant == PROLIFIC["PROLIFIC_PID"]

    def test_nobody_is_let_into_a_rehearsal(self):
        study = make_pictured_study(now=timezone.now(), rehearsal=True)
        offer(study)
        visitor = AnnotatorClient(study)
        for answer in (visitor.to(entry()), visitor.press(entry(), {"agree": "yes"})):
            assert answer.status_code == 403
            assert "Nothing has been stored." in answer.text
        assert not Annotator.objects.exists()

    def test_the_cookie_does_not_hold_the_panels_id(self, visitor, study):
        offer(study)
        agreeing(visitor)
        assert all(
            value not in cookie.OutputString()
            for cookie in visitor.cookies.values()
            for value in PROLIFIC.values()
        )

    def test_nobody_joins_without_agreeing_and_the_address_stays(self, visitor, study):
        offer(study)
        page = visitor.press(entry())
        assert page.status_code == 400
        assert not Annotator.objects.exists()
        assert agreeing(visitor).annotator.consented_at

    def test_choosing_a_language_comes_back_to_the_whole_address(self, visitor, study):
        offer(study)
        back = re.search(r'name="back" value="([^"]+)"', visitor.to(entry()).text)[1]
        assert back.replace("&amp;", "&") == visitor.base + entry()

    def test_the_direct_links_address_is_the_welcome_page(self, visitor, study):
        assert visitor.to("from/direct/")["Location"] == visitor.base

    def test_somebody_of_the_direct_link_came_by_it(self, visitor):
        visitor.press(data={"agree": "yes"})
        assert '"panel":"direct"' in visitor.annotator.events.get(kind="joined").payload


class TestComingBack:
    def test_the_same_browser_goes_on_at_once(self, visitor, study):
        offer(study)
        labelling(visitor)
        answer = visitor.to(entry())
        assert (answer.status_code, answer["Location"]) == (303, f"{visitor.base}label/")

    def test_another_browser_is_welcomed_back_and_goes_on_by_a_press(self, visitor, study):
        offer(study)
        labelling(visitor)
        other = AnnotatorClient(study)
        page = other.to(entry())
        assert "Welcome back" in page.text
        assert "annotator" not in other.cookies
        other.press(entry())
        assert other.annotator == visitor.annotator
        assert Annotator.objects.count() == 1

    def test_both_browsers_go_on_with_the_same_secret(self, visitor, study):
        offer(study)
        labelling(visitor)
        other = AnnotatorClient(study)
        other.press(entry())
        assert other.cookies["annotator"].value == visitor.cookies["annotator"].value

    def test_agreeing_again_elsewhere_makes_no_second_annotator(self, visitor, study):
        offer(study)
        agreeing(visitor)
        assert agreeing(AnnotatorClient(study)).annotator == visitor.annotator
        assert Annotator.objects.count() == 1

    def test_somebody_else_at_the_same_browser_is_somebody_else(self, visitor, study):
        offer(study)
        first = agreeing(visitor).annotator
        agreeing(visitor, entry(PROLIFIC_PID="b" * 24))
        assert visitor.annotator != first

    def test_a_study_that_is_over_lets_those_in_who_took_part(self, visitor, study):
        offer(study)
        finished(visitor)
        close_study(study=study, reason="Enough.", now=timezone.now())
        other = AnnotatorClient(study)
        assert "Welcome back" in other.to(entry()).text
        assert "DONE" in other.press(entry(), follow=True).text


class TestAddressesThatCannotBeRight:
    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("", "is missing in it"),
            ("PROLIFIC_PID=", "is missing in it"),
            (f"PROLIFIC_PID={'a' * 24}&PROLIFIC_PID={'b' * 24}", "more than once"),
            ("PROLIFIC_PID=" + "a" * 300, "far too long"),
            ("PROLIFIC_PID=%7B%7B%25PROLIFIC_PID%25%7D%7D", "is not what it should be"),
            ("PROLIFIC_PID=%00%FF", "is not what it should be"),
            ("PROLIFIC_PID=<script>", "is not what it should be"),
        ],
    )
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_parameter_that_cannot_be_read_has_a_page(self, visitor, study, query, words, method):
        offer(study)
        page = getattr(visitor, method)(
            f"{visitor.base}from/prolific/?{query}", {"agree": "yes"} if method == "post" else None
        )
        assert page.status_code == 400
        assert words in page.text
        assert "PROLIFIC_PID" in page.text
        assert not Annotator.objects.exists()

    @pytest.mark.parametrize("panel", ["prolific", "nowhere"])
    def test_a_panel_through_which_the_study_is_not_offered_has_a_page(self, visitor, panel):
        page = visitor.to(f"from/{panel}/?{urlencode(PROLIFIC)}")
        assert page.status_code == 404
        assert "not offered there" in page.text

    def test_an_unknown_study_has_its_page(self, visitor):
        assert visitor.get(f"/s/nosuchcode/{entry()}").status_code == 404


class TestNotWanted:
    def test_when_all_places_are_taken_the_place_can_be_given_back(self, visitor, study):
        offer(study, places=1)
        agreeing(visitor)
        page = AnnotatorClient(study).to(entry(PROLIFIC_PID="b" * 24))
        assert page.status_code == 403
        assert "All places are taken" in page.text
        assert "complete?cc=BACK" in page.text

    def test_the_last_place_taken_meanwhile_has_the_same_page(self, visitor, study, monkeypatch):
        offer(study, places=1)
        agreeing(visitor)
        monkeypatch.setattr("labelling.views.panels.no_place_left", lambda **_: False)
        page = AnnotatorClient(study).press(entry(PROLIFIC_PID="b" * 24), {"agree": "yes"})
        assert (page.status_code, Annotator.objects.count()) == (403, 1)

    @pytest.mark.parametrize(("state", "status"), [("paused", 403), ("closed", 410), ("complete", 410)])
    def test_a_study_that_wants_nobody_says_so_and_gives_the_code(self, visitor, study, state, status):
        offer(study)
        if state == "paused":
            pause_study(study=study, now=timezone.now())
        elif state == "closed":
            close_study(study=study, reason="Enough.", now=timezone.now())
        else:
            label_everything(study=study, now=timezone.now())
        page = visitor.to(entry())
        assert page.status_code == status
        assert "complete?cc=BACK" in page.text


class TestEndings:
    def test_before_the_last_label_there_is_no_code(self, visitor, study):
        offer(study)
        labelling(visitor)
        for page in ("", "guide/", "label/", "pause/", "thanks/", "leave/", "withdraw/", entry()):
            assert "DONE" not in visitor.to(page, follow=True).text

    def test_prolific_takes_people_back_by_a_link_with_the_code(self, visitor, study):
        offer(study)
        page = finished(visitor).to("thanks/")
        assert 'href="https://app.prolific.com/submissions/complete?cc=DONE"' in page.text
        assert ">DONE<" in page.text
        assert "form-action 'self';" in page["Content-Security-Policy"] + ";"

    def test_another_panel_takes_people_back_by_its_own_address(self, visitor, study):
        offer(
            study,
            "panel",
            settings={"parameter": "pid", "redirect": "https://p.example/?w={participant}&c={code}"},
        )
        page = finished(visitor, entry("panel")).to("thanks/")
        assert 'href="https://p.example/?w=p-1&amp;c=DONE"' in page.text

    def test_somebody_who_leaves_for_good_gets_the_code_for_that(self, visitor, study):
        offer(study)
        answer_one(labelling(visitor))
        assert "leave/" in visitor.to("pause/").text
        assert "Leave for good" in visitor.to("leave/").text
        page = visitor.press("leave/", follow=True)
        assert "complete?cc=BACK" in page.text
        assert "given your place back" in page.text
        assert visitor.tell("lease/", {"count": 1}).json()["reason"] == "not_admitted"

    def test_looking_at_the_way_out_leaves_nothing(self, visitor, study):
        offer(study)
        labelling(visitor)
        visitor.to("leave/")
        assert visitor.annotator.turned_away_at is None

    def test_whom_no_panel_sent_has_no_place_to_give_back(self, somebody):
        assert "leave/" not in somebody.to("pause/").text
        assert somebody.press("leave/").status_code == 303
        assert somebody.annotator.turned_away_at is None

    def test_a_withdrawal_shows_the_code_for_leaving_once_and_forgets_the_person(self, visitor, study):
        offer(study)
        labelling(visitor)
        page = visitor.press("withdraw/", {"withdraw": "yes"})
        assert "complete?cc=BACK" in page.text
        assert not PanelParticipant.objects.exists()
        assert "BACK" not in visitor.to("withdraw/").text

    def test_a_withdrawal_after_finishing_keeps_the_completion_code(self, visitor, study):
        offer(study)
        finished(visitor)
        assert "complete?cc=DONE" in visitor.press("withdraw/", {"withdraw": "yes"}).text
        assert "DONE" in visitor.to("withdraw/").text

    def test_the_time_limit_is_told_before_it_begins_and_on_the_pause(self, visitor, study):
        offer(study, time_limit_minutes=45)
        assert "You have 45 minutes from when you begin." in visitor.to(entry()).text
        labelling(visitor)
        pause = visitor.to("pause/").text
        assert "You have 44 minutes left." in pause
        assert "no hurry" not in pause

    def test_without_a_time_limit_there_is_no_hurry(self, visitor, study):
        offer(study)
        assert "minutes from when" not in visitor.to(entry()).text
        assert "no hurry" in labelling(visitor).to("pause/").text

    def test_time_that_is_over_is_told_by_looking_and_stored_by_sending(self, visitor, study):
        offer(study)
        labelling(visitor)
        make_late(visitor)
        page = visitor.to("label/", follow=True)
        assert "time for this study is over" in page.text
        assert "complete?cc=LATE" in page.text
        assert visitor.annotator.turned_away_at is None
        assert visitor.tell("lease/", {"count": 1}).json()["reason"] == "not_admitted"
        assert visitor.annotator.turned_away_for == "time"
        assert "complete?cc=LATE" in visitor.to("label/", follow=True).text

    @pytest.mark.parametrize("page", ["start/", "finish/"])
    def test_time_that_is_over_ends_the_plain_pages_too(self, visitor, study, page):
        offer(study)
        answer_one(labelling(visitor))
        make_late(visitor)
        assert "complete?cc=LATE" in visitor.press(page, follow=True).text
        assert visitor.annotator.completion_code == ""

    def test_an_answer_that_was_on_its_way_when_the_time_ended_is_kept(self, visitor, study):
        offer(study)
        labelling(visitor)
        make_late(visitor)
        answer_one(visitor)
        assert visitor.annotator.labels.count() == 1

    def test_who_is_not_admitted_gets_the_code_for_that(self):
        study = make_pictured_study(
            now=timezone.now(),
            screening=[{"question": "Do you sew?", "options": ["Yes", "No"], "admits": [0]}],
        )
        offer(study)
        visitor = agreeing(AnnotatorClient(study))
        page = visitor.press("screening/1/", {"answer": "1"}, follow=True)
        assert "complete?cc=SCREENED" in page.text


class TestMechanicalTurk:
    def test_a_preview_stores_nothing_and_has_no_way_in(self, visitor, study):
        offer(study, "mturk")
        before = everything_stored()
        page = visitor.to("from/mturk/?assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE&hitId=3HIT")
        assert "This is a preview" in page.text
        assert "<form" not in page.text
        assert everything_stored() == before

    def test_a_preview_out_of_the_frame_records_nobody(self, visitor, study):
        offer(study, "mturk")
        visitor.press("from/mturk/tab/?assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE", {"agree": "yes"})
        assert not Annotator.objects.exists()

    def test_the_frame_holds_a_link_to_a_tab_and_no_form(self, visitor, study):
        offer(study, "mturk")
        page = visitor.to(entry("mturk"))
        assert "<form" not in page.text
        assert 'target="_blank"' in page.text
        assert "annotator" not in page.cookies
        assert "csrftoken" not in page.cookies

    def test_only_mechanical_turk_may_frame_the_entry_and_nobody_anything_else(self, visitor, study):
        offer(study, "mturk")
        framed = visitor.to(entry("mturk"))
        assert "X-Frame-Options" not in framed
        assert re.search(
            r"frame-ancestors https://www\.mturk\.com https://workersandbox\.mturk\.com https://worker\.mturk\.com(;|$)",
            framed["Content-Security-Policy"],
        )
        finished(visitor, entry("mturk", "tab/"))
        for page in ("thanks/", "guide/", entry("mturk", "tab/"), ""):
            alone = visitor.to(page)
            assert alone["X-Frame-Options"] == "DENY"
            assert "frame-ancestors 'none'" in alone["Content-Security-Policy"]

    def test_a_problem_in_the_frame_can_be_read_there(self, visitor, study):
        offer(study, "mturk")
        page = visitor.to("from/mturk/?assignmentId=3A")
        assert page.status_code == 400
        assert "frame-ancestors https://www.mturk.com" in page["Content-Security-Policy"]

    @pytest.mark.parametrize("page", ["thanks/", entry("mturk")])
    def test_the_form_at_the_end_goes_to_the_market_with_code_and_assignment(self, visitor, study, page):
        offer(study, "mturk")
        shown = finished(visitor, entry("mturk", "tab/")).to(page)
        assert 'action="https://workersandbox.mturk.com/mturk/externalSubmit"' in shown.text
        assert 'name="assignmentId" value="3ASSIGNMENT"' in shown.text
        assert 'name="code" value="DONE"' in shown.text
        assert "form-action 'self' https://www.mturk.com" in shown["Content-Security-Policy"]
        form = shown.text[shown.text.index("externalSubmit") :]
        assert "csrfmiddlewaretoken" not in form[: form.index("</form>")]

    def test_no_page_on_the_way_lets_a_form_go_anywhere_else(self, visitor, study):
        offer(study, "mturk")
        labelling(visitor, entry("mturk", "tab/"))
        for page in ("label/", "pause/", "guide/"):
            assert "form-action 'self';" in visitor.to(page)["Content-Security-Policy"] + ";"

    def test_one_part_is_handed_in_for_one_assignment(self, visitor, study):
        offer(study, "mturk")
        finished(visitor, entry("mturk", "tab/"))
        again = visitor.to(entry("mturk", assignmentId="3SECOND"))
        assert "can do so once" in again.text
        assert "externalSubmit" not in again.text
        visitor.press(entry("mturk", "tab/", assignmentId="3SECOND"))
        assert "3SECOND" not in visitor.to("thanks/").text

    def test_somebody_who_accepts_anew_while_on_the_way_hands_in_the_new_assignment(self, visitor, study):
        offer(study, "mturk")
        labelling(visitor, entry("mturk", "tab/"))
        assert "Welcome back" in visitor.to(entry("mturk", "tab/", assignmentId="3SECOND")).text
        visitor.press(entry("mturk", "tab/", assignmentId="3SECOND"))
        answer_one(visitor)
        visitor.press("finish/")
        assert 'name="assignmentId" value="3SECOND"' in visitor.to("thanks/").text
