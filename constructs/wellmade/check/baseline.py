"""A baseline: the findings that an existing estate starts with, so that only new ones count."""

import json
import shlex
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from wellmade.check.grouping import every
from wellmade.check.rule import Finding
from wellmade.errors import WellmadeError

Known = set[tuple[str, str, str]]


def read(file: Path) -> Known:
    """Return the known findings of a baseline file, as rule, template's name and resource.

    Raises:
        WellmadeError: If the file cannot be read as a baseline.
    """
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))["known"]
        return {(entry["rule"], entry["template"], entry["resource"]) for entry in entries}
    except OSError as error:
        raise WellmadeError(
            f"{file}: {error.strerror}; write a baseline with --write-baseline {shlex.quote(str(file))}"
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WellmadeError(
            f"{file}: is no baseline; write one with --write-baseline {shlex.quote(str(file))}"
        ) from error


def write(file: Path, findings: Iterable[Finding]) -> None:
    """Write the findings as known ones.

    Raises:
        WellmadeError: If the file cannot be written.
    """
    known = [
        dict(zip(("rule", "template", "resource"), key, strict=True))
        for key in sorted({*map(identity, every(findings))})
    ]
    try:
        file.write_text(json.dumps({"known": known}, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise WellmadeError(
            f"{file}: {error.strerror}; give --write-baseline a file that can be written"
        ) from error


def new(findings: Iterable[Finding], known: Known) -> list[Finding]:
    """Return the findings that are not in the baseline; of one cause, the places that are not."""
    return [left for finding in findings if (left := _left(finding, known))]


def _left(finding: Finding, known: Known) -> Finding | None:
    left = [each for each in every([finding]) if identity(each) not in known]
    return replace(left[0], more=tuple(left[1:])) if left else None


def identity(finding: Finding) -> tuple[str, str, str]:
    """Lines and numbers change; the rule, the template's name and the resource identify a finding."""
    return finding.rule, Path(finding.template).name, finding.resource
