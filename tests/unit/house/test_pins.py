"""What is pinned can be installed on the oldest Python that the README promises."""

import re
from importlib.metadata import distributions
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[3]
OLDEST = "3.11.0"


def test_every_pin_runs_on_the_oldest_python() -> None:
    pinned = {
        canonicalize_name(line.partition("==")[0].partition("[")[0])
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if re.match(r"[\w.\[\],-]+==", line)
    }
    installed = {canonicalize_name(each.name): each.metadata["Requires-Python"] for each in distributions()}

    assert pinned & installed.keys()
    assert {
        name: wanted
        for name in pinned & installed.keys()
        if (wanted := installed[name]) and OLDEST not in SpecifierSet(wanted)
    } == {}
