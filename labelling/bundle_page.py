"""The report's page from a bundle alone, without the database."""

import json
from typing import Any

from evaluation import BadTable, Report
from evaluation.bundle.inputs import BundleInputs
from labelling.models import Dataset, Study
from labelling.report_page import report_page


def bundle_page(*, report: Report, inputs: BundleInputs) -> str:
    """Render the page as the export did, from a study that is put together again and never stored.

    Raises
    ------
    evaluation.BadTable
        When the protocol lacks a field that the page prints.
    """
    return report_page(study=_study(inputs), report=report, images=inputs.images)


def _study(inputs: BundleInputs) -> Study:
    record, document = inputs.record, json.loads(inputs.protocol)
    try:
        known: dict[str, Any] = document["dataset"]
        dataset = Dataset(
            **{name: known[name] for name in ("name", "split", "checksum", "size", "drawn")},
            **{name: getattr(record, name) for name in ("height", "width", "channels", "stratum_name")},
            title=record.dataset_title,
            source=record.dataset_source,
        )
        return Study(
            **{name: document["protocol"][name] for name in Study.PROTOCOL_FIELDS},
            slug=document["study"]["slug"],
            rehearsal=document["study"]["rehearsal"],
            dataset=dataset,
            protocol=inputs.protocol,
            protocol_sha256=record.facts.protocol_sha256 or "",
            **{name: getattr(record, name) for name in ("state", "close_reason", "rehearsal_crowd")},
        )
    except KeyError as error:
        raise BadTable(f"protocol.json has no {error}, which the report's page prints.") from error
