"""Why a message failed, as far as the logs of the function that works on the queue say."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from wellmade.redrive.aws import Aws
from wellmade.redrive.message import Message

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient

MOST_PAGES = 10
"""Pages of the log that are searched for one message; a page is up to 1 MB of log or 10,000 lines."""

_FAILURES = frozenset({"ERROR", "CRITICAL"})


@dataclass(frozen=True)
class Logs:
    """The log groups of the functions that work on a queue."""

    client: "CloudWatchLogsClient"
    groups: Sequence[str]

    def reason(self, message: Message) -> str | None:
        """Return the latest failure that was logged with the id of the message, or None."""
        lines = [line for group in self.groups for line in self._lines(group, message)]
        reasons = [reason for line in lines if (reason := failure(line))]
        return reasons[-1] if reasons else None

    def _lines(self, group: str, message: Message) -> list[str]:
        pages = self.client.get_paginator("filter_log_events").paginate(
            logGroupName=group,
            filterPattern=f'"{message.id}"',
            startTime=int(message.sent.timestamp() * 1000),
        )
        return [event["message"] for page in islice(pages, MOST_PAGES) for event in page["events"]]


def open_logs(aws: Aws, queue_arn: str) -> Logs:
    """Find the functions that poll the queue; there may be none, then there are no groups."""
    functions: LambdaClient = aws.client("lambda")
    pages = functions.get_paginator("list_event_source_mappings").paginate(EventSourceArn=queue_arn)
    arns = [mapping["FunctionArn"] for page in pages for mapping in page["EventSourceMappings"]]
    return Logs(aws.client("logs"), [_group(functions, arn) for arn in arns])


def failure(line: str) -> str | None:
    """Return what a line of a log says went wrong; None for a line that reports no failure.

    Understood are the JSON lines of Powertools for AWS Lambda and plain text that speaks of an error.
    """
    try:
        document = json.loads(line)
    except ValueError:
        return line.strip() if "error" in line.lower() or "exception" in line.lower() else None
    if not isinstance(document, dict) or not (
        document.get("level") in _FAILURES or document.get("exception")
    ):
        return None
    text = str(document.get("message", "")).strip()
    trace = str(document.get("exception", "")).strip()
    return (trace.splitlines()[-1] if trace else text) or None


def _group(functions: "LambdaClient", arn: str) -> str:
    configuration: dict[str, Any] = dict(functions.get_function_configuration(FunctionName=arn))
    default = f"/aws/lambda/{configuration['FunctionName']}"
    return str(configuration.get("LoggingConfig", {}).get("LogGroup", default))
