"""The plan's people: how many are expected, and through which panel they come. Stored together or not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from labelling.models import Study
from labelling.panels import panel_named
from labelling.selectors.recruitment import recruitments_of
from labelling.services.drafts import revise_draft
from labelling.services.recruitment import Offer, offer_study


@transaction.atomic
def plan_panel(
    *,
    study: Study,
    assumptions: Mapping[str, Any],
    panel: str,
    places: int | None,
    now: datetime,
    by: str = "",
    made_from: int | None = None,
) -> Study:
    """Store the assumptions about people, and offer the draft through a panel; an empty panel is none.

    Codes are made up and settings are those that a panel starts with, where there are none yet.

    Raises
    ------
    StudyStateError, PlanError, DraftChanged
        As `revise_draft` has them.
    UnknownPanel, RecruitmentError
        As `offer_study` has them.
    """
    draft = revise_draft(study=study, now=now, by=by, made_from=made_from, assumptions=assumptions)
    if panel:
        there = recruitments_of(study=draft).get(panel)
        settings = {setting.name: setting.initial for setting in panel_named(panel).settings}
        if there is not None:
            settings = there.settings
        limit = there.time_limit_minutes if there else None
        offer = Offer(places=places, settings=settings, time_limit_minutes=limit)
        offer_study(study=draft, panel=panel, offer=offer, now=now, by=by)
    return draft
