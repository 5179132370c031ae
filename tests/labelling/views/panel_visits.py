"""What people do whom a panel sends: arrive, agree, label, finish, come too late."""

from urllib.parse import urlencode

from django.apps import apps
from django.utils import timezone

from labelling.models import Annotator, Recruitment, Study
from labelling.services.recruitment import Offer, offer_study
from tests.labelling.views.conftest import AnnotatorClient

CODES = Offer(completion_code="DONE", screen_out_code="SCREENED", time_out_code="LATE", return_code="BACK")
PROLIFIC = {"PROLIFIC_PID": "5f0c" * 6, "STUDY_ID": "a1b2" * 6, "SESSION_ID": "c3d4" * 6}
MTURK = {
    "assignmentId": "3ASSIGNMENT",
    "hitId": "3HIT",
    "workerId": "A1WORKER",
    "turkSubmitTo": "https://workersandbox.mturk.com/",
}


def offer(study: Study, panel: str = "prolific", **fields: object) -> Recruitment:
    given = Offer(**{**CODES.__dict__, **fields})
    return offer_study(study=study, panel=panel, offer=given, now=timezone.now())


def entry(panel: str = "prolific", page: str = "", **sent: str) -> str:
    known = {"prolific": PROLIFIC, "mturk": MTURK, "panel": {"pid": "p-1"}}[panel]
    return f"from/{panel}/{page}?{urlencode(known | sent)}"


def agreeing(client: AnnotatorClient, address: str = "") -> AnnotatorClient:
    client.press(address or entry(), {"agree": "yes"})
    return client


def labelling(client: AnnotatorClient, address: str = "") -> AnnotatorClient:
    agreeing(client, address).press("start/")
    return client


def answer_one(client: AnnotatorClient) -> None:
    token = client.annotator.assignments.leased().first().token
    client.tell("label/", {"assignment": token, "category": 1, "submission_key": f"k-{token}"})


def finished(client: AnnotatorClient, address: str = "") -> AnnotatorClient:
    answer_one(labelling(client, address))
    client.press("finish/")
    return client


def make_late(client: AnnotatorClient) -> None:
    Recruitment.objects.update(time_limit_minutes=10)
    Annotator.objects.update(joined_at=timezone.now() - timezone.timedelta(minutes=11))


def everything_stored() -> dict[str, list[dict]]:
    models = apps.get_app_config("labelling").get_models()
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
