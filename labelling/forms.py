"""What annotators send, checked before anything is done with it."""

import json
from typing import Any

from django import forms

# A submission is some 200 bytes; whatever is far larger was not written by our pages.
LARGEST_BODY = 4096


class SubmissionForm(forms.Form):
    """An answer to one image, from the plain form or from the script."""

    assignment = forms.RegexField(r"\A[0-9a-f]{32}\Z")
    category = forms.IntegerField(min_value=0, max_value=32767)
    # Plain visible characters: JSON can name half a character, which no database stores.
    submission_key = forms.RegexField(r"\A[!-~]{1,64}\Z")
    response_ms = forms.IntegerField(required=False)


class LeaseForm(forms.Form):
    """A request for images."""

    count = forms.IntegerField(min_value=1, max_value=1000)


def json_object(body: bytes) -> dict[str, Any] | None:
    """Return the JSON object that a request's body holds, or None when it holds anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
