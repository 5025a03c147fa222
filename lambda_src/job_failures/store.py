"""The queue in which failed jobs wait for a person."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class Kept:
    """The dead-letter queue, by its URL."""

    sqs: "SQSClient"
    url: str

    def keep(self, record: SQSRecord) -> None:
        """Keep a message as it came, so that it can be sent back; kept twice, its job is still done once."""
        self.sqs.send_message(
            QueueUrl=self.url,
            MessageBody=record.body,
            MessageAttributes=_attributes(record.raw_event),
            **_group(record.raw_event),
        )


def _group(message: dict[str, Any]) -> dict[str, Any]:
    """Return the group of a message, by which a queue is fair to tenants when it is sent back."""
    group = (message.get("attributes") or {}).get("MessageGroupId")
    return {"MessageGroupId": group} if group else {}


def _attributes(message: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of a received message as they are sent."""
    return {
        name: {"DataType": each["dataType"], "StringValue": each["stringValue"]}
        for name, each in (message.get("messageAttributes") or {}).items()
        if "stringValue" in each
    }
