"""Why messages failed, as far as the logs of the function that works on the queue say."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from wellmade.redrive.answers import MOST_PAGES_OF_NAMES, need
from wellmade.redrive.aws import Aws
from wellmade.redrive.log_lines import ID, begins, failure, request_of
from wellmade.redrive.message import Message

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient

MOST_PAGES = 1000
"""Pages of a log group that are searched; a page is up to 1 MB of log or 10,000 lines."""

_MAPPINGS = "ListEventSourceMappings"
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
        """Return, by message id, the latest failure that was logged with it; each group is read once.

        That is a line that names the message, else the failure of a request in which a line names it: an
        exception that nobody catches is logged without the message, and ends the whole batch.
        """
        wanted = {message.id: message for message in messages}
        if not wanted:
            return {}
        since = min(int(message.sent.timestamp() * 1000) for message in wanted.values())
        found: dict[str, str] = {}
        named, failed = dict[str, set[str]](), dict[str, str]()
        for group in self.groups:
            for line, request in self._lines(group, since):
                here, reason = wanted.keys() & set(ID.findall(line)), failure(line)
                if here and reason:
                    found |= dict.fromkeys(here, reason)
                elif request and here:
                    named.setdefault(request, set()).update(here)
                elif request and reason:
                    failed[request] = reason
        ended = {each: failed[request] for request in failed for each in named.get(request, ())}
        return ended | found

    def _lines(self, group: str, since: int) -> Iterator[tuple[str, str | None]]:
        """Yield all lines, each with its request; `failure` alone decides which speak of a failure."""
        pages = self.client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since)
        running: dict[str, str] = {}
        for number, page in enumerate(pages):
            if number == MOST_PAGES:
                self.cut.append(group)
                return
            for event in need(page, "FilterLogEvents", "events", list):
                line, stream = event.get("message") or "", event.get("logStreamName", "")
                request = request_of(line)
                if request and begins(line):
                    running[stream] = request
                yield line, request or running.get(stream)


def group_of(reason: str) -> str:
    """Return the reason without what differs between messages: numbers, ids, quoted text."""
    return _VARYING.sub("…", reason)


def open_logs(aws: Aws, queue_arn: str) -> Logs:
    """Find the functions that poll the queue; there may be none, then there are no groups."""
    functions: LambdaClient = aws.client("lambda")
    pages = functions.get_paginator("list_event_source_mappings").paginate(EventSourceArn=queue_arn)
    arns = [
        need(mapping, _MAPPINGS, "FunctionArn")
        for page in islice(pages, MOST_PAGES_OF_NAMES)
        for mapping in need(page, _MAPPINGS, "EventSourceMappings", list)
    ]
    return Logs(aws.client("logs"), [_group(functions, arn) for arn in arns], arns)


def _group(functions: "LambdaClient", arn: str) -> str:
    configuration: dict[str, Any] = dict(functions.get_function_configuration(FunctionName=arn))
    name = need(configuration, "GetFunctionConfiguration", "FunctionName")
    return str(configuration.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}")
