"""Withdrawal: say what it does, do it, and show a receipt."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from labelling.models import Annotator, Study
from labelling.panels import Ending
from labelling.selectors.annotators import standing
from labelling.selectors.recruitment import ending_of, way_out_of
from labelling.services.steady_clock import steady_now
from labelling.services.withdrawal import withdraw_annotator
from labelling.views import errors
from labelling.views.access import for_annotator, forget_secret, store_name


@for_annotator("GET", "HEAD", "POST", withdrawn_too=True)
def withdraw(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Ask whether the annotator wants to withdraw, and what becomes of the answers; on POST, withdraw."""
    if annotator.withdrawn_at is not None:
        return errors.withdrawn(request, annotator)
    study = annotator.study
    context = {"study": study, "standing": standing(annotator=annotator), "store": store_name(annotator)}
    if request.method != "POST":
        return render(request, "annotator/withdraw.html", context)
    if request.POST.get("withdraw") != "yes":
        return render(request, "annotator/withdraw.html", context | {"not_ticked": True}, status=400)
    # Asked beforehand: the withdrawal deletes what a panel knows them by.
    way_out = way_out_of(annotator=annotator, ending=ending_of(annotator=annotator) or Ending.RETURNED)
    annotator = withdraw_annotator(annotator=annotator, now=steady_now())
    response = errors.withdrawn(request, annotator, way_out)
    if study.withdrawal == Study.Withdrawal.KEEP:
        forget_secret(response=response, study=study)  # it opens nothing any more
    return response
