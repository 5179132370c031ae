"""The bundle as a dataset in MLCommons' Croissant 1.0: what its files are, and what their columns mean.

Format: https://docs.mlcommons.org/croissant/docs/croissant-spec.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from evaluation.bundle.inputs import BundleInputs
from evaluation.render.citation import author, description, last_day
from evaluation.report import Report
from evaluation.tie_extension import labels_wanted

_TERMS = (
    *("citeAs", "column", "dataBiases", "dataCollection", "extract", "field", "fileProperty", "fileObject"),
    *("fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path"),
    *("personalSensitiveInformation", "recordSet", "references", "regex", "repeated", "replace"),
    *("equivalentProperty", "samplingRate", "separator", "source", "subField", "transform"),
)
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{name: f"cr:{name}" for name in _TERMS},
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
}

_FILES = {
    "labels.csv": ("text/csv", "Every counted label."),
    "labels.parquet": ("application/vnd.apache.parquet", "Every counted label, with types."),
    "sample.csv": ("text/csv", "Every sampled item with its ground truth and the SHA-256 of its pixels."),
    "soft_labels.csv": ("text/csv", "How many annotators gave each item each category."),
    "soft_labels.npy": ("application/octet-stream", "The same as a numpy array, items by categories."),
    "events.jsonl": ("application/jsonlines", "What happened in the study, in chains of digests."),
    "protocol.json": ("application/json", "The protocol as it was frozen before the first label."),
    "study.json": ("application/json", "The facts and settings that the report is made from."),
    "report.json": ("application/json", "Every figure with its interval."),
}

_INTEGER, _TEXT, _MOMENT = "sc:Integer", "sc:Text", "sc:DateTime"
_RECORDS = {
    "labels": (
        "labels.csv",
        "A label is what one annotator answered to one item.",
        {
            "item": (_INTEGER, "Index of the item in the dataset, from 0."),
            "annotator": (_TEXT, "Pseudonym of the person who labelled."),
            "label": (_TEXT, "Name of the category that the person chose."),
            "response_ms": (_INTEGER, "Milliseconds from first sight to answer; empty where unknown."),
            "submitted_at": (_MOMENT, "When the answer came, in UTC."),
        },
    ),
    "sample": (
        "sample.csv",
        "The items that people were asked about, with the dataset's own category.",
        {
            "item": (_INTEGER, "Index of the item in the dataset, from 0."),
            "truth": (_TEXT, "Name of the category that the dataset gives it."),
            "pixel_sha256": (_TEXT, "SHA-256 of its raw pixels, row by row."),
        },
    ),
}


def croissant(report: Report, inputs: BundleInputs, files: Mapping[str, bytes]) -> str:
    """Describe a bundle.

    Parameters
    ----------
    report : Report
        The study's.
    inputs : BundleInputs
        What it was made from.
    files : mapping of str to bytes
        The bundle's other files.

    Returns
    -------
    str
        JSON-LD that ends with a newline. A licence and an address are not known here: whoever publishes the
        bundle states them where it is published. The day of publication is that of the last label.
    """
    document: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": f"human-baseline-{report.study.name}",
        "description": description(report, inputs.record),
        "creator": {"@type": "sc:Organization", "name": author(inputs.record)},
        "citeAs": f"{author(inputs.record)}. {inputs.record.title}. Fingerprint {report.input_sha256}.",
        "version": "1.0.0",
        "isLiveDataset": False,
        "keywords": ["human baseline", "image classification", "soft labels", str(report.study.dataset)],
        "rai:dataCollection": "Each image was shown by itself in a browser, with the list of categories. "
        "protocol.json has the sample, the seed, the instructions and the consent.",
        "rai:annotationsPerItem": _annotations_per_item(report),
        "rai:personalSensitiveInformation": "None: annotators are known by random pseudonyms.",
        "distribution": [_file(name, files[name]) for name in _FILES if name in files],
        "recordSet": [_records(name) for name in _RECORDS],
    }
    if day := last_day(inputs):
        document["datePublished"] = day
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _annotations_per_item(report: Report) -> str:
    k = report.config.labels_per_item
    return str(k) if report.tie_extension is None else labels_wanted(k, report.tie_extension)


def _file(name: str, content: bytes) -> dict[str, Any]:
    kind, meaning = _FILES[name]
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "description": meaning,
        "contentUrl": name,
        "contentSize": f"{len(content)} B",
        "encodingFormat": kind,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _records(name: str) -> dict[str, Any]:
    file, meaning, columns = _RECORDS[name]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": meaning,
        "key": [{"@id": f"{name}/{column}"} for column in _keys(name)],
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column}",
                "name": column,
                "description": told,
                "dataType": kind,
                "source": {"fileObject": {"@id": file}, "extract": {"column": column}},
            }
            for column, (kind, told) in columns.items()
        ],
    }


def _keys(name: str) -> tuple[str, ...]:
    return ("item", "annotator") if name == "labels" else ("item",)
