"""A study's page: state, link, progress, numbers, and what may be done next."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labelling.models import Item, Plan, Study
from labelling.services.completion import complete_if_full
from labelling.services.studies import close_study
from labelling.services.tallies import TallyNow
from labelling.views.researcher import dashboard
from tests.factories import (
    NOW,
    answer,
    label_everything,
    make_annotator,
    make_dataset,
    make_draft,
    make_lease,
    make_open_study,
    make_study,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def url(study: Study) -> str:
    return f"/admin/labelling/study/{study.pk}/dashboard/"


def shown(client: Client, study: Study) -> str:
    return client.get(url(study)).content.decode()


def complete(study: Study) -> Study:
    label_everything(study=study, annotators=study.redundancy)
    complete_if_full(study=study, now=NOW)
    study.refresh_from_db()
    return study


def test_a_draft_shows_its_protocol_and_no_link(researcher):
    draft = make_draft(seed=4711)

    page = shown(researcher, draft)

    assert "This study is a draft" in page
    assert "4711" in page
    assert f"/s/{draft.join_code}/" not in page


def test_a_running_study_shows_the_annotators_link_and_the_protocol_s_hash(researcher):
    study = make_study()

    page = shown(researcher, study)

    assert f'value="http://testserver/s/{study.join_code}/"' in page
    assert study.protocol_sha256 in page


@pytest.mark.parametrize(
    ("make", "steps"),
    [
        (make_draft, ["launch"]),
        (make_study, ["pause", "unseal", "close"]),
        (lambda: complete(make_study()), []),
    ],
    ids=["draft", "running", "complete"],
)
def test_a_page_offers_the_steps_that_the_state_allows(researcher, make, steps):
    assert [step.name for step in researcher.get(url(make())).context["steps"]] == steps


def test_progress_is_shown_as_a_chart_and_as_the_table_that_it_is_drawn_from(researcher):
    study = make_study()
    label_everything(study=study, annotators=1)

    page = shown(researcher, study)

    assert "<b>6</b> of 18" in page
    assert 'data-of="labels-table"' in page
    assert '<tr><th scope="row">1</th><td class="hb-number">6</td>' in page
    assert '<td class="hb-number">100.0\N{NO-BREAK SPACE}%</td>' in page


def test_surplus_labels_are_told(researcher):
    study = make_study(sample_size=1, redundancy=1, lease_seconds=60)
    late = make_lease(annotator=make_annotator(study=study))
    label_everything(study=study, annotators=1, now=NOW.replace(minute=2))
    answer(assignment=late, now=NOW.replace(minute=3))

    assert "1 surplus label came when no place was free. It is kept" in shown(researcher, study)


@pytest.mark.parametrize(
    ("cant_tell", "meaning"), [("counts", "and no votes"), ("replaced", "others are asked in their place")]
)
def test_answers_that_one_cannot_tell_are_told_with_what_they_mean(researcher, cant_tell, meaning):
    study = make_study(cant_tell=cant_tell)
    answer(assignment=make_lease(annotator=make_annotator(study=study)), category=None)

    page = shown(researcher, study)

    assert "Answers that one cannot tell: 1." in page
    assert meaning in page


def test_without_a_label_the_page_says_so_and_gives_no_figure(researcher):
    page = shown(researcher, make_study())

    assert "There is no label yet." in page
    assert "hb-headline" not in page


def test_the_numbers_of_a_running_study_are_marked_interim(researcher):
    study = make_open_study()
    label_everything(study=study, annotators=1)

    page = shown(researcher, study)

    assert "<strong>INTERIM.</strong> 0 of 6 images have all their labels" in page


def test_the_numbers_of_a_complete_study_are_not_interim(researcher):
    study = complete(make_study(dataset=make_dataset(size=3, categories=3), sample_size=3))

    page = researcher.get(url(study))

    assert "INTERIM" not in page.content.decode()
    # Everybody answered with the first category, which one item in three has.
    assert page.context["numbers"].report.accuracy.majority.value == pytest.approx(1 / 3)
    assert "<b>33.3\N{NO-BREAK SPACE}%</b>" in page.content.decode()


def test_a_cell_of_the_confusion_matrix_leads_to_its_images(researcher):
    study = complete(make_open_study())

    page = shown(researcher, study)

    assert f'href="/admin/labelling/study/{study.pk}/items/?truth=1&amp;majority=0"' in page


def test_a_study_that_is_over_says_first_what_the_labels_say_and_no_longer_what_goes_on(researcher):
    ended = shown(researcher, complete(make_open_study()))
    running = make_open_study()
    label_everything(study=running, annotators=1)
    goes_on = shown(researcher, running)

    assert ended.index("What the labels say") < ended.index(">Progress<")
    assert goes_on.index("What the labels say") > goes_on.index(">Progress<")
    for live_alone in ("Finish expected", "Images out on a lease", "At work: given an image"):
        assert live_alone in goes_on
        assert live_alone not in ended
    assert f"Started {NOW:%Y-%m-%d %H:%M} UTC, ended {NOW:%Y-%m-%d %H:%M} UTC." in ended


def test_the_interval_beside_the_headline_says_that_the_report_s_is_another(researcher):
    page = shown(researcher, complete(make_study()))

    assert "over images alone</span>" in page
    assert "interval counts people too" in page


def test_the_flagged_are_looked_at_among_themselves(researcher):
    study = make_study(dataset=make_dataset(size=60), sample_size=60, redundancy=1)
    label_everything(study=study, annotators=1)

    page = researcher.get(url(study))

    assert page.context["overview"].flagged == 1
    assert f"/study/{study.pk}/annotators/?flag=any" in page.content.decode()


def test_the_study_s_own_tie_rule_is_the_headline(researcher):
    study = make_study(dataset=make_dataset(size=3), sample_size=1, redundancy=2, tie_rule="optimistic")
    for category in (0, 1):
        answer(assignment=make_lease(annotator=make_annotator(study=study)), category=category)

    numbers = researcher.get(url(study)).context["numbers"]

    assert [line.rule[:10] for line in numbers.ledger if line.headline] == ["Optimistic"]
    assert numbers.report.accuracy.majority.tie_rule == "optimistic"
    assert numbers.report.accuracy.tie_ledger.ties == 1


def test_wilson_s_interval_stands_beside_the_headline_where_no_tie_is_shared(researcher):
    numbers = researcher.get(url(complete(make_study()))).context["numbers"]

    assert numbers.interval.name.endswith("(Wilson)")
    assert numbers.interval.interval is numbers.report.accuracy.majority.intervals.wilson


def test_where_a_tie_is_shared_the_interval_of_the_finite_population_stands_there(researcher):
    study = make_study(dataset=make_dataset(size=9), sample_size=2, redundancy=2)
    for category in (0, 1):
        annotator = make_annotator(study=study)
        for _ in range(2):
            answer(assignment=make_lease(annotator=annotator), category=category)

    numbers = researcher.get(url(study)).context["numbers"]

    assert numbers.report.accuracy.tie_ledger.ties == 2
    assert numbers.interval.name.endswith("(finite population)")


def test_a_stratified_study_shows_the_weighted_estimate_too(researcher):
    dataset = make_dataset(size=12, categories=3)
    study = complete(make_study(dataset=dataset, strategy="stratified", sample_size=6))

    assert (
        "Weighted to the strata's shares of the dataset: <strong>33.3\N{NO-BREAK SPACE}%</strong>"
        in shown(researcher, study)
    )


def test_a_study_closed_early_tells_its_reason_beside_the_numbers(researcher):
    study = make_study()
    label_everything(study=study, annotators=1)
    study = close_study(study=study, reason="The budget <ran> out.", now=NOW)

    page = shown(researcher, study)

    assert "The budget &lt;ran&gt; out." in page
    assert "<strong>CLOSED EARLY.</strong> 0 of 6 images have all their labels" in page


def test_a_category_without_images_has_a_dash_and_no_zero(researcher):
    study = make_open_study(dataset=make_dataset(size=4, categories=3), sample_size=1)
    label_everything(study=study, annotators=1)

    assert '<td class="hb-number">\N{EN DASH}</td>' in shown(researcher, study)


def test_rehearsals_and_drawn_data_are_marked(researcher):
    page = shown(researcher, make_study(rehearsal=True, dataset=make_dataset(drawn=True)))

    assert "<strong>REHEARSAL.</strong>" in page
    assert "<strong>DRAWN DATA.</strong>" in page


def test_a_real_study_of_real_data_bears_no_mark(researcher):
    page = shown(researcher, make_study())

    assert "REHEARSAL" not in page
    assert "DRAWN DATA" not in page


def test_the_queries_do_not_grow_with_items_annotators_or_labels(researcher):
    small = make_study(dataset=make_dataset(size=3), sample_size=2, redundancy=3)
    large = make_study(dataset=make_dataset(size=20), sample_size=20, redundancy=4)
    label_everything(study=small, annotators=1)
    label_everything(study=large, annotators=3)
    researcher.get(url(small))  # the first request of a session stores when it was

    counts = []
    for study in (small, large):
        for page in ("dashboard", "live", "line"):
            with CaptureQueriesContext(connection) as queries:
                researcher.get(url(study).replace("dashboard", page))
            counts.append(len(queries))

    assert counts[:3] == counts[3:]
    assert max(counts) <= 20


def test_whoever_may_only_look_is_offered_no_step(client):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename="view_study"))
    client.force_login(viewer)

    page = client.get(url(make_study()))

    assert page.status_code == 200
    assert page.context["steps"] == []


def test_whoever_may_not_see_studies_is_refused(client):
    client.force_login(User.objects.create_user("other", is_staff=True))

    assert client.get(url(make_study())).status_code == 403


def test_a_stranger_is_sent_to_the_sign_in(client):
    assert client.get(url(make_study())).url.startswith("/admin/login/")


def test_an_unknown_study_is_not_found(researcher):
    assert researcher.get("/admin/labelling/study/99/dashboard/").status_code == 404


def test_a_sealed_page_tells_no_accuracy_and_nothing_that_follows_from_one(researcher):
    study = make_study()
    label_everything(study=study, annotators=2)
    # The same answers, but for the ground truth: a page that told any of it would differ.
    told = [researcher.get(url(study).replace("dashboard", page)) for page in ("dashboard", "live", "line")]
    Item.objects.filter(dataset=study.dataset).update(ground_truth=study.dataset.categories.last())
    again = [researcher.get(url(study).replace("dashboard", page)) for page in ("dashboard", "live", "line")]

    assert "<strong>Sealed.</strong>" in told[0].content.decode()
    assert told[0].context["numbers"] is None
    assert [figures(page) for page in told] == [figures(page) for page in again]


def figures(page) -> str:
    """The page's figures without its moment, which is another each time."""
    return re.sub(r"\d\d:\d\d:\d\d|csrfmiddlewaretoken.*?>", "", page.content.decode())


def test_the_width_so_far_is_that_of_the_plan_s_guess(researcher):
    study = make_study(sample_size=4, redundancy=1)
    label_everything(study=study, annotators=1)

    widest = researcher.get(url(study)).context["overview"].width
    Plan.objects.create(study=study, expected_accuracy=0.9, updated_at=NOW)
    planned = researcher.get(url(study)).context["overview"].width

    assert (widest.images, widest.guess, widest.planned) == (4, 0.5, False)
    assert (planned.images, planned.guess, planned.planned) == (4, 0.9, True)
    assert planned.width < widest.width


def test_the_live_part_has_every_part_that_the_page_has(researcher):
    study = make_study()
    label_everything(study=study, annotators=1)
    parts = re.compile(r'id="(live-[a-z-]+)" data-live')

    whole, live = shown(researcher, study), researcher.get(url(study).replace("dashboard", "live"))

    assert parts.findall(live.content.decode()) == parts.findall(whole)
    assert len(parts.findall(whole)) > 5
    assert "no-store" in live.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("make", "every"), [(make_draft, 0), (make_study, 5), (lambda: complete(make_study()), 0)]
)
def test_a_page_asks_for_new_figures_while_there_may_be_any(researcher, make, every):
    assert researcher.get(url(make())).context["every"] == every


def test_a_study_that_is_being_counted_says_so_and_shows_what_is_known(researcher, monkeypatch):
    study = make_study()
    label_everything(study=study, annotators=1)
    nothing_yet = TallyNow(None, kept=True, counting=True)
    monkeypatch.setattr(dashboard, "tally_now", lambda **_: nothing_yet)

    page = shown(researcher, study)

    assert "being counted for the first time" in page
    assert "<b>6</b> of 18" in page
    assert "<b>\N{EN DASH}</b> of 6" in page


def test_more_labels_than_a_page_evaluates_are_left_to_the_bundle(researcher, monkeypatch):
    study = complete(make_study())
    monkeypatch.setattr(dashboard, "MOST_LABELS", 17)

    page = researcher.get(url(study))

    assert page.context["numbers"] is None
    assert "18 labels take longer to evaluate than a page should" in page.content.decode()


def test_the_live_part_has_words_for_a_page_whose_study_has_another_state_by_now(researcher):
    study = complete(make_study())

    live = researcher.get(url(study).replace("dashboard", "live")).content.decode()

    assert 'data-live-key="complete"' in live
    assert "The study is complete now." in live
    assert "The study is complete now." not in shown(researcher, study)


@pytest.mark.parametrize("page", ["live", "line"])
def test_figures_are_for_those_who_may_see_studies(client, page):
    address = url(make_study()).replace("dashboard", page)
    assert client.get(address).url.startswith("/admin/login/")

    client.force_login(User.objects.create_user("other", is_staff=True))
    assert client.get(address).status_code == 403
