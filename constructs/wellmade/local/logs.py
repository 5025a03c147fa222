"""`wellmade local logs`: what functions, tasks and databases wrote, in the order of time."""

import argparse
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wellmade.console import err, out, print_json
from wellmade.errors import WellmadeError
from wellmade.local.deployed import deployed_or_none
from wellmade.local.here import find_cloud, find_failed_log, the_cloud
from wellmade.local.server import LocalCloud
from wellmade.local.state import failed_log, private


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `wellmade local logs`."""
    parser.epilog = (
        "Examples:\n"
        "  wellmade local logs                    functions, tasks, databases, APIs\n"
        "  wellmade local logs Worker --follow    of what has Worker in its name, until Ctrl-C\n"
        "What the embedded AWS itself did is in .wellmade/local.log"
    )
    parser.add_argument(
        "source", nargs="?", metavar="NAME", help="a part of a logical id or name; default: everything"
    )
    parser.add_argument("--follow", action="store_true", help="go on until interrupted")
    parser.add_argument(
        "--format", choices=["text", "json"], default="text", help="default: text; json does not follow"
    )


def run(args: argparse.Namespace) -> int:
    """Show log lines, and go on when asked to follow."""
    if find_cloud() is None and (kept := find_failed_log()):
        err.print("wellmade: none runs here; this was written until the last `wellmade local up` failed")
        _show(_kept(kept, args.source), args.format)
        return 0
    cloud = the_cloud()
    groups = groups_of(cloud, args.source)
    if args.follow and args.format == "text":
        _print(_follow(cloud, groups))
    events = _events(cloud, groups, 0)
    if not events:
        err.print(
            f"wellmade: nothing is written yet by {', '.join(sorted(set(groups.values()))) or 'anything'}"
        )
    _show(events, args.format)
    return 0


def _show(events: Sequence[dict[str, Any]], form: str) -> None:
    if form == "json":
        print_json({"events": list(events)})
    else:
        _print(events)


def _print(events: Iterable[dict[str, Any]]) -> None:
    for event in events:
        moment = datetime.fromtimestamp(event["timestamp"] / 1000, tz=UTC).astimezone()
        out.print(f"{moment:%H:%M:%S} {event['source']}  {event['message'].rstrip()}", markup=False)


def keep(cloud: LocalCloud) -> None:
    """Keep what was written, for a cloud that is about to end because its first deployment failed."""
    events = _events(cloud, groups_of(cloud, None), 0)
    with private(failed_log(cloud.state_dir), "w") as file:
        file.writelines(f"{json.dumps(event)}\n" for event in events)
    if events:
        err.print("wellmade: what was written until it failed is kept; read it with: wellmade local logs")


def _kept(file: Path, wanted: str | None) -> list[dict[str, Any]]:
    """Return what was kept, of those that are meant.

    Raises:
        WellmadeError: If nothing of that name wrote anything; with what did.
    """
    events = [json.loads(line) for line in file.read_text().splitlines()]
    chosen = [event for event in events if (wanted or "").lower() in event["source"].lower()]
    if wanted and not chosen:
        there = ", ".join(sorted({event["source"] for event in events})) or "none"
        raise WellmadeError(f"nothing with {wanted!r} in its name wrote anything; there are: {there}")
    return chosen


def groups_of(cloud: LocalCloud, wanted: str | None) -> dict[str, str]:
    """Return the log groups that are meant, each under the logical id, or the name, of what writes there.

    Raises:
        WellmadeError: If nothing of that name writes a log; with what does, and whether it is there at all.
    """
    pages = cloud.client("logs").get_paginator("describe_log_groups").paginate()
    present = [group["logGroupName"] for page in pages for group in page["logGroups"]]
    sources = dict(_functions(cloud)) | dict(_resources(cloud))
    named = {group: sources.get(group, group) for group in (*present, *sources)}
    chosen = {
        group: name
        for group, name in named.items()
        if wanted is None or wanted.lower() in f"{name} {group}".lower()
    }
    if wanted is not None and not chosen:
        there = ", ".join(sorted(set(named.values()))) or "none"
        silent = [
            f"{each.logical_id} ({each.type})"
            for each in deployed_or_none(cloud)
            if wanted.lower() in each.logical_id.lower()
        ]
        what = f"{', '.join(silent)} writes no log" if silent else f"nothing has {wanted!r} in its name"
        raise WellmadeError(f"{what}; those that write one: {there}")
    return chosen


def _functions(cloud: LocalCloud) -> Iterator[tuple[str, str]]:
    """Yield the log group of each function and its logical id."""
    ids = {each.physical_id: each.logical_id for each in deployed_or_none(cloud)}
    pages = cloud.client("lambda").get_paginator("list_functions").paginate()
    for found in (function for page in pages for function in page["Functions"]):
        name = found["FunctionName"]
        group = found.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}"
        yield group, ids.get(name, name)


def _resources(cloud: LocalCloud) -> Iterator[tuple[str, str]]:
    """Yield the log groups that are resources of a stack and serve no function, such as those of tasks."""
    functions = {group for group, _ in _functions(cloud)}
    for each in deployed_or_none(cloud):
        if each.type == "AWS::Logs::LogGroup" and each.physical_id not in functions:
            yield each.physical_id, each.logical_id


def _events(cloud: LocalCloud, groups: dict[str, str], since: int) -> Sequence[dict[str, Any]]:
    """Return the events from that millisecond on, the oldest first."""
    logs = cloud.client("logs")
    found: list[dict[str, Any]] = []
    for group, source in groups.items():
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since)
        try:
            found += [{**event, "source": source} for page in pages for event in page["events"]]
        except logs.exceptions.ResourceNotFoundException:
            continue  # it has not written anything yet
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
