"""Proofs as SARIF, for code scanning, and as Markdown, for a pull request."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wellmade.prove.deployed.unknowns import Unknowns
from wellmade.prove.findings import lines_of, tested_in_part, untested_lines
from wellmade.prove.proof import Proof, Untested

_RULES = {
    "denied": ("error", "A call would be denied"),
    "granted": ("warning", "A grant is not used"),
    "declared": ("warning", "A declared grant is not there"),
    "not judged": ("note", "Something cannot be judged"),
    "told": ("note", "The settings alone tell what a library calls"),
    "…": ("note", "There is more"),
}
"""By how a line begins: level and title."""
_NOT_REACHED = ("not-reached", "note", "No test has reached a call")


def sarif(proofs: Sequence[Proof], unknowns: Unknowns, root: Path) -> dict[str, Any]:
    """Return a SARIF log with a result for each finding, at the workload's place in its template."""
    titles = {_id(kind): title for kind, (_, title) in _RULES.items()} | {_NOT_REACHED[0]: _NOT_REACHED[2]}
    rules = [{"id": name, "shortDescription": {"text": title}} for name, title in titles.items()]
    results = [_result(proof, line, root) for proof in proofs for line in lines_of(proof, unknowns)]
    results += [_not_reached(proof, each, root) for proof in proofs for each in tested_in_part(proof)]
    driver = {"name": "wellmade prove", "rules": rules}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def markdown(proofs: Sequence[Proof], unknowns: Unknowns) -> str:
    """Return a table with a row for each workload, and a list of what was found."""
    lines = [
        "| function, program or state machine | witness | calls | denied | unused | unknown | verdict |",
        "|---|---|---:|---:|---:|---:|---|",
    ]
    for proof in proofs:
        report = proof.report
        counts = (
            report.calls,
            len(report.denied),
            len(report.unused) + len(report.stale),
            len(report.not_judged),
        )
        name = proof.workload.cdk_path or proof.workload.id
        cells = (f"`{name}`", proof.witness, *map(str, counts), proof.verdict)
        lines.append(f"| {' | '.join(cells)} |")
    found = [
        f"- **{each.workload.logical_id}** {line}" for each in proofs for line in lines_of(each, unknowns)
    ]
    lines += ["", *found] if found else []
    untested = [
        f"- **{each.workload.logical_id}** {line}" for each in proofs for line in untested_lines(each)
    ]
    lines += ["", "Calls in code that no test has reached:", "", *untested] if untested else []
    return "\n".join(lines)


def _result(proof: Proof, line: str, root: Path) -> dict[str, Any]:
    kind = next(kind for kind in _RULES if line.startswith(kind))
    workload = proof.workload
    return {
        "ruleId": _id(kind),
        "level": _RULES[kind][0],
        "message": {"text": f"{workload.logical_id}: {line}"},
        "locations": [_place(workload.template, workload.line, root)],
    }


def _not_reached(proof: Proof, untested: Untested, root: Path) -> dict[str, Any]:
    """Return the result for a call that no test has reached, at its place in the code."""
    site = untested.site
    called = f"{site.service}:{site.operation}"
    return {
        "ruleId": _NOT_REACHED[0],
        "level": _NOT_REACHED[1],
        "message": {"text": f"{proof.workload.logical_id}: no test has reached this call of {called}"},
        "locations": [_place(site.file, site.line, root)],
    }


def _place(file: Path, line: int, root: Path) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": Path(os.path.relpath(file, root)).as_posix()},
            "region": {"startLine": line},
        }
    }


def _id(kind: str) -> str:
    return {"granted": "unused-grant", "declared": "stale-declaration", "…": "more"}.get(
        kind, kind.replace(" ", "-")
    )
