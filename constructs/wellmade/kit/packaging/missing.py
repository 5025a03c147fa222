"""Refuses what would fail in Lambda with an ImportError: imports that nothing in the archive has."""

import importlib.metadata
import re
from collections.abc import Iterable
from pathlib import Path

from wellmade.kit.packaging.markers import applies
from wellmade.kit.packaging.modules import Root
from wellmade.kit.packaging.reached import Wanted
from wellmade.kit.packaging.refused import refused
from wellmade.kit.packaging.requirements import canonical
from wellmade.kit.packaging.source import Source
from wellmade.kit.packaging.standard_library import LAMBDA_RUNTIME, standard_library
from wellmade.kit.packaging.target import Target

_ALLOWED = "of the standard library, the archive or the Lambda runtime"
_BROUGHT = {"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "simplejson", "six", "urllib3"}
"""Packages of the Lambda runtime, as indexes name them."""


def refuse_missing(wanted: Iterable[Wanted], source: Source, dependencies: Path, target: Target) -> None:
    """Raise unless each import is of the standard library, an installed package or the Lambda runtime.

    Imports in a condition, or in a `try` that catches an ImportError, are let through.

    Raises:
        ValueError: If one is of neither.
    """
    elsewhere, packages = standard_library(target) | LAMBDA_RUNTIME, Root(dependencies)
    for each in wanted:
        if each.found.is_optional:
            continue
        if each.is_partly_here or not _is_found(each.name, elsewhere, packages):
            raise refused(f"{each.file}:{each.found.line}", "import", _ALLOWED, each.name, _fix(each, source))


def refuse_incomplete(dependencies: Path, label: str, target: Target) -> None:
    """Raise unless each installed package has what it needs on the target.

    pip installs what a package needs on the machine that it runs on, and a lock may be for another Python.

    Raises:
        ValueError: If something is lacking.
    """
    packages = list(importlib.metadata.distributions(path=[str(dependencies)]))
    held = {canonical(package.metadata["Name"]) for package in packages} | _BROUGHT
    for package in packages:
        for need in package.requires or []:
            wanted, _, marker = need.partition(";")
            if canonical(wanted) not in held and _applies(marker, target):
                name, got = package.metadata["Name"], canonical(wanted)
                allowed = f"complete for Python {target.python_version} on {target.architecture}"
                fix = f"add {got} to them, or lock them for this target"
                raise refused(label, "packages", allowed, f"{name} without {got}", fix)


def _applies(marker: str, target: Target) -> bool:
    try:
        return not marker.strip() or applies(marker, target.markers)
    except ValueError:
        return False  # of somebody else's package, which pip has read already


def _is_found(name: str, elsewhere: frozenset[str], packages: Root) -> bool:
    """Tell whether a module is known; only packages without `__init__.py` are looked into."""
    top = name.partition(".")[0]
    found = packages.find(top)
    if found is None:
        return top in elsewhere
    return not found.is_dir() or packages.find(name) is not None or top in elsewhere


def _fix(wanted: Wanted, source: Source) -> str:
    top = wanted.name.partition(".")[0]
    if wanted.is_partly_here:
        return "add the module to the folder, or correct the name"
    if top == source.folder.name:
        handler = f"{top}.{source.handler}"
        return f'give its parent as code, and handler="{handler}", so that {top} is a package'
    if (beside := Root(source.folder.parent).find(top)) and re.fullmatch(r"\w+", top):
        kind = "folder" if beside.is_dir() or beside.name == "__init__.py" else "module"
        handler = f"{source.folder.name}.{source.handler}"
        return (
            f'move the {kind} {top} into {source.folder}, or give its parent as code and handler="{handler}"'
        )
    listed = source.folder / "requirements.txt"
    return (
        f"add its package to {listed}, or import it in a try that catches ImportError where a layer brings it"
    )
