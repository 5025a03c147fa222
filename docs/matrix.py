"""Which public class offers what, and why one does not: `docs/patterns/matrix.md`."""

import inspect

from docs.catalogue import constructs
from docs.holes import HOLES

COLUMNS = ("connect", "grants", "alarms", "metrics", "graphs", "own resources", "encryption_key")
OWN = (
    "queue",
    "dead_letter_queue",
    "on_failure_queue",
    "bucket",
    "topic",
    "bus",
    "stream",
    "table",
    "vpc",
    "vpc_subnets",
    "security_groups",
    "cluster",
    "load_balancer",
    "resource",
    "function",
    "image",
    "hosted_zone",
    "certificate",
    "workflow",
    "workloads",
)
"""Options by which a class takes what the user has."""


def row(subject: type) -> dict[str, str]:
    """Return what a class offers, by column; empty where it offers nothing."""
    methods = {name for name in dir(subject) if not name.startswith("_")}
    options = {
        name
        for name, each in inspect.signature(vars(subject)["__init__"]).parameters.items()
        if each.kind is each.KEYWORD_ONLY
    }
    return {
        "connect": "yes" if "connect" in methods else "",
        "grants": _listed(
            name for name in methods if name.startswith("grant_") and name != "grant_principal"
        ),
        "alarms": "yes" if "alarm_thresholds" in options else "",
        "metrics": str(len([name for name in methods if name.startswith("metric_")]) or ""),
        "graphs": "yes" if "graphs" in methods else "",
        "own resources": _listed(options & set(OWN)),
        "encryption_key": "yes" if "encryption_key" in options else "",
    }


def _listed(found: object) -> str:
    names = sorted(found)  # type: ignore[call-overload] # sets and generators of names
    return ", ".join(f"`{name}`" for name in names[:4]) + (
        f" and {len(names) - 4} more" if len(names) > 4 else ""
    )


def holes() -> dict[tuple[str, str], str | None]:
    """Return what is missing, by class and column, with the reason where there is one."""
    return {
        (name, column): HOLES.get(name, {}).get(column)
        for name, subject in constructs().items()
        for column, offered in row(subject).items()
        if not offered
    }


def matrix_page() -> str:
    """Return the matrix as Markdown."""
    lines = [
        "# What each class offers",
        "",
        "Written from the classes by `make docs`; a hyphen comes with its reason.",
        "",
    ]
    lines += [f"| class | {' | '.join(COLUMNS)} |", "|" + "---|" * (len(COLUMNS) + 1)]
    for name, subject in sorted(constructs().items()):
        cells = [
            offered or f"- {HOLES.get(name, {}).get(column, '?')}" for column, offered in row(subject).items()
        ]
        lines.append(f"| [`{name}`]({name}.md) | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
