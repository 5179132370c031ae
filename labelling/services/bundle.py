"""The bundle: everything that a reader needs to check each number of a study, as files."""

import io
import zipfile
from pathlib import Path

from evaluation import Report
from evaluation.progress import Progress
from evaluation.render import csv, json, markdown
from labelling.models import Study
from labelling.report_page import notices, report_page
from labelling.selectors.label_rows import label_rows, sample_rows
from labelling.selectors.label_table import RESAMPLES, study_report, table_of_rows
from labelling.services.label_export import label_text, sample_text
from labelling.services.output_files import SUMS, check_replaceable, checksums, write_folder

# Before 1980 a zip knows no time; every file in it gets this one, so that the bytes tell no clock.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def write_bundle(
    *, study: Study, folder: Path, resamples: int = RESAMPLES, progress: Progress | None = None
) -> list[str]:
    """Write the bundle into a folder and return the names of its files.

    The same labels give the same bytes. An earlier bundle in the folder is replaced; anything else there is
    refused.

    Raises
    ------
    StudyStateError
        When the study is a draft.
    BundleError
        When the folder cannot be written or replaced; it is then as it was.
    evaluation.BadSetting
        When `resamples` is negative.
    """
    check_replaceable(folder=folder)  # before the work, so that the answer comes at once
    files = bundle_files(study=study, resamples=resamples, progress=progress)
    write_folder(folder=folder, files=files)
    return list(files)


def zipped_bundle(*, study: Study, resamples: int = RESAMPLES) -> bytes:
    """Return the bundle as one zip, in a folder of the study's name. The same labels give the same bytes.

    Raises
    ------
    StudyStateError
        When the study is a draft.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in bundle_files(study=study, resamples=resamples).items():
            entry = zipfile.ZipInfo(f"{study.slug}/{name}", date_time=_NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def bundle_files(
    *, study: Study, resamples: int = RESAMPLES, progress: Progress | None = None
) -> dict[str, bytes]:
    """Return the bundle's files by name, all of the same moment, the checksums last.

    Raises
    ------
    StudyStateError
        When the study is a draft.
    """
    sample, labels = sample_rows(study=study), label_rows(study=study)
    table = table_of_rows(study=study, sample=sample, labels=labels)
    report = study_report(study=study, resamples=resamples, progress=progress, table=table)
    texts = {
        "report.html": report_page(study=study, report=report),
        "report.json": json.render(report),
        "README-row.md": _readme_row(study, report),
        "labels.csv": label_text(rows=labels),
        "sample.csv": sample_text(rows=sample),
        "categories.txt": "".join(f"{csv.defused(name)}\n" for name in table.categories),
        "protocol.json": study.protocol,
        **csv.tables(report),
    }
    files = {name: text.encode() for name, text in texts.items()}
    return {**files, SUMS: checksums(files=files)}


def _readme_row(study: Study, report: Report) -> str:
    """Write the benchmark table's row, below whatever a reader must know before copying it."""
    said = "".join(
        f"> **{notice.title}.** {notice.text}\n\n" for notice in notices(study=study, report=report)
    )
    return said + markdown.HEADER + markdown.readme_row(report)
