"""The `wellmade` command: a thin door to the tools."""

import argparse
import errno
import importlib
import io
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from wellmade import collector
from wellmade.errors import WellmadeError
from wellmade.harmless import write_err
from wellmade.patience import at_work

COMMANDS = {
    "new": "write an app of your own from a reference stack into an empty folder",
    "prove": "prove least privilege both ways: no call is denied, no grant is unused",
    "capacity": "say which stage saturates first, what then piles up, and which number to raise",
    "cost": "say what templates cost a month: at rest, by load, and what a change costs",
    "draw": "draw what templates define: networks, services, and what flows between them",
    "advise": "say which compute, messaging, data store and front door a workload takes, and why",
    "ingress": "compare what API Gateway and a load balancer cost by rate and size, and say where they cross",
    "contracts": "compare the contracts of events with what consumers were promised, and release them",
    "check": "find what would fail at 3 a.m., in any CloudFormation template",
    "upgrade": "say what an update replaces or deletes, and refuse one that loses data",
    "local": "run any CDK app on an AWS that is embedded in this machine",
    "redrive": "send the messages of a dead-letter queue back, after a look at what failed and why",
}
"""Each is the module `wellmade.<name>.command` with `add_arguments(parser)` and `run(args) -> int`."""

_TELL_THEMSELVES = {"local", "new", "redrive"}
"""Commands that say step by step how it goes."""

_OF_THE_MACHINE = {
    errno.ENOSPC: "free some space on this disk, or set WELLMADE_HOME and TMPDIR to folders on another one",
    errno.EDQUOT: "your share of this disk is used up; free some space, or use another one",
    errno.EROFS: "run it in a folder that can be written to",
    errno.EACCES: "run it in a folder that you may write to",
}
"""What the disk refuses, with what to do; nothing of it is a fault of ours or of the app."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 a negative answer, 2 wrong use.

    130 stands for interrupted, 141 for an output that nobody reads any more, as in shells.
    """
    if argv is None:
        collector.expect_the_end()
        _prepare_output()
    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        # A slow machine takes seconds to import a tool; what is imported stays.
        with at_work((arguments or ["help"])[0]), collector.paused():
            options = _parser(arguments).parse_args(arguments)
        with nullcontext() if arguments[0] in _TELL_THEMSELVES else at_work(arguments[0]):
            code: int = options.run(options)
            sys.stdout.flush()
    except WellmadeError as error:
        write_err(f"wellmade: {error}\n")
        return error.exit_code
    except BrokenPipeError:
        # Whoever read the output went away; what Python still holds of it has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        if error.errno not in _OF_THE_MACHINE:
            raise
        place = f"{error.filename}: " if error.filename else ""
        write_err(f"wellmade: {place}{error.strerror}; {_OF_THE_MACHINE[error.errno]}\n")
        return 2
    except KeyboardInterrupt:
        write_err("wellmade: interrupted\n")
        return 130
    return code


def _prepare_output() -> None:
    """Let output that is closed go nowhere, and replace characters that an encoding lacks."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the end
        elif isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Build the parser; only the command that was asked for is imported."""
    parser = argparse.ArgumentParser(prog="wellmade", description=__doc__)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    asked = next((word for word in arguments if not word.startswith("-")), None)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name, help=summary, description=summary, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if name == asked:
            _load(name, command)
    return parser


def _load(name: str, parser: argparse.ArgumentParser) -> None:
    try:
        module = importlib.import_module(f"wellmade.{name}.command")
        module.add_arguments(parser)
    except ModuleNotFoundError as error:
        extra = "local" if name == "local" else "tools"
        raise WellmadeError(
            f"`{name}` needs the package {error.name}; install it with: pip install 'wellmade[{extra}]'"
        ) from error
    parser.set_defaults(run=module.run)


if __name__ == "__main__":
    sys.exit(main())
