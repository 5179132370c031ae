"""The commands that create, launch and rehearse a study: what they print and what they refuse."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from labelling.models import Study
from tests.factories import make_dataset, make_draft, make_study

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


class TestCreateStudy:
    def test_makes_a_draft_and_says_what_it_drew_from(self) -> None:
        make_dataset(name="shapes")
        printed = run("create_study", "pilot", "--dataset", "shapes", "--sample-size", "5", "--seed", "3")
        assert "5 of 12 images" in printed
        assert "seed 3" in printed
        assert Study.objects.get(slug="pilot").state == Study.State.DRAFT

    def test_takes_every_option_of_the_protocol(self) -> None:
        make_dataset(name="shapes")
        options = ["--sample-size", "5", "--strategy", "stratified", "--redundancy", "5", "--order", "depth"]
        more = ["--lease-seconds", "60", "--tie-rule", "wrong", "--labels-per-annotator", "0"]
        run("create_study", "pilot", "--dataset", "shapes", *options, *more, "--scaling", "smooth")
        study = Study.objects.get(slug="pilot")
        assert (study.strategy, study.redundancy, study.order) == ("stratified", 5, "depth")
        assert (study.lease_seconds, study.tie_rule, study.labels_per_annotator) == (60, "wrong", None)
        assert study.scaling == "smooth"

    def test_draws_a_seed_and_prints_it_where_none_is_given(self) -> None:
        make_dataset(name="shapes")
        printed = run("create_study", "pilot", "--dataset", "shapes", "--sample-size", "5")
        assert f"seed {Study.objects.get(slug='pilot').seed}" in printed

    def test_names_the_datasets_there_are_when_asked_for_another(self) -> None:
        make_dataset(name="shapes")
        with pytest.raises(CommandError, match=r"imported: shapes \(test\).*import_dataset fashion-mnist"):
            run("create_study", "pilot")

    def test_refuses_a_sample_larger_than_the_dataset(self) -> None:
        make_dataset(name="shapes")
        with pytest.raises(CommandError, match="A sample of 1000 cannot be drawn from 12 items"):
            run("create_study", "pilot", "--dataset", "shapes")
        assert not Study.objects.exists()


class TestLaunchStudy:
    def test_prints_the_link_and_the_hash(self) -> None:
        draft = make_draft()
        printed = run("launch_study", draft.slug)
        study = Study.objects.get(pk=draft.pk)
        assert study.protocol_sha256 in printed
        assert f"/s/{study.join_code}/" in printed

    def test_leaves_a_launched_study_as_it_is(self) -> None:
        study = make_study()
        assert "was launched before" in run("launch_study", study.slug)
        assert Study.objects.get(pk=study.pk).launched_at == study.launched_at

    def test_names_the_studies_there_are(self) -> None:
        draft = make_draft()
        with pytest.raises(CommandError, match=rf"no study 'other' \(there are: {draft.slug}\)"):
            run("launch_study", "other")


class TestRehearseStudy:
    def rates(self, folder: Path) -> str:
        names = [f"Category {position}" for position in range(3)]
        rows = [f"{name},{','.join('8' if name == other else '1' for other in names)}" for name in names]
        path = folder / "rates.csv"
        path.write_text("\n".join([f"ground_truth,{','.join(names)}", *rows]))
        return str(path)

    def test_fills_a_copy_from_a_confusion_table(self, tmp_path: Path) -> None:
        draft = make_draft()
        printed = run("rehearse_study", draft.slug, "--annotators", "4", "--confusion", self.rates(tmp_path))
        assert f"REHEARSAL {draft.slug}-rehearsal-1: complete" in printed

    def test_fills_a_copy_from_answer_counts(self, tmp_path: Path) -> None:
        draft = make_draft()
        path = tmp_path / "counts.csv"
        path.write_text("\n".join("0,9,0" for _ in range(12)))
        run("rehearse_study", draft.slug, "--annotators", "4", "--answers", str(path))
        copy = draft.rehearsals.get()
        chosen = {
            label.category.position for person in copy.annotators.all() for label in person.labels.all()
        }
        assert chosen == {1}

    def test_default_rates_are_for_the_garments_only(self) -> None:
        draft = make_draft()
        with pytest.raises(CommandError, match="are not the dataset's categories"):
            run("rehearse_study", draft.slug)

    def test_a_launched_real_study_is_refused(self, tmp_path: Path) -> None:
        study = make_study()
        with pytest.raises(CommandError, match="launched already"):
            run("rehearse_study", study.slug, "--confusion", self.rates(tmp_path))
