"""Write a page for each public construct from its docstring, and one of all rules: `make docs`."""

import inspect
import re
import textwrap
from pathlib import Path

from wellmade import api, compute, data, foundation, ingest, messaging, network, security, streaming, workflow
from wellmade.check.suppressions import reported_rules

HERE = Path(__file__).parent
PACKAGES = (ingest, messaging, streaming, workflow, api, compute, data, network, security, foundation)


def constructs() -> dict[str, type]:
    """Return the public classes by name, patterns first."""
    found = {name: getattr(package, name) for package in PACKAGES for name in package.__all__}
    return {name: value for name, value in found.items() if inspect.isclass(value)}


def page(name: str, construct: type) -> str:
    """Return the page of one construct as Markdown."""
    doc = inspect.getdoc(construct) or ""
    package = construct.__module__.rsplit(".", 1)[0]
    body = re.sub(r"^Example:\n((?:    .*\n|\n)+)", _example, doc + "\n", flags=re.MULTILINE)
    body = re.sub(r"^Args:\n((?:    .*\n|\n)+)", _options, body, flags=re.MULTILINE)
    body = re.sub(r"^Raises:\n    ValueError: ((?:.*\n)+)", r"## Refuses\n\n\1", body, flags=re.MULTILINE)
    attributes = "".join(f"- `{name}`{text}\n" for name, text in _attributes(construct))
    reached = f"\n## Reach through to\n\n{attributes}" if attributes else ""
    return f"# {name}\n\n`from {package} import {name}`\n\n{_unwrapped(body).strip()}\n{reached}"


def _example(found: re.Match[str]) -> str:
    return f"```python\n{textwrap.dedent(found.group(1)).strip()}\n```\n\n"


def _options(found: re.Match[str]) -> str:
    joined = re.sub(r"\n +", " ", textwrap.dedent(found.group(1)).strip())
    rows = [line.split(": ", 1) for line in joined.splitlines()]
    table = "".join(f"| `{option}` | {meaning} |\n" for option, meaning in rows)
    return f"## Options\n\n| option | meaning |\n|---|---|\n{table}\n"


def _attributes(construct: type) -> list[tuple[str, str]]:
    """Return the public attributes with the text below each, read from the source of our classes."""
    ours = [base for base in construct.__mro__ if base.__module__.startswith("wellmade.")]
    attribute = r'^    ([a-z]\w*): [\w.\[\]]+\n(?:    """(.*?)"""\n)?'
    source = "".join(inspect.getsource(base) for base in ours)
    found = re.findall(attribute, source, re.MULTILINE | re.DOTALL)
    return [(name, f": {text}" if text else "") for name, text in found]


def _unwrapped(text: str) -> str:
    """Take the indent off the continuation lines that a docstring needs and a page does not."""
    return re.sub(r"^ {4,8}(?=\S)", "", text, flags=re.MULTILINE)


def pages() -> dict[Path, str]:
    """Return every page by its file."""
    made = {HERE / "patterns" / f"{name}.md": page(name, value) for name, value in constructs().items()}
    rows = "".join(
        f"| [`{name}`]({name}.md) | {(inspect.getdoc(value) or '').splitlines()[0]} |\n"
        for name, value in constructs().items()
    )
    heading = "# Patterns\n\nWritten from the docstrings by `make docs`.\n\n"
    index = f"{heading}| construct | intent |\n|---|---|\n{rows}"
    return {**made, HERE / "patterns" / "README.md": index, HERE / "rules" / "README.md": rules_page()}


def rules_page() -> str:
    """Return the page of all rules as Markdown."""
    rules = sorted(reported_rules().values(), key=lambda rule: rule.id)
    rows = "".join(
        f"| `{rule.id}` | {rule.severity} | {rule.title.replace('|', '/')} | [AWS]({rule.source}) |\n"
        for rule in rules
    )
    heading = (
        "# Rules\n\nWritten from the rules by `make docs`; `wellmade check --explain RULE` says why, and "
        "shows two templates. How to use and to suppress them: [check](../check.md).\n\n"
    )
    return f"{heading}| rule | severity | what must hold | source |\n|---|---|---|---|\n{rows}"


if __name__ == "__main__":
    for file, text in pages().items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
