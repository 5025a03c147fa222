"""`wellmade upgrade OLD NEW`: which resources an update replaces or deletes, and what that does to data."""

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from wellmade.console import print_json
from wellmade.errors import WellmadeError
from wellmade.upgrade import report
from wellmade.upgrade.accepted import accepted_in
from wellmade.upgrade.compare import compare
from wellmade.upgrade.deployed import deployed
from wellmade.upgrade.importers import with_importers
from wellmade.upgrade.moves import Moves
from wellmade.upgrade.pairs import paired
from wellmade.upgrade.stacks import Written, read

EXAMPLES = """examples:
  wellmade upgrade main.out cdk.out                       what is deployed, and what is to be
  wellmade upgrade old.template.json new.template.json
  wellmade upgrade --deployed cdk.out                     asks CloudFormation what is deployed
  wellmade upgrade main.out cdk.out --format markdown     for a pull request
  wellmade upgrade main.out cdk.out --mapping             what has moved, for: cdk refactor --override-file

[upgrade.accepted] of wellmade.toml accepts a loss: "stack/logical id" = "the reason"

exit code: 0 nothing is lost but what is accepted, 1 something is or may be, or an export in use changes,
2 it could not be read"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare paths and options."""
    parser.epilog = EXAMPLES
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="OLD and NEW: cdk.out, a template, or a folder"
    )
    parser.add_argument(
        "--deployed", action="store_true", help="ask CloudFormation what is deployed, instead of OLD"
    )
    parser.add_argument(
        "--mapping",
        action="store_true",
        help="print where what holds data has moved, as JSON, and nothing else",
    )
    parser.add_argument(
        "--format", choices=["table", "json", "markdown"], default="table", help="table: for people"
    )


def run(options: argparse.Namespace) -> int:
    """Print what the update does; the exit code is 1 where something is lost."""
    if len(options.paths) != (1 if options.deployed else 2):
        wanted = "NEW alone with --deployed" if options.deployed else "OLD and NEW, or --deployed NEW"
        raise WellmadeError(f"PATH must be {wanted}, got {len(options.paths)} paths")
    accepted = accepted_in(Path.cwd())
    new = read([options.paths[-1]])
    old = deployed(new) if options.deployed else read([options.paths[0]])
    if not options.deployed:
        before, after = options.paths
        new = _of_the_same_app(before, after, old, new)
    if options.mapping:
        print_json(Moves(old, new).mapping)
        return 0
    found = compare(old, new)
    if options.deployed:
        found = with_importers(found, old)
    found = accepted.applied_to(found)
    if options.format == "json":
        print_json(report.document(found))
    elif options.format == "markdown":
        report.write_markdown(found)
    else:
        report.print_upgrade(found)
    return 1 if found.loses or found.breaks else 0


def _of_the_same_app(
    before: Path, after: Path, old: Mapping[str, Written], new: dict[str, Written]
) -> dict[str, Written]:
    if before.is_file() and after.is_file():
        return _as_one_stack(old, new)
    if not {each.deployed_name for each in old.values()} & {each.deployed_name for each in new.values()}:
        raise WellmadeError(
            f"{after}: must hold a stack of {before} ({', '.join(old)}), got {', '.join(new)}; "
            "give two files to compare two templates"
        )
    return paired(old, new)


def _as_one_stack(old: Mapping[str, Written], new: Mapping[str, Written]) -> dict[str, Written]:
    """Take the template of another file for that of the same stack, whatever the files are called."""
    was, becomes = next(iter(old)), next(iter(new))
    return {
        (name := f"{was}{each.name.removeprefix(becomes)}"): replace(each, name=name) for each in new.values()
    }
