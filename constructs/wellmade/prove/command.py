"""`wellmade prove cdk.out`: every call that a handler makes is allowed, and everything granted is used."""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from wellmade.console import err, out, print_json, print_table
from wellmade.errors import WellmadeError
from wellmade.graph import Resource, load
from wellmade.prove.functions import functions_in, prove_function, shortcomings
from wellmade.prove.recordings import Recording, read
from wellmade.prove.report import Report

EXAMPLES = """examples:
  wellmade prove cdk.out --tests tests/handlers      run these tests, record, compare
  pytest --record-calls calls.json                   or record while your tests run anyway,
  wellmade prove cdk.out --calls calls.json          and compare later

A handler is found by its function's `Handler`: the first word is its package. Grants that no test can
exercise (the event source, the log) are declared in the role's metadata by the construct that made them.

exit code: 0 proven, 1 a call would be denied or a grant is unused, 2 the input could not be read"""

Proof = tuple[Resource, Report | None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare paths and options."""
    parser.epilog = EXAMPLES
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="cdk.out, or templates")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--tests", type=Path, metavar="PATH", help="tests to run under the recorder")
    source.add_argument("--calls", type=Path, metavar="FILE", help="what pytest --record-calls wrote")
    parser.add_argument("--format", choices=["table", "json"], default="table", help="table: for people")


def run(options: argparse.Namespace) -> int:
    """Compare each function's role with what its handler called."""
    graph = load(options.paths)
    recordings = read(options.calls) if options.calls else _record(options.tests)
    proofs = [(function, prove_function(graph, function, recordings)) for function in functions_in(graph)]
    if not proofs:
        raise WellmadeError("PATH must hold a Lambda function in Python with a role, found none")
    if options.format == "json":
        print_json({"functions": [_document(function, report) for function, report in proofs]})
    else:
        _print(proofs)
    return int(not all(report and report.proven for _, report in proofs))


def _record(tests: Path) -> dict[str, Recording]:
    """Run the tests in a process of their own and return what they recorded."""
    if not tests.exists():
        raise WellmadeError(f"--tests must be a file or a folder of tests, got {tests}, which does not exist")
    err.print(f"Running {tests} under the recorder …")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "calls.json"
        command = [sys.executable, "-m", "pytest", "--quiet", str(tests), "--record-calls", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
        if done.returncode:
            said = (done.stdout.strip() or done.stderr.strip()).splitlines()
            raise WellmadeError(
                f"{tests}: the tests must pass first; pytest says: {said[-1] if said else ''}"
            )
        return read(file)


def _document(function: Resource, report: Report | None) -> dict[str, Any]:
    if report is None:
        return {"function": function.id, "proven": False, "reason": "no calls were recorded"}
    found = {name: [asdict(each) for each in getattr(report, name)] for name in ("denied", "unused", "stale")}
    return {"function": function.id, "proven": report.proven, "calls": report.calls, **found}


def _print(proofs: Sequence[Proof]) -> None:
    rows: list[Sequence[object]] = []
    for function, report in proofs:
        counts = [report.calls, len(report.denied), len(report.unused)] if report else ["none", "?", "?"]
        verdict = "proven" if report and report.proven else "not proven"
        rows.append([function.cdk_path or function.id, *counts, verdict])
    print_table("Least privilege", ["function", "calls recorded", "denied", "unused", "verdict"], rows)
    for function, report in proofs:
        for line in shortcomings(report):
            out.print(f"{function.logical_id}: {line}", markup=False)
