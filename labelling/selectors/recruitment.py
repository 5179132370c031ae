"""Where a study's annotators come from, how many, and where each of them goes at the end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from labelling.errors import UnknownPanel
from labelling.models import Annotator, PanelParticipant, Recruitment, Study
from labelling.panels import Arrival, Ending, Panel, WayOut, panel_named
from labelling.selectors.annotators import answered_everything, standing

TurnedAway = Annotator.TurnedAway

# How a panel calls it that somebody was turned away.
_ENDINGS = {
    TurnedAway.SCREENING: Ending.SCREENED_OUT,
    TurnedAway.PRACTICE: Ending.SCREENED_OUT,
    TurnedAway.TIME: Ending.TIMED_OUT,
    TurnedAway.RETURNED: Ending.RETURNED,
}


@dataclass(frozen=True)
class Turnout:
    """How many people came by a panel and have not withdrawn, and what became of them. The parts add up."""

    came: int
    completed: int
    screened_out: int
    timed_out: int
    returned: int
    on_the_way: int

    @property
    def taken(self) -> int:
        """How many of the places that were asked for are filled, or held by somebody on the way."""
        return self.completed + self.on_the_way


def recruitment_at(*, study: Study, panel: str) -> Recruitment:
    """Return how the study is offered through a panel, with the study as it was given.

    Raises
    ------
    UnknownPanel
        When it is not.
    """
    found = Recruitment.objects.filter(study=study, panel=panel).first()
    if found is None:
        raise UnknownPanel(f"The study {study.slug} is not offered through {panel[:40]!r}.")
    found.study = study
    return found


def recruitments_of(*, study: Study) -> dict[str, Recruitment]:
    """Return how the study is offered, by the panels' names."""
    return {recruitment.panel: recruitment for recruitment in Recruitment.objects.filter(study=study)}


def participant_at(*, recruitment: Recruitment, participant: str) -> PanelParticipant | None:
    """Return the one whom the panel calls by this id, with annotator and study, or None."""
    known = PanelParticipant.objects.select_related("annotator__study__dataset")
    return known.filter(recruitment=recruitment, participant=participant).first()


def participant_of(*, annotator: Annotator) -> PanelParticipant | None:
    """Return who the annotator is to a panel, with how it recruits; None for somebody whom no panel sent.

    No query where the annotator was read for a page, which reads both along.
    """
    try:
        return annotator.panel_participant
    except PanelParticipant.DoesNotExist:
        return None


def turnout(*, recruitment: Recruitment, now: datetime) -> Turnout:
    """Count the people of a recruitment. One query.

    Somebody whose time is over counts as timed out, whether or not that was told to them already; but not
    those who have answered everything and only have the last page to open.
    """
    counts = _came_by(recruitment).aggregate(
        came=Count("pk"),
        completed=Count("pk", filter=_DONE),
        screened_out=Count("pk", filter=Q(turned_away_for__in=[TurnedAway.SCREENING, TurnedAway.PRACTICE])),
        returned=Count("pk", filter=Q(turned_away_for=TurnedAway.RETURNED)),
        timed_out=Count("pk", filter=Q(turned_away_for=TurnedAway.TIME) | _late(recruitment, now)),
    )
    came = counts.pop("came")
    return Turnout(came=came, **counts, on_the_way=came - sum(counts.values()))


def no_place_left(*, recruitment: Recruitment, now: datetime) -> bool:
    """Tell whether as many people as were asked for have finished or are on the way."""
    places = recruitment.places
    return places is not None and turnout(recruitment=recruitment, now=now).taken >= places


_DONE = Q(finished_at__isnull=False, turned_away_at__isnull=True)


def _came_by(recruitment: Recruitment) -> QuerySet[Annotator]:
    return Annotator.objects.filter(panel_participant__recruitment=recruitment)


def _late(recruitment: Recruitment, now: datetime) -> Q:
    """Those who are neither done nor turned away after the time limit, and have something left to answer."""
    if recruitment.time_limit_minutes is None:
        return Q(pk__in=[])
    begun_before = now - timedelta(minutes=recruitment.time_limit_minutes)
    late = Q(finished_at__isnull=True, turned_away_at__isnull=True, joined_at__lt=begun_before)
    return late & ~answered_everything(study=recruitment.study)


def minutes_left(*, annotator: Annotator, now: datetime) -> int | None:
    """Return how many whole minutes the panel's time limit still gives; None where there is no limit."""
    participant = participant_of(annotator=annotator)
    limit = participant.recruitment.time_limit_minutes if participant else None
    if limit is None:
        return None
    return max((annotator.joined_at + timedelta(minutes=limit) - now) // timedelta(minutes=1), 0)


def time_is_over(*, annotator: Annotator, now: datetime) -> bool:
    """Tell whether the panel's time limit ends the annotator's part. One query, until the time is over.

    Whoever has answered everything that was asked of them has made it, however late the last page is opened.
    """
    if annotator.finished_at is not None or annotator.turned_away_at is not None:
        return False
    participant = participant_of(annotator=annotator)
    limit = participant.recruitment.time_limit_minutes if participant else None
    if limit is None or now <= annotator.joined_at + timedelta(minutes=limit):
        return False
    where = standing(annotator=annotator)
    return not where.answered_everything


def ending_of(*, annotator: Annotator) -> Ending | None:
    """Return how the annotator's part ended, None while it goes on."""
    if annotator.turned_away_for:
        return _ENDINGS[TurnedAway(annotator.turned_away_for)]
    return Ending.COMPLETED if annotator.finished_at is not None else None


def way_out_of(*, annotator: Annotator, ending: Ending | None = None) -> WayOut | None:
    """Return where the annotator goes: with the code of how it ended, or would end if it were `ending`.

    None while the annotator is on the way. Somebody whom no panel sent has a code of their own, once they
    have finished, and goes nowhere.
    """
    ending = ending or ending_of(annotator=annotator)
    if ending is None:
        return None
    participant = participant_of(annotator=annotator)
    if participant is None:
        code = annotator.completion_code if ending == Ending.COMPLETED else ""
        return panel_named("direct").way_out(ending=ending, code=code, arrival=Arrival(""), settings={})
    arrival = Arrival(participant.participant, session=participant.session)
    return way_out(recruitment=participant.recruitment, arrival=arrival, ending=ending)


def way_out(*, recruitment: Recruitment, arrival: Arrival, ending: Ending) -> WayOut:
    """Return where somebody goes whom a panel sent."""
    codes = {
        Ending.COMPLETED: recruitment.completion_code,
        Ending.SCREENED_OUT: recruitment.screen_out_code,
        Ending.TIMED_OUT: recruitment.time_out_code,
        Ending.RETURNED: recruitment.return_code,
    }
    panel = panel_of(recruitment=recruitment)
    return panel.way_out(ending=ending, code=codes[ending], arrival=arrival, settings=recruitment.settings)


def panel_of(*, recruitment: Recruitment) -> Panel:
    """Return the panel of a recruitment."""
    return panel_named(recruitment.panel)
