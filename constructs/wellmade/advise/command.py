"""`wellmade advise FILE`: which compute, messaging, data store and front door a workload takes, and why."""

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wellmade.console import png_file
from wellmade.errors import WellmadeError
from wellmade.facts.prices import REGION
from wellmade.harmless import write_err, write_out

if TYPE_CHECKING:
    from wellmade.advise.workload import Workload

EXAMPLES = """examples:
  wellmade advise workload.yaml --init                  write a file with every question, to fill in
  wellmade advise workload.yaml                         the choices, the reasons, the costs, the code
  wellmade advise workload.yaml --region eu-west-1 --picture costs.png
  wellmade advise --ask                                 asks one question after the other
  wellmade advise workload.yaml --ask                   and keeps the answers in the file
  wellmade advise workload.yaml --format json

exit code: 0 done, 2 the answers could not be read or contradict each other"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file and options."""
    parser.epilog = EXAMPLES
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="answers about a workload, as YAML"
    )
    parser.add_argument("--init", action="store_true", help="write a commented FILE to fill in")
    parser.add_argument(
        "--ask", action="store_true", help="ask at the terminal, and keep the answers in FILE"
    )
    parser.add_argument("--region", default=REGION, help=f"whose prices are taken (default: {REGION})")
    parser.add_argument("--picture", type=png_file, metavar="FILE", help="write costs by rate as a PNG")
    parser.add_argument("--format", choices=["table", "json"], default="table", help="table: for people")


def run(options: argparse.Namespace) -> int:
    """Print what is advised; the exit code is 0."""
    from wellmade.cost.estimate import require_prices  # noqa: PLC0415 - `--help` needs no graph

    if options.init and (options.ask or options.picture or options.format == "json"):
        raise WellmadeError("--init must be given with FILE alone, got more")
    if options.init:
        return _init(options.file)
    require_prices(options.region)
    workloads = _asked(options.file) if options.ask else _read(options.file)
    return _print(workloads, options)


def _print(workloads: "list[Workload]", options: argparse.Namespace) -> int:
    from wellmade.advise.advice import advise  # noqa: PLC0415 - as above
    from wellmade.advise.crossings import crossings  # noqa: PLC0415 - as above
    from wellmade.advise.report import as_document, print_advice  # noqa: PLC0415 - as above
    from wellmade.console import print_json  # noqa: PLC0415 - as above

    found = [advise(workload, options.region) for workload in workloads]
    if options.picture:
        from wellmade.advise.picture import write_picture  # noqa: PLC0415 - as above

        write_picture([(advice, crossings(advice)) for advice in found], options.picture)
    if options.format == "json":
        print_json(as_document(found))
    else:
        print_advice(found)
    return 0


def _read(file: Path | None) -> "list[Workload]":
    from wellmade.advise.workload import read_workloads  # noqa: PLC0415 - as above

    if file is None:
        raise WellmadeError("FILE must be named, got none; begin with: wellmade advise workload.yaml --init")
    return read_workloads(file)


def _init(file: Path | None) -> int:
    from wellmade.advise.asking import skeleton  # noqa: PLC0415 - as above

    if file is None:
        raise WellmadeError("FILE must be named for --init, got none")
    _write(file, skeleton())
    write_out(f"{file} is written; fill it in, and run: wellmade advise {shlex.quote(str(file))}\n")
    return 0


def _asked(file: Path | None) -> "list[Workload]":
    from wellmade.advise.asking import as_yaml, ask  # noqa: PLC0415 - as above
    from wellmade.advise.workload import of_answers  # noqa: PLC0415 - as above

    given = ask(_prompted, lambda text: _say(f"{text}\n"))
    workload = of_answers(file.stem if file else "workload", given)
    if file:
        _write(file, as_yaml(given))
    return [workload]


def _prompted(prompt: str) -> str:
    """Ask on the error output, so that a pipe receives results only."""
    _say(prompt)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line


def _say(text: str) -> None:
    write_err(text)
    sys.stderr.flush()


def _write(file: Path, text: str) -> None:
    """Write a new file; answers that somebody gave are never written over."""
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    except FileExistsError as error:
        raise WellmadeError(f"{file} must be a new file, got one that is there; name another one") from error
    except OSError as error:
        raise WellmadeError(f"{file}: {error.strerror}; name a file that can be written") from error
