"""`wellmade local status`: what runs, and what is deployed."""

import argparse
from collections import Counter
from collections.abc import Mapping

from wellmade.console import err, out, print_json, print_table
from wellmade.harmless import write_out
from wellmade.local.deploy import Deployment, describe
from wellmade.local.here import find_cloud
from wellmade.local.one_output import value_of
from wellmade.local.open_ports import open_ports
from wellmade.local.server import LocalCloud
from wellmade.local.shown import faster, gaps_of, print_open_ports, print_outputs, reach
from wellmade.local.waiting import told

_NOT_DONE = "/wellmade/not-done"  # where the extension writes it down


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `wellmade local status`."""
    parser.epilog = (
        "Examples:\n"
        "  wellmade local status\n"
        '  aws s3 ls "s3://$(wellmade local status --output InboxBucketName)"\n'
        "Exit code: 0 it runs, 1 it does not, 2 no or not just one stack has the output."
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--format", choices=["text", "json"], default="text", help="default: text")
    how.add_argument(
        "--output",
        metavar="NAME",
        help="print only the value of this output, or of STACK.NAME (default: all of them)",
    )


def run(args: argparse.Namespace) -> int:
    """Show the cloud of this folder; exit code 1 when none runs."""
    cloud = find_cloud()
    if args.format == "json":
        print_json(_document(cloud))
    elif cloud is None:
        err.print("No embedded AWS runs in this folder. Start one with: wellmade local up")
    elif args.output is not None:
        write_out(value_of(args.output, describe(cloud).outputs) + "\n")
    else:
        _print(cloud)
    return 0 if cloud else 1


def _print(cloud: LocalCloud) -> None:
    out.print(f"The embedded AWS runs at {cloud.endpoint} (process {cloud.pid})")
    if cloud.fast > 1:
        out.print(faster(cloud))
    deployment, happened = _asked(cloud)
    print_outputs(deployment)
    _print_gaps(deployment, happened)
    print_open_ports(open_ports(cloud))
    out.print(reach(cloud))


def _document(cloud: LocalCloud | None) -> dict[str, object]:
    if cloud is None:
        return {"running": False}
    deployment, happened = _asked(cloud)
    return {
        "running": True,
        "endpoint": cloud.endpoint,
        "pid": cloud.pid,
        "fast": cloud.fast,
        "outputs": deployment.outputs,
        "dropped": deployment.dropped,
        "not_simulated": deployment.not_simulated,
        "not_done": happened,
        "open_ports": open_ports(cloud),
    }


def _asked(cloud: LocalCloud) -> tuple[Deployment, dict[str, int]]:
    with told("asking the embedded AWS"):
        return describe(cloud), not_done(cloud)


def not_done(cloud: LocalCloud) -> dict[str, int]:
    """Return what happened and could not be done, with how often; the most frequent first."""
    logs = cloud.client("logs")
    try:
        pages = list(logs.get_paginator("filter_log_events").paginate(logGroupName=_NOT_DONE))
    except logs.exceptions.ResourceNotFoundException:
        return {}
    counts = Counter(event["message"] for page in pages for event in page["events"])
    return dict(counts.most_common())


def _print_gaps(deployment: Deployment, happened: Mapping[str, int]) -> None:
    counts = Counter(kind for kind, _ in gaps_of(deployment))
    if counts:
        said = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        out.print(f"Not as on AWS: {said}; by name: wellmade local status --format json")
    if happened:
        print_table("Could not be done", ["times", "what"], [(n, what) for what, n in happened.items()])
