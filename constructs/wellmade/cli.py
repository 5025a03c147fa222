"""The `wellmade` command: a thin door to the tools."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from wellmade.errors import WellmadeError

COMMANDS = {
    "prove": "prove least privilege both ways: no call is denied, no grant is unused",
    "capacity": "say which stage saturates first, what then piles up, and which number to raise",
    "contracts": "compare the contracts of events with what consumers were promised, and release them",
    "check": "find what would fail at 3 a.m., in any CloudFormation template",
    "local": "run any CDK app on an AWS that is embedded in this machine",
    "redrive": "send the messages of a dead-letter queue back, after a look at what failed and why",
}
"""Each is the module `wellmade.<name>.command` with `add_arguments(parser)` and `run(args) -> int`."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 a negative answer, 2 wrong use, 130 interrupted."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        options = _parser(arguments).parse_args(arguments)
        code: int = options.run(options)
    except WellmadeError as error:
        sys.stderr.write(f"wellmade: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("wellmade: interrupted\n")
        return 130
    return code


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
