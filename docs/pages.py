"""Write a page for each public class, from its docstring and its synthesized example, and one of all rules.

Run by `make docs`. Pictures of costs are written beside the pages; those of templates by `docs.pictures`.
"""

import inspect
import re
from functools import cache
from pathlib import Path
from typing import get_type_hints

from docs.break_evens_page import break_evens_page
from docs.catalogue import classes, entries, package_of, section
from docs.choices import when_not, when_to_take
from docs.cost_picture import cost_picture
from docs.cost_sections import Costs, cost_section, costs_of
from docs.defaults_page import defaults_page
from docs.example_apps import app_of, template_of
from docs.handler_sections import contracts
from docs.ingress_page import ingress_page
from docs.matrix import matrix_page
from docs.proof_sections import proof
from docs.refusal_sections import refusals
from docs.stacks_page import stack_curves, stack_pages, stacks_page
from docs.template_sections import alarms, grants, resources, variables
from docs.unseen_refusals import PAGE, check_page
from wellmade.check.suppressions import reported_rules

HERE = Path(__file__).parent
_SECTIONS = ("Example", "Args", "Raises", "Handler", "Runbook")
_GRANTING = ("connect", "grant_")
_VERBS = ("connect", "grant_", "subscribe", "add_", "metric_", "allow", "ask", "protect", "limit")


def page(name: str, subject: type) -> str:
    """Return the page of one class as Markdown."""
    parts = [f"# {name}", f"`from {package_of(name)} import {name}`", _intent(subject)]
    parts += [_titled("When to take it", when_to_take(name)), _titled("When not", when_not(name))]
    parts += [_titled("A whole app", _code(app_of(name))), _titled("Options", _options(subject))]
    parts += [_titled("Attributes", _attributes(subject)), _titled("Methods", _methods(subject))]
    if section(subject, "Example"):
        template = template_of(name)
        parts += [
            _titled("Picture", f"![{name}, drawn from its template](../pictures/patterns/{name}.svg)"),
            _titled("Cost", cost_section(_costs(name), f"../pictures/costs/{name}.svg")),
            _titled("Resources", resources(template)),
            _titled("Grants", grants(template) or _no_grants(subject)),
        ]
        parts += [_titled("Handler", _handler(subject, contracts(template), variables(template)))]
        parts += [_titled("Alarms", alarms(template))]
        parts += [_titled("Runbook", _sentences(section(subject, "Runbook")))]
        parts += [_titled("Proof", proof(name))]
    parts += [_titled("Refusals", "\n".join(f"- {each}" for each in refusals(subject)))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _intent(subject: type) -> str:
    doc = inspect.getdoc(subject) or ""
    starts = [found.start() for each in _SECTIONS if (found := re.search(rf"^{each}:$", doc, re.MULTILINE))]
    return doc[: min(starts, default=len(doc))].strip()


def _titled(title: str, text: str) -> str:
    return f"## {title}\n\n{text}" if text else ""


def _code(text: str) -> str:
    return f"```python\n{text}```" if text else ""


def _options(subject: type) -> str:
    rows = [f"| `{name}` | {meaning} |" for name, meaning in entries(section(subject, "Args")).items()]
    return "\n".join(["| option | meaning |", "|---|---|", *rows]) if rows else ""


def _attributes(subject: type) -> str:
    """Return the public attributes with the text below each, read from the source of our classes."""
    ours = [base for base in subject.__mro__ if base.__module__.startswith("wellmade.")]
    attribute = r'^    ([a-z]\w*): [^\n=]+\n    """(.*?)"""\n'
    found: dict[str, str] = {}
    for base in ours:
        for name, text in re.findall(attribute, inspect.getsource(base), re.MULTILINE | re.DOTALL):
            found.setdefault(name, text)
        for name, value in vars(base).items():
            if isinstance(value, property) and not name.startswith("_"):
                found.setdefault(name, _first_sentence(value))
    return "\n".join(f"- `{name}`: {_one_line(text)}" for name, text in found.items())


def _methods(subject: type) -> str:
    ours = [base for base in subject.__mro__ if base.__module__.startswith("wellmade.")]
    found: dict[str, object] = {}
    for base in ours:
        for name, value in vars(base).items():
            if name.startswith(_VERBS) and inspect.isfunction(value):
                found.setdefault(name, value)
    return "\n".join(_method(name, value) for name, value in sorted(found.items()))


def _method(name: str, value: object) -> str:
    """Return a method with what it takes and does."""
    parameters = list(inspect.signature(value).parameters.values())[1:]  # type: ignore[arg-type] # a function
    shown = [
        f"{each.name}=" if each.kind is each.KEYWORD_ONLY else each.name
        for each in parameters
        if each.kind is not each.VAR_KEYWORD
    ]
    taken = "".join(f"\n  - `{each}`: {text}" for each, text in entries(section(value, "Args")).items())
    return f"- `{name}({', '.join(shown)})`: {_first_sentence(value)}{taken}{_returned(value)}"


def _returned(value: object) -> str:
    """Return what a method returns, where it is a construct of ours."""
    kind = get_type_hints(value).get("return")
    if not inspect.isclass(kind) or not kind.__module__.startswith("wellmade."):
        return ""
    parts = [*_attributes(kind).splitlines(), *_methods(kind).splitlines()]
    article = "an" if kind.__name__[0] in "AEIO" else "a"
    described = "".join(f"\n    {part}" for part in parts)
    return f"\n  - returns {article} `{kind.__name__}`: {_first_sentence(kind)}{described}"


def _no_grants(subject: type) -> str:
    """Return how a workload gets a right to what has no role."""
    ways = sorted({name for base in subject.__mro__ for name in vars(base) if name.startswith(_GRANTING)})
    ours = [f"`{each}`" for each in ways if hasattr(subject, each)]
    given = f"A workload gets its rights by {' or '.join(ours)}." if ours else "Nothing asks it for rights."
    return f"It defines no role, so it grants nothing by itself. {given}"


def _handler(subject: type, contract: str, names: str) -> str:
    own = _one_line(section(subject, "Handler"))
    told = f"Variables that the code finds: {names}." if names else ""
    return "\n\n".join(each for each in (own, contract, told) if each)


def _sentences(text: str) -> str:
    """Return a section as a list, one item for each paragraph that begins at the margin."""
    starts = re.split(r"(?<=[.])\n(?=[A-Z])", text)
    return "\n".join(f"- {_one_line(each)}" for each in starts if each)


def _first_sentence(subject: object) -> str:
    return _one_line((inspect.getdoc(subject) or "").split("\n\n")[0])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def pages() -> dict[Path, str]:
    """Return every page by its file."""
    made = {HERE / "patterns" / f"{name}.md": page(name, value) for name, value in classes().items()}
    rows = "".join(
        f"| [`{name}`]({name}.md) | {(inspect.getdoc(value) or '').splitlines()[0]} |\n"
        for name, value in classes().items()
    )
    heading = "# Patterns\n\nWritten from the classes and their synthesized examples by `make docs`.\n\n"
    index = f"{heading}| construct | intent |\n|---|---|\n{rows}"
    made |= {HERE / "patterns" / "README.md": index, HERE / "patterns" / "matrix.md": matrix_page()}
    made |= cost_pictures()
    made |= {HERE / "ingress.md": ingress_page(), HERE / "break-evens.md": break_evens_page()}
    made |= {HERE / "stacks.md": stacks_page(), HERE / "defaults.md": defaults_page()}
    made |= {HERE / "stacks" / f"{name}.md": text for name, text in stack_pages().items()}
    made |= {PAGE: check_page()}
    return {**made, HERE / "rules" / "README.md": rules_page()}


def written_files() -> list[Path]:
    """Return the files that are there of those that are written anew."""
    folders = (HERE / "patterns", HERE / "rules", HERE / "stacks")
    pages_there = [file for folder in folders for file in folder.glob("*.md")]
    return [*pages_there, *(HERE / "pictures" / "costs").rglob("*.svg")]


def cost_pictures() -> dict[Path, str]:
    """Return the curve of each example whose cost follows a load, by its file."""
    drawn = {
        name: cost_picture(_costs(name)) for name, value in classes().items() if section(value, "Example")
    }
    folder = HERE / "pictures" / "costs"
    made = {folder / f"{name}.svg": svg for name, svg in drawn.items() if svg}
    return made | {folder / "stacks" / f"{name}.svg": svg for name, svg in stack_curves().items()}


@cache
def _costs(name: str) -> Costs:
    return costs_of(template_of(name))


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
    written = pages()
    for old in written_files():
        if old not in written:
            old.unlink()
    for file, text in written.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
