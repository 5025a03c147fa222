"""`wellmade contracts`: what changed since consumers were promised something, and may it."""

import argparse
import getpass
from pathlib import Path

from wellmade.console import err, out, print_json, print_table
from wellmade.contracts.consumer_types.write import write_types
from wellmade.contracts.folder import Contracts
from wellmade.contracts.judge import decide
from wellmade.errors import WellmadeError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `wellmade contracts`."""
    parser.epilog = (
        "FOLDER/OrderPlaced.v1.json is what the producer checks before it publishes,\n"
        "FOLDER/released/OrderPlaced.v1.json what consumers were promised; --release copies the one over\n"
        "the other, unless that would break a consumer. Files are JSON Schema, exports of EventBridge's\n"
        "schema registry, or AsyncAPI 3, in JSON or YAML.\n\n"
        "examples:\n  wellmade contracts contracts\n  wellmade contracts contracts --release\n"
        "  wellmade contracts contracts --to-types consumer/events\n\n"
        "Exit code: 0 nothing breaks, 1 something does or nobody decided it, 2 wrong use."
    )
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="the folder with the contracts")
    parser.add_argument("--release", action="store_true", help="promise the current contracts to consumers")
    parser.add_argument(
        "--compatible",
        metavar="EVENT",
        help="keep your word, beside the contract, that a change which cannot be decided breaks nobody",
    )
    parser.add_argument("--because", metavar="REASON", help="why it breaks nobody; needed with --compatible")
    parser.add_argument(
        "--to-types", metavar="DIRECTORY", type=Path, help="write Python and TypeScript types for consumers"
    )
    parser.add_argument("--format", choices=["text", "json"], default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    """Compare, release if asked and nothing breaks, and return the exit code."""
    contracts = Contracts(args.folder)
    try:
        _keep_word(contracts, args)
        problems, changed = contracts.problems(), contracts.unreleased()
        written = write_types(contracts.current, args.to_types) if args.to_types else []
        if args.release and not problems:
            contracts.promise()
    except (ValueError, OSError) as error:
        raise WellmadeError(str(error)) from error
    released = changed if args.release and not problems else []
    names = dict.fromkeys([*contracts.current, *contracts.released])
    states = [(name, _state(contracts, name)) for name in names]
    if args.format == "json":
        named = [{"event": name, "state": state} for name, state in states]
        files = {"types": [str(file) for file in written]} if args.to_types else {}
        print_json({"contracts": named, "problems": problems, "released": released, **files})
        return 1 if problems else 0
    print_table("contracts", ["event", "since the release"], states)
    for problem in problems:
        err.print(problem, markup=False)
    for file in written:
        out.print(f"wrote {file}", markup=False)
    if args.release and not problems:
        out.print(f"released {', '.join(released) or 'nothing: no contract changed'}")
    return 1 if problems else 0


def _keep_word(contracts: Contracts, args: argparse.Namespace) -> None:
    name = args.compatible
    if name is None:
        return
    if not args.because:
        raise ValueError("--because must say why the change breaks nobody, got nothing; add it")
    if name not in contracts.current or name not in contracts.released:
        known = ", ".join(sorted(contracts.current.keys() & contracts.released.keys())) or "nothing"
        raise ValueError(f"--compatible must be a released event, one of {known}, got {name}")
    file = decide(
        contracts.folder, contracts.released[name], contracts.current[name], args.because, getpass.getuser()
    )
    err.print(f"kept your word in {file}: it holds until one of the two contracts changes", markup=False)


def _state(contracts: Contracts, name: str) -> str:
    if name not in contracts.released:
        return "new"
    if name not in contracts.current:
        return "gone"
    return "changed" if name in contracts.unreleased() else "as released"
