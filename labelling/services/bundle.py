"""The bundle: everything that a reader needs to check each number of a study, as files."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from evaluation.bundle.derived_files import derived_files
from evaluation.bundle.inputs import evaluate_inputs
from evaluation.bundle.source_files import source_files
from evaluation.progress import Progress
from labelling.models import Study
from labelling.report_page import pictured_items, report_page
from labelling.selectors.bundle_inputs import bundle_inputs
from labelling.selectors.item_pictures import item_images
from labelling.selectors.sealing import require_visible
from labelling.selectors.study_record import RESAMPLES
from labelling.services.output_files import SUMS, check_replaceable, checksums, write_folder

# Before 1980 a zip knows no time; every file in it gets this one, so that the bytes tell no clock.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def write_bundle(
    *,
    study: Study,
    folder: Path,
    resamples: int = RESAMPLES,
    images: bool = True,
    progress: Progress | None = None,
) -> list[str]:
    """Write the bundle into a folder and return the names of its files.

    The same labels give the same bytes. Without `images` it has none of the dataset's, where they may not be
    passed on; every figure is the same. An earlier bundle in the folder is replaced; anything else there is
    refused.

    Raises
    ------
    StudyStateError
        When the study is a draft, or its accuracy is sealed.
    BundleError
        When the folder cannot be written or replaced; it is then as it was.
    evaluation.BadSetting
        When `resamples` is negative.
    """
    check_replaceable(folder=folder)  # before the work, so that the answer comes at once
    files = bundle_files(study=study, resamples=resamples, images=images, progress=progress)
    write_folder(folder=folder, files=files)
    return list(files)


def zipped(*, folder: str, files: Mapping[str, bytes]) -> bytes:
    """Return files as one zip, in a folder of that name. The same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", date_time=_NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def bundle_files(
    *, study: Study, resamples: int = RESAMPLES, images: bool = True, progress: Progress | None = None
) -> dict[str, bytes]:
    """Return the bundle's files by name, all of the same moment, the checksums last.

    Raises
    ------
    StudyStateError
        When the study is a draft, or its accuracy is sealed.
    """
    require_visible(study=study)
    inputs = bundle_inputs(study=study, resamples=resamples)
    report = evaluate_inputs(inputs, progress)
    pictured = pictured_items(report=report) if images else ()
    shown = item_images(dataset=study.dataset, items=pictured)
    inputs = replace(inputs, images=shown)
    sources = source_files(inputs)
    files = {
        "report.html": report_page(study=study, report=report, images=shown).encode(),
        **sources,
        **derived_files(report, inputs, sources),
    }
    return {**files, SUMS: checksums(files=files)}
