"""A study: a dataset plus a protocol, and the sample drawn from it."""

import secrets

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from labelling.models.dataset import Dataset, Item
from labelling.models.quality_rules import check_quality_rules, default_quality_rules
from labelling.models.screening import check_screening

# No 0/o, 1/l/i: people read these aloud and type them.
_READABLE = "23456789abcdefghjkmnpqrstuvwxyz"


def new_join_code() -> str:
    """Return the unguessable part of an annotators' link (about 59 bits)."""
    return "".join(secrets.choice(_READABLE) for _ in range(12))


class StudyQuerySet(models.QuerySet["Study"]):
    """Questions asked of studies."""

    def joinable(self) -> "StudyQuerySet":
        """Studies that give out images now."""
        return self.filter(state=Study.State.RUNNING)

    def real(self) -> "StudyQuerySet":
        """Studies of people; rehearsals are left out."""
        return self.filter(rehearsal=False)


class StudyManager(models.Manager["Study"]):
    """Finds studies without the frozen protocol's text: it names every item, and is read when asked for."""

    def get_queryset(self) -> models.QuerySet["Study"]:
        """Leave the long text out."""
        return super().get_queryset().defer("protocol")


class Study(models.Model):
    """A dataset plus a protocol. The protocol is frozen and hashed at launch.

    The fields of the protocol are those that `PROTOCOL_FIELDS` names; a database trigger refuses to change
    them after launch.
    """

    class State(models.TextChoices):
        """Where a study stands."""

        DRAFT = "draft", "Draft"
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        COMPLETE = "complete", "Complete"
        CLOSED = "closed", "Closed early"

    class Strategy(models.TextChoices):
        """How the sample is drawn, always without replacement."""

        SIMPLE = "simple", "Simple random sample"
        STRATIFIED = "stratified", "Stratified by ground truth, in proportion"
        BY_STRATUM = "by-stratum", "Stratified by the dataset's own strata, in proportion"

    class Order(models.TextChoices):
        """Which place is given out next."""

        BREADTH = "breadth", "Breadth first: every image gets its first label before any gets its second"
        DEPTH = "depth", "Depth first: an image gets all its labels before the next one starts"

    class TieRule(models.TextChoices):
        """What a tie counts as in the headline."""

        RANDOM = "random", "Random: the exact expectation of a random tie-break"
        WRONG = "wrong", "Wrong: a tie counts as an error"
        OPTIMISTIC = "optimistic", "Optimistic: a tie that includes the ground truth counts as right"
        SEEDED = "seeded", "Seeded: one recorded random draw"

    class Scaling(models.TextChoices):
        """How small images are enlarged in the browser."""

        PIXELATED = "pixelated", "Pixelated: every pixel a sharp square"
        SMOOTH = "smooth", "Smooth: blended between pixels"

    class Withdrawal(models.TextChoices):
        """What becomes of the answers of an annotator who withdraws."""

        ERASE = "erase", "Erase: the answers are deleted and the images given to others"
        KEEP = "keep", "Keep: the answers stay and count; what leads to the person is deleted"

    class CategoryOrder(models.TextChoices):
        """In which order an annotator sees the categories."""

        FIXED = "fixed", "Fixed: the dataset's order, the same for everybody"
        SHUFFLED = "shuffled", "Shuffled: an order of their own for every annotator"

    class CantTell(models.TextChoices):
        """Whether an annotator may say that one cannot tell, and what that counts as."""

        OFF = "off", "Off: every answer is a category"
        COUNTS = "counts", "Counts: it is one of the image's labels, and casts no vote"
        REPLACED = "replaced", "Replaced: it is kept, and somebody else is asked about the image"

    PROTOCOL_FIELDS = (
        "title",
        "sample_size",
        "strategy",
        "seed",
        "redundancy",
        "order",
        "lease_seconds",
        "tie_rule",
        "tie_extension",
        "accuracy_sealed",
        "labels_per_annotator",
        "scaling",
        "guide_examples",
        "category_order",
        "cant_tell",
        "break_every",
        "minimum_age",
        "screening",
        "practice_items",
        "practice_pass",
        "gold_items",
        "gold_every",
        "repeat_every",
        "attention_every",
        "quality_rules",
        "withdrawal",
        "consent_text",
        "consent_version",
        "guide_text",
        "contact",
    )

    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=200, help_text="Annotators see this.")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="studies")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    join_code = models.CharField(max_length=20, unique=True, default=new_join_code, editable=False)

    sample_size = models.PositiveIntegerField(default=1000, validators=[MinValueValidator(1)])
    strategy = models.CharField(max_length=12, choices=Strategy, default=Strategy.SIMPLE)
    seed = models.BigIntegerField(help_text="Seed of the sample and of every other random choice.")
    redundancy = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1)], help_text="Labels wanted for each image."
    )
    order = models.CharField(max_length=8, choices=Order, default=Order.BREADTH)
    lease_seconds = models.PositiveIntegerField(
        default=600,
        validators=[MinValueValidator(10)],
        help_text="How long an image stays promised to one annotator.",
    )
    tie_rule = models.CharField(max_length=10, choices=TieRule, default=TieRule.RANDOM)
    tie_extension = models.PositiveSmallIntegerField(
        default=0, help_text="More labels for an image tied in the end, if you then decide so. 0: none."
    )
    accuracy_sealed = models.BooleanField(
        default=True, help_text="Nobody sees the accuracy before the study has ended."
    )
    labels_per_annotator = models.PositiveIntegerField(
        null=True,
        blank=True,
        default=100,
        validators=[MinValueValidator(1)],
        help_text="After so many images an annotator has finished. Empty: as many as they like.",
    )
    scaling = models.CharField(max_length=10, choices=Scaling, default=Scaling.PIXELATED)
    guide_examples = models.PositiveSmallIntegerField(
        default=3, help_text="Example images of each category in the guide, never from the sample."
    )
    category_order = models.CharField(max_length=10, choices=CategoryOrder, default=CategoryOrder.FIXED)
    cant_tell = models.CharField(max_length=10, choices=CantTell, default=CantTell.OFF)
    break_every = models.PositiveSmallIntegerField(
        default=50, help_text="After so many images a break is suggested. 0: never."
    )
    minimum_age = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Annotators confirm that they are so old. Empty: nobody is asked."
    )
    screening = models.JSONField(
        default=list,
        blank=True,
        validators=[check_screening],
        help_text="Questions before the study, and which answers admit.",
    )
    practice_items = models.PositiveSmallIntegerField(
        default=0, help_text="Images to practise on with feedback, never from the sample. 0: no practice."
    )
    practice_pass = models.PositiveSmallIntegerField(
        default=0, help_text="So many of them must be right, within two tries. 0: everybody goes on."
    )
    gold_items = models.PositiveSmallIntegerField(
        default=0, help_text="Images outside the sample that are mixed in as checks. 0: none."
    )
    gold_every = models.PositiveSmallIntegerField(
        default=0, help_text="One gold image among so many. 0: none."
    )
    repeat_every = models.PositiveSmallIntegerField(
        default=0, help_text="One image shown again, unannounced, among so many. 0: none."
    )
    attention_every = models.PositiveSmallIntegerField(
        default=0, help_text="One instruction to press a certain answer among so many images. 0: none."
    )
    withdrawal = models.CharField(
        max_length=10,
        choices=Withdrawal,
        default=Withdrawal.ERASE,
        help_text="What becomes of the answers of someone who withdraws. The consent page says it.",
    )
    quality_rules = models.JSONField(
        default=default_quality_rules,
        blank=True,
        validators=[check_quality_rules],
        help_text="Which annotators are flagged, declared before launch.",
    )
    consent_text = models.TextField()
    consent_version = models.CharField(max_length=20, default="1")
    guide_text = models.TextField()
    contact = models.CharField(
        max_length=200, blank=True, help_text="Whom annotators may write to. Shown to them."
    )

    protocol = models.TextField(blank=True, editable=False, help_text="The frozen protocol, canonical JSON.")
    protocol_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    rehearsal = models.BooleanField(default=False, help_text="Filled by a simulated crowd.")
    rehearsal_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="rehearsals"
    )
    rehearsal_crowd = models.CharField(
        max_length=300,
        blank=True,
        help_text="The simulated crowd in words: how many, seed, source of its answers.",
    )
    created_at = models.DateTimeField()
    launched_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.TextField(blank=True)
    unsealed_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody looked at the accuracy before the end."
    )
    reopenings = models.PositiveIntegerField(
        default=0, editable=False, help_text="How often places that were filled have been opened again."
    )

    objects = StudyManager.from_queryset(StudyQuerySet)()

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "studies"
        permissions = [
            ("exclude_annotator", "Can exclude and reinstate annotators"),
            ("unseal_accuracy", "Can unseal the accuracy before the end"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(sample_size__gte=1), name="study_sample_not_empty"),
            models.CheckConstraint(condition=Q(redundancy__gte=1), name="study_redundancy_positive"),
            models.CheckConstraint(condition=Q(lease_seconds__gte=10), name="study_lease_long_enough"),
            models.CheckConstraint(
                condition=Q(labels_per_annotator__isnull=True) | Q(labels_per_annotator__gte=1),
                name="study_quota_positive",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", protocol_sha256="", launched_at__isnull=True)
                | (~Q(state="draft") & ~Q(protocol_sha256="") & Q(launched_at__isnull=False)),
                name="study_frozen_from_launch",
            ),
            models.CheckConstraint(
                condition=Q(state="complete", completed_at__isnull=False)
                | (~Q(state="complete") & Q(completed_at__isnull=True)),
                name="study_complete_has_time",
            ),
            models.CheckConstraint(
                condition=(Q(state="closed", closed_at__isnull=False) & ~Q(close_reason=""))
                | (~Q(state="closed") & Q(closed_at__isnull=True, close_reason="")),
                name="study_closed_has_time_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(rehearsal_of__isnull=True, rehearsal_crowd="") | Q(rehearsal=True),
                name="study_rehearsal_is_marked",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SampleItem(models.Model):
    """An item's membership in a study's sample, with its role there."""

    class Role(models.TextChoices):
        """What the item is for. Only `sampled` items count in accuracy."""

        SAMPLED = "sampled", "Sampled"
        GUIDE = "guide", "Guide example"
        PRACTICE = "practice", "Practice"
        GOLD = "gold", "Gold"

    # Without an index of its own: a unique one below begins with it.
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="sample", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.SAMPLED)
    position = models.PositiveIntegerField(help_text="Its place in the random order of the draw, from 0.")

    class Meta:
        ordering = ["study", "role", "position"]
        constraints = [
            models.UniqueConstraint(fields=["study", "item"], name="sample_item_once_per_study"),
            models.UniqueConstraint(fields=["study", "role", "position"], name="sample_position_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.study_id}:{self.role}:{self.position}"
