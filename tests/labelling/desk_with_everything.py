"""A desk with everything on it: two studies, people in every role, and every address filled in."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Group, User

from labelling.job_folder import folder_of
from labelling.jobs.bundle import REPORT
from labelling.models import Job
from labelling.roles import ROLES
from labelling.services.predictions import add_predictions
from labelling.views.researcher import steps
from labelling.views.researcher.item_pictures import THUMBNAIL_SIDE
from labelling.views.researcher.plan_steps import NAMED
from tests.factories import NOW, label_everything, make_draft, make_pictured_study
from tests.labelling.desk_addresses import Address
from tests.labelling.machines import perfect

# How one comes and goes is for everybody.
COMING_AND_GOING = {"admin:login", "admin:logout"}
# Where an address shows something else for each value of an argument: the argument and its values.
VALUES: dict[str, tuple[str, tuple[str, ...]]] = {
    "admin:labelling_study_step": ("name", tuple(steps.STEPS)),
    "admin:labelling_study_plan": ("name", tuple(NAMED)),
}
ON_A_DRAFT = {"admin:labelling_study_plan"}


class Desk:
    """Two studies with all that the pages show, and people in every role."""

    def __init__(self) -> None:
        self.running = make_pictured_study(slug="running", now=NOW, accuracy_sealed=False)
        label_everything(study=self.running, annotators=2)
        self.draft = make_draft(slug="draft", dataset=self.running.dataset, sample_size=4)
        annotators = list(self.running.annotators.order_by("pk"))
        machine = add_predictions(
            study=self.running, name="Net", file_name="net.npy", content=perfect(self.running), now=NOW
        )
        job = Job.objects.create(
            kind="rehearse",
            title="Rehearse",
            study=self.draft,
            arguments={"annotators": 3, "seed": 1, "accuracy": 0.8},
            state="done",
            ended_at=NOW,
            created_at=NOW,
            fingerprint="f",
            result={"words": "Done.", "file": "study.zip"},
        )
        folder_of(job.token).mkdir(parents=True)
        for name in (REPORT, "study.zip"):
            (folder_of(job.token) / name).write_text("<style></style>")
        self.given: dict[str, Any] = {
            "study_id": self.running.pk,
            "object_id": self.draft.pk,
            "annotator_id": annotators[0].pk,
            "machine_id": machine.pk,
            "job_id": job.pk,
            "sample_item_id": self.running.sample.first().pk,
            "side": THUMBNAIL_SIDE,
            "position": 1,
            "panel": "prolific",
            "app_label": "labelling",
            "join_code": self.draft.join_code,
            "content_type_id": 1,
            "secret": "secret",
            "attempt": 1,
            "place": 1,
            "number": 1,
            "name": "data",
        }
        self.people = {"stranger": None, "no role": User.objects.create_user("none", is_staff=True)}
        for role in ROLES:
            person = User.objects.create_user(role.name, is_staff=True)
            person.groups.add(Group.objects.get(name=role.name))
            self.people[role.name] = person
        self.given["id"] = self.people["viewer"].pk

    def object_of(self, name: str) -> dict[str, Any]:
        """Return the object that an address of the admin site itself is about."""
        if name.startswith("admin:auth_user_"):
            return {"object_id": self.people["viewer"].pk}
        if name.startswith("admin:labelling_dataset_"):
            return {"object_id": self.running.dataset_id}
        return {}


def variants(addresses: list[Address], desk: Desk) -> Iterator[tuple[str, str]]:
    """Yield each address's name, with the value where it has several pages, and its URL."""
    for address in addresses:
        if address.name in COMING_AND_GOING:
            continue
        if address.name not in VALUES:
            yield address.name, address.url(desk.given | desk.object_of(address.name))
            continue
        argument, values = VALUES[address.name]
        for value in values:
            study = desk.draft if address.name in ON_A_DRAFT else desk.running
            given = desk.given | {argument: value, "study_id": study.pk}
            yield f"{address.name}:{value}", address.url(given)
