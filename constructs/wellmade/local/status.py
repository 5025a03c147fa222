"""`wellmade local status`: what runs, and what is deployed."""

import argparse

from wellmade.console import err, out, print_json
from wellmade.local.deploy import describe
from wellmade.local.here import find_cloud
from wellmade.local.server import LocalCloud
from wellmade.local.up import print_outputs, reach


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `wellmade local status`."""
    parser.epilog = "Exit code: 0 it runs, 1 it does not."
    parser.add_argument("--format", choices=["text", "json"], default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    """Show the cloud of this folder; exit code 1 when none runs."""
    cloud = find_cloud()
    if args.format == "json":
        print_json(_document(cloud))
    elif cloud is None:
        err.print("No embedded AWS runs in this folder. Start one with: wellmade local up")
    else:
        out.print(f"The embedded AWS runs at {cloud.endpoint} (process {cloud.pid})")
        print_outputs(describe(cloud))
        out.print(reach(cloud))
    return 0 if cloud else 1


def _document(cloud: LocalCloud | None) -> dict[str, object]:
    if cloud is None:
        return {"running": False}
    outputs = describe(cloud).outputs
    return {"running": True, "endpoint": cloud.endpoint, "pid": cloud.pid, "outputs": outputs}
