"""Why messages failed, as far as the logs of the function that works on the queue say."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wellmade.redrive.aws import Aws
from wellmade.redrive.message import Message

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient

MOST_PAGES = 1000
"""Pages of a log group that are searched; a page is up to 1 MB of log or 10,000 lines."""

_LEVELS = frozenset({"ERROR", "CRITICAL"})
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_VARYING = re.compile(r"'[^']*'|\"[^\"]*\"|[0-9a-f]{8}-[0-9a-f-]{27}|0x[0-9a-f]+|\d+")


@dataclass(frozen=True)
class Logs:
    """The log groups of the functions that work on a queue."""

    client: "CloudWatchLogsClient"
    groups: Sequence[str]
    functions: Sequence[str] = ()
    """Their ARNs."""
    cut: list[str] = field(default_factory=list)
    """Log groups that have more pages than were searched."""

    def reasons(self, messages: Iterable[Message]) -> Mapping[str, str]:
        """Return, by message id, the latest failure that was logged with it; each group is read once."""
        wanted = {message.id: message for message in messages}
        if not wanted:
            return {}
        since = min(int(message.sent.timestamp() * 1000) for message in wanted.values())
        found: dict[str, str] = {}
        for group in self.groups:
            for line in self._lines(group, since):
                named = wanted.keys() & set(_ID.findall(line))
                if named and (reason := failure(line)):
                    found |= dict.fromkeys(named, reason)
        return found

    def _lines(self, group: str, since: int) -> Iterator[str]:
        """Yield all lines: `failure` alone decides which of them speak of a failure."""
        pages = self.client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since)
        for number, page in enumerate(pages):
            if number == MOST_PAGES:
                self.cut.append(group)
                return
            yield from (event["message"] for event in page["events"])


def group_of(reason: str) -> str:
    """Return the reason without what differs between messages: numbers, ids, quoted text."""
    return _VARYING.sub("…", reason)


def open_logs(aws: Aws, queue_arn: str) -> Logs:
    """Find the functions that poll the queue; there may be none, then there are no groups."""
    functions: LambdaClient = aws.client("lambda")
    pages = functions.get_paginator("list_event_source_mappings").paginate(EventSourceArn=queue_arn)
    arns = [mapping["FunctionArn"] for page in pages for mapping in page["EventSourceMappings"]]
    return Logs(aws.client("logs"), [_group(functions, arn) for arn in arns], arns)


def failure(line: str) -> str | None:
    """Return what a line of a log says went wrong; None for a line that reports no failure.

    Understood are the JSON lines of Powertools for AWS Lambda and plain text that speaks of an error.
    """
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        return line.strip() if "error" in line.lower() or "exception" in line.lower() else None
    if not isinstance(document, dict) or not (document.get("level") in _LEVELS or document.get("exception")):
        return None
    text = str(document.get("message", "")).strip()
    trace = str(document.get("exception", "")).strip()
    return (trace.splitlines()[-1] if trace else text) or None


def _group(functions: "LambdaClient", arn: str) -> str:
    configuration: dict[str, Any] = dict(functions.get_function_configuration(FunctionName=arn))
    default = f"/aws/lambda/{configuration['FunctionName']}"
    return str(configuration.get("LoggingConfig", {}).get("LogGroup", default))
