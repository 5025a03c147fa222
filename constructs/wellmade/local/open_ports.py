"""What of the deployed app listens beyond this machine, as the extension has written it down."""

import re

from wellmade.local.server import LocalCloud

_GROUP = "/wellmade/open-ports"
_LINE = re.compile(r"(?P<who>.+?) listens (?P<ended>no longer )?at (?P<place>\S+?),?(?: .*)?")


def open_ports(cloud: LocalCloud) -> list[str]:
    """Return who listens beyond this machine now, where, and what to do; empty where Linux tells nothing."""
    logs = cloud.client("logs")
    try:
        pages = list(logs.get_paginator("filter_log_events").paginate(logGroupName=_GROUP))
    except logs.exceptions.ResourceNotFoundException:
        return []
    found: dict[tuple[str, str], str] = {}
    for line in (event["message"] for page in pages for event in page["events"]):
        said = _LINE.fullmatch(line)
        if said and said["ended"]:
            found.pop((said["who"], said["place"]), None)
        elif said:
            found[said["who"], said["place"]] = line
    return list(found.values())
