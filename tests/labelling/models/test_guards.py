"""The triggers: laid down after a migration, taken up before one, and the same however often."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from labelling.models import Label
from labelling.models.guards import install_guards, remove_guards
from tests.factories import answer, make_annotator, make_lease, make_study

pytestmark = pytest.mark.django_db


def change_a_label() -> None:
    label = answer(assignment=make_lease(annotator=make_annotator(study=make_study())))
    with transaction.atomic():
        Label.objects.filter(pk=label.pk).update(response_ms=1)


def test_installing_twice_changes_nothing() -> None:
    install_guards(using="default")
    install_guards(using="default")
    with pytest.raises(DatabaseError, match="a label is never changed"):
        change_a_label()


def test_they_can_be_taken_up_and_laid_down_again() -> None:
    remove_guards(using="default")
    change_a_label()
    install_guards(using="default")
    with pytest.raises(DatabaseError, match="a label is never changed"):
        change_a_label()


def test_a_migration_leaves_them_in_place() -> None:
    call_command("migrate", verbosity=0)
    with pytest.raises(DatabaseError, match="a label is never changed"):
        change_a_label()
