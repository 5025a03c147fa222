"""Gap: CloudFormation takes names and schedules that the service itself would refuse.

Each pattern is that of the service's own API reference.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import re
from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]

_RATE = r"rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)"
_CRON = r"cron\(\S+ \S+ (\? \S+ [^\s?]+|[^\s?]+ \S+ \?) \S+\)"  # a day of the month, or one of the week
_TAKEN: dict[str, tuple[str, str, str]] = {
    "AWS::DynamoDB::Table": ("TableName", r"[\w.-]{3,255}", "3 to 255 letters, digits and . _ -"),
    "AWS::Events::Rule": ("Name", r"[\w.-]{1,64}", "up to 64 letters, digits and . _ -"),
    "AWS::IAM::Role": ("RoleName", r"[\w+=,.@-]{1,64}", "up to 64 letters, digits and + = , . @ _ -"),
    "AWS::Kinesis::Stream": ("Name", r"[\w.-]{1,128}", "up to 128 letters, digits and . _ -"),
    "AWS::Lambda::Function": ("FunctionName", r"[\w-]{1,64}", "up to 64 letters, digits and _ -"),
    "AWS::Logs::LogGroup": ("LogGroupName", r"[\w./#-]{1,512}", "up to 512 letters, digits and . _ / # -"),
    "AWS::S3::Bucket": (
        "BucketName",
        r"(?!\d+(\.\d+){3}$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        "3 to 63 small letters, digits and . -, no IP address",
    ),
    "AWS::SNS::Topic": ("TopicName", r"[\w-]{1,256}|[\w-]{1,251}\.fifo", "letters, digits and _ -"),
    "AWS::SQS::Queue": ("QueueName", r"[\w-]{1,80}|[\w-]{1,75}\.fifo", "up to 80 letters, digits and _ -"),
    "AWS::SSM::Parameter": ("Name", r"[\w./-]{1,2048}", "letters, digits and . _ / -"),
    "AWS::StepFunctions::StateMachine": (
        "StateMachineName",
        r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/]{1,80}",
        "up to 80 characters, no blanks or brackets",
    ),
}
"""Of each type the property of its name, what it may be, and that in words."""
_SCHEDULE = ("ScheduleExpression", f"{_RATE}|{_CRON}", "rate(1 minute), rate(2 minutes), cron(0 8 ? * MON *)")


def apply() -> None:
    """Refuse them as the services do, when their resource is created."""
    for kind, (name, pattern, words) in _TAKEN.items():
        _demand(kind, name, re.compile(pattern, re.ASCII), words)
    name, pattern, words = _SCHEDULE
    _demand("AWS::Events::Rule", name, re.compile(pattern), words)


def _demand(kind: str, name: str, pattern: re.Pattern[str], words: str) -> None:
    handler = provisioners._RESOURCE_HANDLERS[kind]
    create: Callable[..., Any] = handler["create"]

    def create_if_taken(logical_id: str, properties: Properties, stack: str) -> Any:
        value = properties.get(name)
        if isinstance(value, str) and not pattern.fullmatch(value):
            raise ValueError(f"{name} must be {words}, got {value}")
        return create(logical_id, properties, stack)

    handler["create"] = create_if_taken
