"""The pages of the site: the committed ones, with links that hold in one tree, and a page for each rule."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from docs.site.guide import guide_page, guide_script
from docs.site.rule_pages import rule_pages

_SIDES = ("CONTRIBUTING.md", "CHANGELOG.md")
_ASSETS = Path(__file__).parent


def stage(root: Path, out: Path) -> None:
    """Write the pages of a checkout to a folder."""
    _copy(root / "docs", out)
    (out / "index.md").write_text(_from_the_root((root / "README.md").read_text()))
    for name in _SIDES:
        (out / name).write_text(_from_the_root((root / name).read_text()))
    _edit(out / "rules" / "README.md", _linked_rules)
    (out / "decisions" / "README.md").write_text(_decisions(out / "decisions"))
    for name, text in rule_pages().items():
        (out / "rules" / f"{name}.md").write_text(text)
    (out / "guide.md").write_text(guide_page())
    (out / "guide.js").write_text(guide_script())
    (out / "site.css").write_bytes((_ASSETS / "site.css").read_bytes())


def _copy(docs: Path, out: Path) -> None:
    """Copy pages and pictures, and nothing that writes them."""
    for file in sorted(docs.rglob("*")):
        if file.suffix in (".md", ".svg") and file.is_file() and file.parent.name != "changes":
            target = out / file.relative_to(docs)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)


def _from_the_root(text: str) -> str:
    """Return a page of the root with links as they are from within docs; a folder is its list."""
    text = re.sub(r"\]\(docs/decisions\)", "](decisions/README.md)", text)
    return re.sub(r"\]\(docs/", "](", text).replace(
        "](LICENSE)", "](https://www.apache.org/licenses/LICENSE-2.0)"
    )


def _linked_rules(text: str) -> str:
    return re.sub(r"^\| `([a-z0-9-]+)` \|", r"| [`\1`](\1.md) |", text, flags=re.MULTILINE)


def _decisions(folder: Path) -> str:
    rows = [f"- [{_title(file)}]({file.name})" for file in sorted(folder.glob("[0-9]*.md"))]
    return "# Decisions\n\n" + "\n".join(rows) + "\n"


def _title(file: Path) -> str:
    return file.read_text().splitlines()[0].removeprefix("# ")


def _edit(file: Path, change: Callable[[str], str]) -> None:
    file.write_text(change(file.read_text()))
