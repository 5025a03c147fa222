"""The settings of Zensical: what stands in the navigation, and that nothing is asked of other hosts."""

import json
from pathlib import Path

from docs.package_names import PACKAGES, offered
from docs.site.rule_pages import rule_pages

_TOOLS = (
    *(
        "new",
        "check",
        "prove",
        "capacity",
        "cost",
        "draw",
        "advise",
        "upgrade",
        "local",
        "contracts",
        "redrive",
        "incidents",
    ),
    *("graph", "policies"),
)
_FIGURES = (
    *("benchmarks", "reliability", "break-evens", "ingress", "scaling", "thumbnails", "versions"),
    *("comparison", "check-in-the-wild", "prove-in-the-wild", "local-in-the-wild"),
)
_SETTINGS = """
[project.theme]
variant = "modern"
font = false
language = "en"
features = ["content.code.copy", "navigation.footer", "navigation.indexes", "navigation.path",
  "navigation.prune", "navigation.top", "search.highlight"]
[[project.theme.palette]]
media = "(prefers-color-scheme: light)"
scheme = "default"
toggle.icon = "lucide/sun"
toggle.name = "Switch to dark mode"
[[project.theme.palette]]
media = "(prefers-color-scheme: dark)"
scheme = "slate"
toggle.icon = "lucide/moon"
toggle.name = "Switch to light mode"
[project.markdown_extensions]
attr_list = {}
md_in_html = {}
tables = {}
toc.permalink = true
pymdownx.highlight.pygments_lang_class = true
pymdownx.inlinehilite = {}
pymdownx.superfences = {}
"""


def config(pages: Path) -> str:
    """Return zensical.toml for staged pages.

    Raises:
        ValueError: If a page is in no part of the navigation.
    """
    nav = navigation(pages)
    listed = set(_files(nav))
    unlisted = {str(file.relative_to(pages)) for file in pages.rglob("*.md")} - listed
    if unlisted:
        raise ValueError(f"docs/site/config.py: the navigation must have {', '.join(sorted(unlisted))}")
    return (
        '[project]\nsite_name = "Wellmade"\n'
        'site_description = "AWS reference architectures for CDK in Python"\n'
        f'docs_dir = "docs"\nsite_dir = "site"\nextra_css = ["site.css"]\nextra_javascript = ["guide.js"]\n'
        f"nav = {_toml(nav)}\n{_SETTINGS}"
    )


Entry = str | dict[str, "str | list[Entry]"]


def navigation(pages: Path) -> list[Entry]:
    """Return the navigation: what is chosen first, then what is looked up."""
    by_package: list[Entry] = [
        {name: [f"patterns/{each}.md" for each in offered(name) if (pages / f"patterns/{each}.md").exists()]}
        for name in PACKAGES
    ]
    handlers: list[Entry] = ["runtime.md", "programs.md", "hot-keys.md"]
    decisions = sorted(f"decisions/{file.name}" for file in (pages / "decisions").glob("[0-9]*.md"))
    return [
        {"Wellmade": "index.md"},
        {"What to choose": "guide.md"},
        {"Patterns": ["patterns/README.md", "patterns/matrix.md", "defaults.md", *by_package]},
        {"Stacks": ["stacks.md", *sorted(f"stacks/{file.name}" for file in (pages / "stacks").glob("*.md"))]},
        {"Tools": [f"{name}.md" for name in _TOOLS]},
        {"Rules": ["rules/README.md", *(f"rules/{name}.md" for name in rule_pages())]},
        {"Handlers": handlers},
        {"Measured": [f"{name}.md" for name in _FIGURES]},
        {"Decisions": ["decisions/README.md", *decisions]},
        {"Project": ["CONTRIBUTING.md", "CHANGELOG.md"]},
    ]


def _files(entries: "list[Entry] | str") -> list[str]:
    if isinstance(entries, str):
        return [entries]
    found: list[str] = []
    for entry in entries:
        inner = [entry] if isinstance(entry, str) else list(entry.values())
        for each in inner:
            found += _files(each)
    return found


def _toml(entries: "list[Entry] | str") -> str:
    if isinstance(entries, str):
        return json.dumps(entries)
    parts = [
        json.dumps(entry)
        if isinstance(entry, str)
        else "{ "
        + ", ".join(f"{json.dumps(title)} = {_toml(inner)}" for title, inner in entry.items())
        + " }"
        for entry in entries
    ]
    return "[" + ", ".join(parts) + "]"
