"""From a message in the dead-letter queue to the person who hears of it, step by step."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.pipeline import Pipeline
from demo.samples import Sample
from wellmade.redrive.deliveries import receive
from wellmade.redrive.message import s3_objects
from wellmade.redrive.plan import Plan, make_plan
from wellmade.redrive.queues import find_queue, find_route

SUBSCRIBER = "demo-on-call"
MOST_RECEIVES = 3
"""Receives before a message moves to the dead-letter queue: what the stack says, as `max_receive_count`."""


@dataclass
class AlarmPath:
    """Looks for each station of the path, one after the other, and keeps what it found."""

    pipeline: Pipeline
    sample: Sample
    """The file that fails every time."""
    found: dict[str, str] = field(default_factory=dict)
    """Station to what was seen there."""
    plan: Plan | None = None
    """What `wellmade redrive` found in the dead-letter queue, with the reason from the logs."""
    subscriber: str = ""
    _alarm: dict[str, Any] = field(default_factory=dict)

    def subscribe(self) -> None:
        """Put a queue in the place of the person on call."""
        sqs = self.pipeline.cloud.client("sqs")
        topic = self.pipeline.outputs["AlarmTopicArn"]
        self.subscriber = sqs.create_queue(QueueName=SUBSCRIBER)["QueueUrl"]
        arn = find_queue(sqs, self.subscriber).arn
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sqs.set_queue_attributes(QueueUrl=self.subscriber, Attributes={"Policy": policy})
        self.pipeline.cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    @property
    def stations(self) -> dict[str, Callable[[], str | None]]:
        """Each station with the way to look at it."""
        return {
            "dead-letter queue": self._message,
            "metric": self._metric,
            "alarm": self._state,
            "topic and subscriber": self._notice,
        }

    @property
    def complete(self) -> bool:
        """Whether every station was reached."""
        return self.found.keys() == self.stations.keys()

    def look(self) -> None:
        """Go as far along the path as it is by now."""
        for station, see in self.stations.items():
            if station not in self.found:
                seen = see()
                if seen is None:
                    return
                self.found[station] = seen

    @property
    def reason(self) -> str | None:
        """Why the file failed, in the words of the log."""
        return next(iter(self.plan.reasons.values()), None) if self.plan else None

    def missing(self) -> Sequence[str]:
        """Return the stations that were not reached, and what is wrong at the first."""
        lines = [
            f"the alarm did not reach: {station}" for station in self.stations if station not in self.found
        ]
        if self.plan is None:
            return lines
        named = f"s3://{self.pipeline.outputs['InboxBucketName']}/{self.sample.key}"
        found = [(s3_objects(message.body), message.receives) for message in self.plan.seen]
        if found != [([named], MOST_RECEIVES)]:
            lines.append(
                f"the dead-letter queue holds {found}, expected {named} after {MOST_RECEIVES} receives"
            )
        return lines if self.reason else [*lines, f"the log does not say why {self.sample.key} failed"]

    def _message(self) -> str | None:
        """Look once only, because a look counts as a receive."""
        url = self.pipeline.outputs["DeadLetterQueueUrl"]
        if not self.pipeline.depth("DeadLetterQueueUrl"):
            return None
        route = find_route(self.pipeline.cloud.client("sqs"), url, None)
        self.plan = make_plan(self.pipeline.cloud, route, most=10, match=None, wait=0)
        times = ", ".join(f"{n} received {times} times" for times, n in self.plan.receives.items())
        return f"{len(self.plan.seen)} message: {times}"

    def _metric(self) -> str | None:
        now = datetime.now(UTC)
        points = self.pipeline.cloud.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/SQS",
            MetricName="ApproximateNumberOfMessagesVisible",
            Dimensions=[{"Name": "QueueName", "Value": self._queue_name}],
            StartTime=now - timedelta(minutes=10),
            EndTime=now + timedelta(minutes=1),
            Period=60,
            Statistics=["Maximum"],
        )["Datapoints"]
        highest = max((point["Maximum"] for point in points), default=0)
        return f"ApproximateNumberOfMessagesVisible = {highest:g}" if highest else None

    def _state(self) -> str | None:
        alarms = self.pipeline.cloud.client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"]
        for alarm in alarms:
            dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
            if dimensions.get("QueueName") == self._queue_name:
                self._alarm = alarm
                return f"{alarm['AlarmName']} is in ALARM"
        return None

    def _notice(self) -> str | None:
        sqs = self.pipeline.cloud.client("sqs")
        for message in receive(sqs, find_queue(sqs, self.subscriber), most=10, hidden_for=60, wait=0):
            envelope = json.loads(message.body)
            notice = json.loads(envelope["Message"])
            if notice["AlarmName"] == self._alarm["AlarmName"] and notice["NewStateValue"] == "ALARM":
                return (
                    f"{envelope['TopicArn'].rpartition(':')[2]} told {SUBSCRIBER}: {notice['NewStateReason']}"
                )
        return None

    @property
    def _queue_name(self) -> str:
        return self.pipeline.outputs["DeadLetterQueueUrl"].rpartition("/")[2]
