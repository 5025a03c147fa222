"""Proofs as SARIF, for code scanning, and as Markdown, for a pull request."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wellmade.prove.deployed.unknowns import Unknowns
from wellmade.prove.findings import lines_of
from wellmade.prove.proof import Proof

_RULES = {
    "denied": ("error", "A call would be denied"),
    "granted": ("warning", "A grant is not used"),
    "declared": ("warning", "A declared grant is not there"),
    "not judged": ("note", "Something cannot be judged"),
    "…": ("note", "There is more"),
}
"""By how a line begins: level and title."""


def sarif(proofs: Sequence[Proof], unknowns: Unknowns, root: Path) -> dict[str, Any]:
    """Return a SARIF log with a result for each finding, at the workload's place in its template."""
    rules = [{"id": _id(kind), "shortDescription": {"text": title}} for kind, (_, title) in _RULES.items()]
    results = [_result(proof, line, root) for proof in proofs for line in lines_of(proof, unknowns)]
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
    return "\n".join([*lines, *([""] if found else []), *found])


def _result(proof: Proof, line: str, root: Path) -> dict[str, Any]:
    kind = next(kind for kind in _RULES if line.startswith(kind))
    workload = proof.workload
    place = {
        "artifactLocation": {"uri": Path(os.path.relpath(workload.template, root)).as_posix()},
        "region": {"startLine": workload.line},
    }
    return {
        "ruleId": _id(kind),
        "level": _RULES[kind][0],
        "message": {"text": f"{workload.logical_id}: {line}"},
        "locations": [{"physicalLocation": place}],
    }


def _id(kind: str) -> str:
    return {"granted": "unused-grant", "declared": "stale-declaration", "…": "more"}.get(
        kind, kind.replace(" ", "-")
    )
