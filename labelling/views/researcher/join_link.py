"""The annotators' link as a QR code, to be shown, printed or sent."""

import io

import segno
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from labelling.models import Study

# Pixels for each square of the code. An SVG has any size; this one is what a viewer starts with.
_SCALE = 8


def annotators_link(request: HttpRequest, study: Study) -> str:
    """Return the address that annotators open."""
    return request.build_absolute_uri(reverse("annotator:welcome", args=[study.join_code]))


@permission_required("labelling.view_study", raise_exception=True)
def qr_code(request: HttpRequest, study_id: int) -> HttpResponse:
    """Return the QR code of the annotators' link as SVG: black on white, with the quiet zone around it."""
    study = get_object_or_404(Study, pk=study_id)
    link = annotators_link(request, study)
    picture = io.BytesIO()
    # A quarter of it may be damaged or hidden, and it is still read.
    code = segno.make(link, error="q", micro=False)
    code.save(picture, kind="svg", scale=_SCALE, light="#ffffff", title=link)
    response = HttpResponse(picture.getvalue(), content_type="image/svg+xml")
    response["Content-Disposition"] = f'inline; filename="{study.slug}-link.svg"'
    return response
