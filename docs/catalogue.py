"""The one list of packages with patterns, and the public classes in them."""

import importlib
import inspect
import re
import textwrap
from functools import cache
from types import ModuleType

from constructs import Construct

from docs.package_names import PACKAGES


@cache
def packages() -> tuple[ModuleType, ...]:
    """Return the packages."""
    return tuple(importlib.import_module(f"wellmade.{name}") for name in PACKAGES)


@cache
def names() -> dict[str, object]:
    """Return all that the packages offer, by name."""
    return {name: getattr(package, name) for package in packages() for name in package.__all__}


def classes() -> dict[str, type]:
    """Return the public classes by name."""
    return {name: value for name, value in names().items() if inspect.isclass(value)}


def constructs() -> dict[str, type[Construct]]:
    """Return the public constructs by name."""
    return {name: value for name, value in classes().items() if issubclass(value, Construct)}


def package_of(name: str) -> str:
    """Return where a public name is imported from."""
    return next(package.__name__ for package in packages() if name in package.__all__)


def section(subject: object, title: str) -> str:
    """Return one section of a docstring, such as `Args`, without its indent; empty where there is none."""
    doc = inspect.getdoc(subject) or ""
    found = re.search(rf"^{title}:\n((?:(?: .*)?\n)+)", doc + "\n", re.MULTILINE)
    return textwrap.dedent(found.group(1)).strip() if found else ""


def entries(text: str) -> dict[str, str]:
    """Return the entries of a section, such as the options of `Args`, each as one line."""
    joined = re.sub(r"\n +", " ", text)
    return dict(line.split(": ", 1) for line in joined.splitlines() if ": " in line)
