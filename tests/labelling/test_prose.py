"""Texts of researchers as Markdown: what they may do on an annotator's page, and what they may not."""

import pytest

from labelling.templatetags.prose import markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One\n\nTwo", "<p>One</p>\n<p>Two</p>\n"),
        ("One\nTwo", "<p>One<br />\nTwo</p>\n"),
        ("**now** and *then*", "<p><strong>now</strong> and <em>then</em></p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("# Top\n\n## Below", "<h2>Top</h2>\n<h3>Below</h3>\n"),
        ("## Top\n\n#### Below", "<h2>Top</h2>\n<h3>Below</h3>\n"),
    ],
)
def test_plain_markdown_is_what_one_expects(text, html):
    assert markdown(text) == html


def test_html_stays_text():
    assert markdown("<b onclick=x>bold</b> & co") == "<p>&lt;b onclick=x&gt;bold&lt;/b&gt; &amp; co</p>\n"


def test_a_link_opens_beside_the_page_and_tells_nothing():
    link = '<a href="https://example.org/?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">sheet</a>'
    assert markdown("[sheet](https://example.org/?b=1&c=2)") == f"<p>{link}</p>\n"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "/s/code/withdraw/", "file:///etc"]
)
def test_a_link_leads_to_the_open_web_or_a_mailbox_only(address):
    assert "<a" not in markdown(f"[here]({address})")


def test_no_image_is_asked_of_another_host():
    assert "<img" not in markdown("![seen](https://example.org/pixel.png)")
