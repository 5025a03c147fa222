"""`wellmade prove cdk.out`: every call that a handler makes is allowed, and everything granted is used."""

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wellmade import collector
from wellmade.console import err, out, print_json, print_table
from wellmade.errors import WellmadeError
from wellmade.graph import load
from wellmade.local.waiting import told
from wellmade.prove.code.kept import on_disk
from wellmade.prove.deployed.unknowns import Unknowns
from wellmade.prove.every import Proofs
from wellmade.prove.findings import document_of, lines_of, untested_lines
from wellmade.prove.formats import markdown, sarif
from wellmade.prove.hearing.javascript import hear
from wellmade.prove.policy import Policy
from wellmade.prove.policy.elements import Kind
from wellmade.prove.proof import Proof
from wellmade.prove.recordings import Recordings, of, read
from wellmade.prove.settings import settings_of
from wellmade.prove.written.fix import FORMS, Fixes

EXAMPLES = """examples:
  wellmade prove cdk.out --tests tests               a CDK app: run these tests, record, compare
  wellmade prove template.yaml --tests tests/unit    a SAM application, as it is written
  wellmade prove template.yaml --node 'npx jest'      the same, tests in JavaScript or TypeScript
  wellmade prove cdk.out                             no tests: what the code itself says, weaker

  wellmade prove cdk.out --local                     what was called in the local cloud, in any language
  pytest --record-calls calls.json                   or record while your tests run anyway,
  wellmade prove cdk.out --calls calls.json          and compare later

A call belongs to the function whose code is under test, found by its asset or its CodeUri and by its handler.
A program is found by the name of its container, beside whose Dockerfile it stands. A state machine is
compared with what its own definition calls. What services call with the role (event sources, logs, traces)
is read from the template. What no template tells stands in wellmade.toml.

exit code: 0 proven, 1 a call would be denied, a grant is unused or something cannot be judged,
           2 the input could not be read"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare paths and options."""
    parser.epilog = EXAMPLES
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="cdk.out, or templates")
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--tests", type=Path, nargs="+", metavar="PATH", help="tests to run under the recorder"
    )
    source.add_argument(
        "--node",
        metavar="COMMAND",
        help="the project's own command that tests its JavaScript or TypeScript, such as 'npx jest'",
    )
    source.add_argument(
        "--local",
        action="store_true",
        help="what functions and programs of any language called in the local cloud since it was started",
    )
    source.add_argument("--calls", type=Path, metavar="FILE", help="what pytest --record-calls wrote")
    parser.add_argument(
        "--scp", type=Path, action="append", default=[], metavar="FILE", help="a service control policy"
    )
    parser.add_argument(
        "--rcp", type=Path, action="append", default=[], metavar="FILE", help="a resource control policy"
    )
    parser.add_argument(
        "--format",
        choices=["table", "json", "sarif", "markdown"],
        default="table",
        help="table: for people; markdown: for a pull request",
    )
    parser.add_argument(
        "--fix",
        choices=FORMS,
        nargs="?",
        const="diff",
        help="print the policy that each role should have, as a difference or as code; edits nothing",
    )


def run(options: argparse.Namespace) -> int:
    """Compare each role with what the code that works with it called."""
    with collector.paused(), on_disk(Path.cwd()):  # what is read is kept to the end, and for the next run
        return _compare(options)


def _compare(options: argparse.Namespace) -> int:
    graph = load(options.paths)
    recordings = _recordings(options)
    control = [{file.name: _policy(file, kind) for file in files} for files, kind in _control(options)]
    proofs = Proofs(graph, recordings, settings_of(Path.cwd()), *control)
    by_kind = proofs.every()
    every = [proof for of_kind in by_kind.values() for proof in of_kind]
    if not every:
        raise WellmadeError(
            "PATH must hold a Lambda function, a task with a role or a state machine, found none"
        )
    unknowns = proofs.account.naming.unknowns
    if options.fix:
        for line in Fixes(proofs, by_kind).lines(options.fix):
            out.print(line, markup=False, highlight=False, soft_wrap=True)
    elif options.format == "json":
        print_json(_documents(by_kind, unknowns))
    elif options.format == "sarif":
        print_json(sarif(every, unknowns, Path.cwd()))
    elif options.format == "markdown":
        out.print(markdown(every, unknowns), markup=False, highlight=False, soft_wrap=True)
    else:
        _print(every, unknowns)
    for test in recordings.failed:
        err.print(f"failed while it was recorded: {test}", markup=False)
    return int(bool(recordings.failed) or any(each.verdict not in ("proven", "exempt") for each in every))


def _recordings(options: argparse.Namespace) -> Recordings:
    if options.calls:
        return read(options.calls, Path.cwd())
    if options.local:
        return _of_the_local_cloud()
    if options.node:
        return _of_node(options.node)
    return _record(options.tests) if options.tests else Recordings()


def _of_the_local_cloud() -> Recordings:
    """Return what was called in the embedded AWS of this folder."""
    if importlib.util.find_spec("boto3") is None:
        raise WellmadeError("--local needs boto3 and Node; install them with: pip install 'wellmade[local]'")
    from wellmade.local.here import the_cloud  # noqa: PLC0415 - of another extra, and few runs need it
    from wellmade.local.witness import recording  # noqa: PLC0415 - as above

    return of(recording(the_cloud()))


def _of_node(command: str) -> Recordings:
    """Return what a project's tests in JavaScript or TypeScript call."""
    err.print(f"Running {command} under the recorder …")
    with told("the tests run"):
        return of(hear(command, Path.cwd()))


def _record(tests: Sequence[Path]) -> Recordings:
    """Run the tests in a process of their own and return what they recorded."""
    missing = next((path for path in tests if not path.exists()), None)
    if missing:
        raise WellmadeError(
            f"--tests must be a file or a folder of tests, got {missing}, which does not exist"
        )
    paths = [str(path) for path in tests]
    err.print(f"Running {' '.join(paths)} under the recorder …")
    with tempfile.TemporaryDirectory() as folder, told("the tests run"):
        file = Path(folder) / "calls.json"
        command = [sys.executable, "-m", "pytest", "--quiet", *paths, "--record-calls", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
        if not file.exists() or done.returncode > 1:
            said = (done.stdout.strip() or done.stderr.strip()).splitlines()
            why = [line[1:].strip() for line in said if line.startswith("E ")][:1] or said[-1:]
            raise WellmadeError(f"{' '.join(paths)}: the tests must run; pytest says: {''.join(why)}")
        return read(file)


def _control(options: argparse.Namespace) -> list[tuple[Sequence[Path], Kind]]:
    return [(options.scp, "identity"), (options.rcp, "resource")]


def _policy(file: Path, kind: Kind) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(file.read_text())
        Policy.parse(document, file.name, kind)
    except (OSError, ValueError) as error:
        raise WellmadeError(f"{file}: must be a policy in JSON, got {error}; correct it") from error
    return document


def _documents(by_kind: Mapping[str, Sequence[Proof]], unknowns: Unknowns) -> dict[str, Any]:
    return {kind: [document_of(each, unknowns) for each in found] for kind, found in by_kind.items()}


def _print(proofs: Sequence[Proof], unknowns: Unknowns) -> None:
    rows: list[Sequence[object]] = []
    for proof in proofs:
        report = proof.report
        counts = [report.calls, len(report.denied), len(report.unused) + len(report.stale)]
        name = proof.workload.cdk_path or proof.workload.id
        rows.append([name, proof.witness, *counts, len(report.not_judged), proof.verdict])
    print_table(
        "Least privilege",
        ["function, program or state machine", "witness", "calls", "denied", "unused", "unknown", "verdict"],
        rows,
    )
    for proof in proofs:
        for line in lines_of(proof, unknowns):
            out.print(f"{proof.workload.logical_id}: {line}", markup=False)
    untested = [(each.workload.logical_id, line) for each in proofs for line in untested_lines(each)]
    if untested:
        out.print("\nCalls in code that no test has reached")
    for name, line in untested:
        out.print(f"{name}: {line}", markup=False)
