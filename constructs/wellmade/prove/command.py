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
from wellmade.prove.every import Proof, prove_every
from wellmade.prove.functions import shortcomings, unknown
from wellmade.prove.recordings import Recording, read
from wellmade.prove.report import Report

EXAMPLES = """examples:
  wellmade prove cdk.out --tests tests/handlers tests/containers      run these tests, record, compare
  pytest --record-calls calls.json                   or record while your tests run anyway,
  wellmade prove cdk.out --calls calls.json          and compare later

A handler is found by its function's `Handler`: the first word is its package. A program is found by the name
of its container. A state machine is compared with what its own definition calls. Grants that no test can
exercise (the event source, the log) are declared in the role's metadata by the construct that made them.

exit code: 0 proven, 1 a call would be denied or a grant is unused, 2 the input could not be read"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare paths and options."""
    parser.epilog = EXAMPLES
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="cdk.out, or templates")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--tests", type=Path, nargs="+", metavar="PATH", help="tests to run under the recorder"
    )
    source.add_argument("--calls", type=Path, metavar="FILE", help="what pytest --record-calls wrote")
    parser.add_argument("--format", choices=["table", "json"], default="table", help="table: for people")


def run(options: argparse.Namespace) -> int:
    """Compare each role with what the code that works with it called."""
    graph = load(options.paths)
    recordings = read(options.calls) if options.calls else _record(options.tests)
    by_kind = prove_every(graph, recordings)
    proofs = [proof for of_kind in by_kind.values() for proof in of_kind]
    if not proofs:
        raise WellmadeError(
            "PATH must hold a Lambda function in Python, a task with a role or a state machine, found none"
        )
    if options.format == "json":
        print_json({kind: [_document(*proof) for proof in of_kind] for kind, of_kind in by_kind.items()})
    else:
        _print(proofs)
    return int(not all(report and report.proven for _, report in proofs))


def _record(tests: Sequence[Path]) -> dict[str, Recording]:
    """Run the tests in a process of their own and return what they recorded."""
    missing = next((path for path in tests if not path.exists()), None)
    if missing:
        raise WellmadeError(
            f"--tests must be a file or a folder of tests, got {missing}, which does not exist"
        )
    paths = [str(path) for path in tests]
    err.print(f"Running {' '.join(paths)} under the recorder …")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "calls.json"
        command = [sys.executable, "-m", "pytest", "--quiet", *paths, "--record-calls", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
        if done.returncode:
            said = (done.stdout.strip() or done.stderr.strip()).splitlines()
            raise WellmadeError(
                f"{' '.join(paths)}: the tests must pass first; pytest says: {said[-1] if said else ''}"
            )
        return read(file)


def _document(workload: Resource, report: Report | None) -> dict[str, Any]:
    if report is None:
        return {"function": workload.id, "proven": False, "reason": unknown(workload)}
    found = {name: [asdict(each) for each in getattr(report, name)] for name in ("denied", "unused", "stale")}
    return {"function": workload.id, "proven": report.proven, "calls": report.calls, **found}


def _print(proofs: Sequence[Proof]) -> None:
    rows: list[Sequence[object]] = []
    for function, report in proofs:
        counts = [report.calls, len(report.denied), len(report.unused)] if report else ["none", "?", "?"]
        verdict = "proven" if report and report.proven else "not proven"
        rows.append([function.cdk_path or function.id, *counts, verdict])
    print_table(
        "Least privilege",
        ["function, program or state machine", "calls", "denied", "unused", "verdict"],
        rows,
    )
    for function, report in proofs:
        for line in shortcomings(function, report):
            out.print(f"{function.logical_id}: {line}", markup=False)
