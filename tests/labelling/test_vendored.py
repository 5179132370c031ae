"""What others wrote and we serve: byte for byte what its README says, and nothing that cannot be served."""

import hashlib
import re

from tests.source_files import ROOT

VENDORED = ROOT / "labelling" / "static" / "vendor"
CHARTS = VENDORED / "chartjs"
MAP = b"//# sourceMappingURL=chart.umd.min.js.map\n"


def test_chart_js_has_the_sums_that_its_readme_says():
    told = re.findall(r"`([0-9a-f]{64})`", (CHARTS / "README.md").read_text())
    here = (CHARTS / "chart.umd.min.js").read_bytes()

    assert [hashlib.sha256(here + MAP).hexdigest(), hashlib.sha256(here).hexdigest()] == told


def test_chart_js_says_its_version_and_its_licence():
    version = re.search(r"\| version \| ([\d.]+) \|", (CHARTS / "README.md").read_text())

    assert version
    assert f"Chart.js v{version[1]}" in (CHARTS / "chart.umd.min.js").read_text()
    assert "The MIT License" in (CHARTS / "LICENSE.md").read_text()


def test_no_vendored_file_names_a_map_that_is_not_served():
    naming = [path.name for path in VENDORED.rglob("*.js") if b"sourceMappingURL" in path.read_bytes()]
    assert naming == []
