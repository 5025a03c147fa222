"""`wellmade local logs`: what the functions wrote, in the order of time."""

import argparse
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from wellmade.console import out, print_json
from wellmade.errors import WellmadeError
from wellmade.local.here import the_cloud
from wellmade.local.server import LocalCloud


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `wellmade local logs`."""
    parser.epilog = (
        "Examples:\n"
        "  wellmade local logs                    all functions\n"
        "  wellmade local logs Worker --follow    functions with Worker in their name, until Ctrl-C\n"
        "What the embedded AWS itself did is in .wellmade/local.log"
    )
    parser.add_argument("function", nargs="?", metavar="FUNCTION", help="a part of the name; default: all")
    parser.add_argument("--follow", action="store_true", help="go on until interrupted")
    parser.add_argument(
        "--format", choices=["text", "json"], default="text", help="default: text; json does not follow"
    )


def run(args: argparse.Namespace) -> int:
    """Show log lines, and go on when asked to follow."""
    cloud = the_cloud()
    groups = _groups(cloud, args.function)
    if args.format == "json":
        print_json({"events": list(_events(cloud, groups, 0))})
        return 0
    for event in _events(cloud, groups, 0) if not args.follow else _follow(cloud, groups):
        moment = datetime.fromtimestamp(event["timestamp"] / 1000, tz=UTC).astimezone()
        out.print(f"{moment:%H:%M:%S} {event['function']}  {event['message'].rstrip()}", markup=False)
    return 0


def _groups(cloud: LocalCloud, wanted: str | None) -> dict[str, str]:
    """Return the log group of each function that is meant."""
    pages = cloud.client("lambda").get_paginator("list_functions").paginate()
    functions = {found["FunctionName"]: found for page in pages for found in page["Functions"]}
    chosen = {name: found for name, found in functions.items() if (wanted or "") in name}
    if not chosen:
        there = ", ".join(sorted(functions)) or "none"
        raise WellmadeError(f"no function has {wanted!r} in its name; there are: {there}")
    return {
        name: found.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}"
        for name, found in chosen.items()
    }


def _events(cloud: LocalCloud, groups: dict[str, str], since: int) -> Sequence[dict[str, Any]]:
    """Return the events from that millisecond on, the oldest first."""
    logs = cloud.client("logs")
    found: list[dict[str, Any]] = []
    for function, group in groups.items():
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            continue  # the function has not run yet
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since)
        found += [{**event, "function": function} for page in pages for event in page["events"]]
    return sorted(found, key=lambda event: event["timestamp"])


def _follow(cloud: LocalCloud, groups: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield events as they come; two calls may see the same millisecond, so each event is shown once."""
    shown: set[str] = set()
    since = 0
    while True:
        for event in _events(cloud, groups, since):
            if event["eventId"] not in shown:
                shown.add(event["eventId"])
                yield event
            since = max(since, event["timestamp"])
        time.sleep(0.5)
