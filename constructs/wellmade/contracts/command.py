"""`wellmade contracts`: what changed since consumers were promised something, and may it."""

import argparse
from pathlib import Path

from wellmade.console import err, out, print_json, print_table
from wellmade.contracts.folder import Contracts
from wellmade.errors import WellmadeError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `wellmade contracts`."""
    parser.epilog = (
        "FOLDER/OrderPlaced.v1.json is what the producer checks before it publishes,\n"
        "FOLDER/released/OrderPlaced.v1.json what consumers were promised; --release copies the one over\n"
        "the other, unless that would break a consumer.\n\n"
        "examples:\n  wellmade contracts contracts\n  wellmade contracts contracts --release\n\n"
        "Exit code: 0 nothing breaks, 1 something does, 2 wrong use."
    )
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="the folder with the JSON Schemas")
    parser.add_argument("--release", action="store_true", help="promise the current contracts to consumers")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    """Compare, release if asked and nothing breaks, and return the exit code."""
    contracts = Contracts(args.folder)
    try:
        problems, changed = contracts.problems(), contracts.unreleased()
        if args.release and not problems:
            contracts.release()
    except (ValueError, OSError) as error:
        raise WellmadeError(str(error)) from error
    released = changed if args.release and not problems else []
    if args.format == "json":
        states = [{"event": name, "state": _state(contracts, name)} for name in contracts.current]
        print_json({"contracts": states, "problems": problems, "released": released})
    else:
        rows = [(name, _state(contracts, name)) for name in contracts.current]
        print_table("contracts", ["event", "since the release"], rows)
        for problem in problems:
            err.print(problem, markup=False)
        if args.release and not problems:
            out.print(f"released {', '.join(released) or 'nothing: no contract changed'}")
    return 1 if problems else 0


def _state(contracts: Contracts, name: str) -> str:
    if name not in contracts.released:
        return "new"
    return "changed" if name in contracts.unreleased() else "as released"
