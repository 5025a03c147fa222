"""What PyPI shows of a release: its links lead to the repository, since no file of it lies there."""

import re
from pathlib import Path

from docs.long_description import addresses, description

ROOT = Path(__file__).parents[3]
RELEASE = {"GITHUB_REPOSITORY": "wells/wellmade", "GITHUB_REF_NAME": "v0.1.0"}
HOME = "https://github.com/wells/wellmade"


def test_every_link_of_the_readme_leads_to_a_file_of_the_release() -> None:
    readme = (ROOT / "README.md").read_text()
    linked = re.findall(r"\]\(([^)\s]+)\)", description(readme, RELEASE))
    files = [re.sub(rf"^{HOME}/(?:blob|raw)/v0\.1\.0/", "", each) for each in linked if each.startswith(HOME)]
    assert len(linked) > 40
    assert [each for each in linked if not each.startswith("https://") and not each.startswith("#")] == []
    assert [each for each in files if not (ROOT / each.partition("#")[0]).exists()] == []


def test_pictures_are_shown_and_pages_are_opened() -> None:
    written = description("![a](b.svg) [c](d.md#e) [f](https://g.h) [i](#j)", RELEASE)
    assert written == (
        f"![a]({HOME}/raw/v0.1.0/b.svg) [c]({HOME}/blob/v0.1.0/d.md#e) [f](https://g.h) [i](#j)"
    )
    assert addresses(RELEASE) == {"Source": HOME, "Documentation": f"{HOME}/tree/v0.1.0/docs"}


def test_nothing_is_made_up_where_nobody_tells_the_address() -> None:
    assert description("[a](b.md)", {}) == "[a](b.md)"
    assert addresses({}) == {}
