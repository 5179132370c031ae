"""The language of the annotators' pages: the browser's wish, unless somebody chose another."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import check_for_language

from labelling.selectors.annotator_pages import study_at
from labelling.views.access import COOKIE_AGE, for_anyone


@for_anyone("POST")
def choose_language(request: HttpRequest, join_code: str) -> HttpResponse:
    """Remember the language that somebody chose, in this browser only, and go back to where they were."""
    study = study_at(join_code=join_code)
    start = reverse("annotator:welcome", args=[study.join_code])
    back = request.POST.get("back", "")
    response = redirect(back if back.startswith(start) else start)
    response.status_code = 303
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=COOKIE_AGE,
            path=start,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response
