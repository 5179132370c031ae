"""Pages for what no view of ours answers."""

import pytest
from django.template.loader import render_to_string
from django.test import Client


def test_an_address_that_does_not_exist_has_a_page():
    page = Client().get("/nowhere/")
    assert page.status_code == 404
    assert "There is no page here" in page.text


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("400.html", "could not read that request"),
        ("403.html", "not open to you"),
        ("404.html", "no page here"),
        ("500.html", "on our side"),
    ],
)
def test_each_error_has_a_page_in_plain_words_that_needs_no_context(template, sentence):
    assert sentence in render_to_string(template)
