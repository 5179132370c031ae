"""Offer a study through panels, let in whom they send, end the part of who runs out of time or leaves."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from labelling.errors import PlacesTaken, RecruitmentError
from labelling.models import Annotator, Event, PanelParticipant, Recruitment, Study
from labelling.models.annotator import secret_hash
from labelling.models.dataset import new_token
from labelling.panels import Arrival, panel_named
from labelling.selectors.recruitment import (
    ending_of,
    no_place_left,
    participant_at,
    participant_of,
    time_is_over,
)
from labelling.services.annotators import join_study, lock, turn_away
from labelling.services.events import record_event
from labelling.services.studies import locked_study
from labelling.services.withdrawal import release_promises

CODES = ("completion_code", "screen_out_code", "time_out_code", "return_code")

# Capitals and digits that nobody confuses, since people type a code where a link fails.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# As much as an annotator's own code holds, which is the panel's for people whom it sends.
_CODE = re.compile(r"[A-Za-z0-9_-]{1,20}")
_LONGEST_LIMIT = 60 * 24 * 30
_MOST_PLACES = 1_000_000


@dataclass(frozen=True)
class Offer:
    """How a study is offered through a panel. A code that is left empty is made up."""

    completion_code: str = ""
    screen_out_code: str = ""
    time_out_code: str = ""
    return_code: str = ""
    time_limit_minutes: int | None = None
    places: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def offer_study(*, study: Study, panel: str, offer: Offer, now: datetime, by: str = "") -> Recruitment:
    """Offer the study through a panel, or change how. It may be done in any state of the study.

    Each real change is an event of the study, without codes, settings or ids.

    Raises
    ------
    UnknownPanel
        When there is no such panel.
    RecruitmentError
        When something of the offer cannot be used.
    """
    study = locked_study(study_id=study.pk)
    there = Recruitment.objects.select_for_update(no_key=True).filter(study=study, panel=panel).first()
    wanted = _checked(panel, offer, there)
    if there is None:
        there = Recruitment.objects.create(study=study, panel=panel, created_at=now, **wanted)
        told = {name: wanted[name] for name in ("places", "time_limit_minutes")}
        record_event(of=study, kind=Event.Kind.RECRUITED, now=now, by=by, panel=panel, **told)
        return there
    changed = sorted(name for name, value in wanted.items() if getattr(there, name) != value)
    if changed:
        for name in changed:
            setattr(there, name, wanted[name])
        there.save(update_fields=changed)
        record_event(
            of=study, kind=Event.Kind.RECRUITMENT_CHANGED, now=now, by=by, panel=panel, changed=changed
        )
    return there


def _checked(panel: str, offer: Offer, there: Recruitment | None) -> dict[str, Any]:
    """Return what is to be stored of an offer."""
    known = panel_named(panel)
    if not known.identifies:
        raise RecruitmentError(f"{known.title} needs no set-up: share the study's link.", field="panel")
    wanted = asdict(offer) | {"settings": known.checked(settings=offer.settings)} | _codes(offer, there)
    for name, most in (("time_limit_minutes", _LONGEST_LIMIT), ("places", _MOST_PLACES)):
        if wanted[name] is not None and not 1 <= wanted[name] <= most:
            raise RecruitmentError(f"{wanted[name]} is not between 1 and {most}.", field=name)
    return wanted


def _codes(offer: Offer, there: Recruitment | None) -> dict[str, str]:
    """Return the four codes: as given, else as they were, else made up."""
    codes: dict[str, str] = {}
    for name in CODES:
        code = getattr(offer, name) or getattr(there, name, "")
        code = code or "".join(secrets.choice(_SIGNS) for _ in range(8))
        if not _CODE.fullmatch(code):
            raise RecruitmentError(
                f"The code {code[:60]!r} cannot be used. Use letters, digits, - and _, 20 at most.",
                field=name,
            )
        if code in codes.values():
            raise RecruitmentError(f"The code {code} stands for two endings. Give each its own.", field=name)
        codes[name] = code
    return codes


@transaction.atomic
def join_from_panel(*, recruitment: Recruitment, arrival: Arrival, now: datetime) -> tuple[Annotator, str]:
    """Let in whom a panel sends, and return the annotator with the secret for the browser.

    Whoever is known by the panel's id goes on as the annotator they are, however often and wherever they come
    from. Newcomers queue for the recruitment's row, so that two requests of one person make one annotator and
    no more people come in than there are places; the constraint on the id is the guarantee.

    Raises
    ------
    NotRunning
        When the study gives out no images now, and the person is new.
    PlacesTaken
        When nobody new is wanted.
    """
    locked = Recruitment.objects.select_for_update(no_key=True).get(pk=recruitment.pk)
    known = participant_at(recruitment=locked, participant=arrival.participant)
    if known is not None:
        return _gone_on(known, arrival)
    if no_place_left(recruitment=locked, now=now):
        raise PlacesTaken(f"All {locked.places} places of {locked.panel} are taken.")
    pseudonym = new_token()
    annotator, secret = join_study(
        study=recruitment.study,
        now=now,
        pseudonym=pseudonym,
        secret=_secret(arrival.participant, pseudonym),
        panel=locked.panel,
    )
    PanelParticipant.objects.create(
        recruitment=locked,
        annotator=annotator,
        participant=arrival.participant,
        session=dict(arrival.session),
    )
    return annotator, secret


def _gone_on(known: PanelParticipant, arrival: Arrival) -> tuple[Annotator, str]:
    """Return an annotator who is back with their secret, and keep what the panel says this time."""
    annotator = known.annotator
    lock(annotator=annotator)
    # What has ended is handed in for the session in which it was done, and for no other.
    if known.session != arrival.session and ending_of(annotator=annotator) is None:
        known.session = dict(arrival.session)
        known.save(update_fields=["session"])
    secret = _secret(known.participant, annotator.pseudonym)
    if annotator.secret_sha256 != secret_hash(secret):  # the server's own key has been replaced since
        annotator.secret_sha256 = secret_hash(secret)
        annotator.save(update_fields=["secret_sha256"])
    return annotator, secret


def _secret(participant: str, pseudonym: str) -> str:
    """Return the secret of somebody whom a panel sends: the same at every arrival, and stored nowhere.

    It follows from the server's own key, so that a copy of the database does not give it away. A person with
    two devices thus keeps both, with whatever each has not sent yet.
    """
    return salted_hmac("labelling.panel", f"{pseudonym} {participant}", algorithm="sha256").hexdigest()


def end_if_time_is_over(*, annotator: Annotator, now: datetime) -> bool:
    """Turn the annotator away once the panel's time limit has passed, and tell whether that was done."""
    return time_is_over(annotator=annotator, now=now) and _end(annotator, Annotator.TurnedAway.TIME, now)


def give_place_back(*, annotator: Annotator, now: datetime) -> bool:
    """End the part of somebody who leaves for good and gives their place back to the panel.

    Their answers stay and count. Tell whether that was done: not for those who have finished or were turned
    away before, nor for those whom no panel sent.
    """
    sent = participant_of(annotator=annotator) is not None
    return sent and _end(annotator, Annotator.TurnedAway.RETURNED, now)


@transaction.atomic
def _end(annotator: Annotator, reason: Annotator.TurnedAway, now: datetime) -> bool:
    """Turn the annotator away, and give others what was promised, unless their part ended meanwhile."""
    lock(annotator=annotator)
    if annotator.finished_at or annotator.turned_away_at or annotator.withdrawn_at:
        return False
    turn_away(annotator=annotator, reason=reason, now=now)
    release_promises(annotator=annotator, now=now)
    return True
