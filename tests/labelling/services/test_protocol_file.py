"""The protocol as a file: what is exported can be imported, and nothing else can."""

import json

import pytest

from labelling.errors import ProtocolFileError
from labelling.models import Event, Study
from labelling.services.protocol_file import LARGEST_FILE, import_protocol, protocol_file
from tests.factories import NOW, make_dataset, make_draft, make_study

pytestmark = pytest.mark.django_db


def changed(study, *keys, value=None, drop=False):
    """Return the study's file with one value changed, or one key left out."""
    document = json.loads(protocol_file(study=study))
    part = document
    for key in keys[:-1]:
        part = part[key]
    if drop:
        del part[keys[-1]]
    else:
        part[keys[-1]] = value
    return json.dumps(document).encode()


def test_the_file_of_a_launched_study_is_its_frozen_protocol():
    study = make_study()

    assert protocol_file(study=study) == study.protocol


@pytest.mark.parametrize("make", [make_draft, make_study])
def test_an_exported_protocol_becomes_a_draft_with_the_same_fields(make):
    study = make(
        minimum_age=18,
        screening=[{"question": "Do you see well?", "options": ["Yes", "No"], "admits": [0]}],
        guide_text="Schau hin: Ärmel.\n",
    )

    draft = import_protocol(content=protocol_file(study=study).encode(), title="", now=NOW, by="researcher 1")

    assert draft.state == Study.State.DRAFT
    assert draft.slug == "a-study"
    for field in Study.PROTOCOL_FIELDS:
        assert getattr(draft, field) == getattr(study, field)
    payload = json.loads(draft.events.get(kind=Event.Kind.CREATED).payload)
    assert payload["origin"].startswith("protocol file, SHA-256 ")


def test_a_title_of_one_s_own_goes_before_that_of_the_file():
    study = make_draft()

    assert import_protocol(content=protocol_file(study=study).encode(), title="Mine", now=NOW).title == "Mine"


@pytest.mark.parametrize(
    ("keys", "value", "problem"),
    [
        (("protocol", "luck"), 7, "protocol.luck is unknown here, with the value 7. Known are title"),
        (("luck",), 7, "luck is unknown here"),
        (("dataset", "luck"), 7, "dataset.luck is unknown here"),
        (("protocol", "sample_size"), "6", 'protocol.sample_size is "6"; it has to be a whole number'),
        (("protocol", "redundancy"), True, "protocol.redundancy is true; it has to be a whole number"),
        (("protocol", "redundancy"), 3.5, "protocol.redundancy is 3.5"),
        (("protocol", "title"), None, "protocol.title is null; it has to be a text"),
        (("protocol", "minimum_age"), "18", "has to be a whole number, or null"),
        (("protocol", "accuracy_sealed"), 1, "accuracy_sealed is 1; it has to be true or false"),
        (("protocol", "screening"), {}, r"protocol.screening is {}; it has to be a list"),
        (("protocol", "redundancy"), 0, "redundancy: .*greater than or equal to 1"),
        (("protocol", "sample_size"), 13, "A sample of 13 cannot be drawn from 12 items"),
        (("protocol", "seed"), 10**30, "seed: "),
        (("protocol", "tie_rule"), "coin", "tie_rule: .*not a valid choice"),
        (("protocol", "guide_text"), "a\x00b", "holds a sign that no database keeps"),
        (("protocol", "guide_text"), "a\ud800b", "holds a sign that no database keeps"),
        (("protocol",), [], "protocol is .*; it has to be an object"),
        (("dataset",), None, "dataset is null; it has to be an object"),
        (("dataset", "size"), "12", 'dataset.size is "12"; it has to be a whole number'),
        (("dataset", "name"), "elsewhere", "dataset.name is 'elsewhere'.*not imported here. Import it first"),
        (("dataset", "checksum"), "f" * 64, "dataset.checksum of .*other images or another ground truth"),
        (("dataset", "categories"), [{"name": "Category 0"}], "the file has 1, the dataset here 3"),
        (
            ("dataset", "categories"),
            [{"name": "Category 0"}, {"name": "Coat"}, {"name": "Category 2"}],
            "number 1 is \"Coat\" in the file and 'Category 1' here",
        ),
        (("schema_version",), 2, "schema_version is 2; this version of the program reads 1"),
        (("schema_version",), True, "schema_version is true"),
        (("sample",), "1, 2", "sample is .*a list of the indexes drawn"),
        (("study", "rehearsal"), 0, "study.rehearsal is 0; it has to be true or false"),
    ],
)
def test_a_file_with_a_fault_is_refused_whole_with_key_and_value(keys, value, problem):
    study = make_draft(dataset=make_dataset(name="shapes"))

    with pytest.raises(ProtocolFileError, match=problem):
        import_protocol(content=changed(study, *keys, value=value), title="", now=NOW)

    assert Study.objects.count() == 1


def test_a_key_that_is_missing_is_named():
    study = make_draft()

    with pytest.raises(ProtocolFileError, match=r"protocol\.tie_rule is missing; it has to be a text"):
        import_protocol(content=changed(study, "protocol", "tie_rule", drop=True), title="", now=NOW)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"{]", "is not JSON"),
        (b"[]", "holds a list, not an object"),
        (b"null", "holds null"),
        (b"1.5", "holds a number"),
        (b'{"schema_version": NaN}', "NaN is no number"),
        (b'{"study": 1, "study": 2}', "the key 'study' stands twice"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "is not JSON"),
        (b" " * (LARGEST_FILE + 1), "a protocol has 4,000,000 at most"),
    ],
    ids=[
        "empty",
        "binary",
        "broken",
        "list",
        "null",
        "number",
        "nan",
        "twice",
        "deep",
        "digits",
        "oversized",
    ],
)
def test_what_is_no_protocol_is_refused_in_words(content, problem):
    with pytest.raises(ProtocolFileError, match=problem):
        import_protocol(content=content, title="", now=NOW)
