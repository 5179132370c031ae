"""What a log entry holds, and what it never holds."""

import json
import logging
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.logs import JsonLine, Line, formatter, without_personal_data


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Not Found: /s/abc/back/k3y/", "Not Found: /s/abc/back/***/"),
        ("/s/abc/?PROLIFIC_PID=5f&x=1 is gone", "/s/abc/?*** is gone"),
        ("from 203.0.113.7:4711, then 203.0.113.8.", "from ***:4711, then ***."),
        ("from 2001:db8::17 and ::1 and 2001:db8:0:0:0:0:0:17", "from *** and *** and ***"),
        ("write to mary.poppins+x@mail.example.org", "write to ***"),
        ("postgres://name:pass.word!@db/study", "postgres://***@db/study"),
        ("Key k3_-" + "x" * 40, "Key ***"),
        (
            "ERROR: refused\nDETAIL:  Failing row contains (1, Mary,\nLane 4).\nCONTEXT:  line 3",
            "ERROR: refused\nDETAIL: ***\nCONTEXT:  line 3",
        ),
    ],
)
def test_personal_data_are_masked(text, masked):
    assert without_personal_data(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Not Found: /s/abcdefghjkmn/label/",
        "Django 5.2.19 at 12:30:45, module::name",
        "200 in 13 ms",
        'File "/srv/study/labelling/views/images.py", line 12, in image',
    ],
)
def test_the_rest_stays_as_it_is(text):
    assert without_personal_data(text) == text


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    try:
        raise ValueError("row of 203.0.113.7")
    except ValueError:
        made = logging.LogRecord("django.request", logging.ERROR, __file__, 1, message, args, sys.exc_info())
    made.__dict__.update(extra)
    return made


def test_an_entry_in_text_has_its_traceback_masked_too():
    entry = Line("%(levelname)s %(name)s: %(message)s").format(record("At %s", "/s/abc/back/k3y/"))
    assert entry.startswith("ERROR django.request: At /s/abc/back/***/\nTraceback")
    assert entry.endswith("ValueError: row of ***")


def test_an_entry_in_json_is_one_line_with_the_same_keys():
    text = JsonLine().format(record("At %s\nlater", "203.0.113.7"))
    entry = json.loads(text)
    assert "\n" not in text
    assert list(entry) == ["at", "level", "logger", "process", "message", "traceback"]
    assert entry["message"] == "At ***\nlater"
    assert entry["traceback"].endswith("ValueError: row of ***")


def test_what_django_hangs_on_an_entry_is_not_written():
    text = JsonLine().format(record("gone", request="the whole request, with its cookies", status_code=404))
    assert "cookies" not in text


@pytest.mark.parametrize(("form", "kind"), [("", Line), ("text", Line), ("json", JsonLine)])
def test_the_form_is_chosen_by_the_environment(monkeypatch, form, kind):
    monkeypatch.setenv("LOG_FORMAT", form)
    assert type(formatter()) is kind


def test_another_form_is_refused(monkeypatch):
    monkeypatch.setenv("LOG_FORMAT", "xml")
    with pytest.raises(ImproperlyConfigured, match="LOG_FORMAT=xml"):
        formatter()
