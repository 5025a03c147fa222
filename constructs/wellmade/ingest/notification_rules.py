"""What must hold of the notification of files, as it was synthesized."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import IConstruct

from wellmade.facts.s3 import overlapping_filters
from wellmade.ingest.inbox import Inbox, second_notification
from wellmade.kit.lookups import default_child, path_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized
from wellmade.kit.texts import texts_of

_CUSTOM = "Custom::S3BucketNotifications"
_KINDS = ("QueueConfigurations", "TopicConfigurations", "LambdaConfigurations")


@dataclass(frozen=True)
class OwnNotificationRules:
    """The notification of an inbox that the pipeline defines."""

    inbox: Inbox
    queue: sqs.IQueue
    prefix: str
    suffixes: Sequence[str]

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal where files would arrive unseen, or S3 would refuse the bucket."""
        if any(each.get("Managed") is not False for each in _custom(synthesized, self.inbox)):
            yield second_notification(self.inbox)
        configured = synthesized.properties(self.inbox.resource).get("NotificationConfiguration", {})
        resolve = partial(synthesized.resolve, self.inbox)
        arn, prefix = resolve(self.queue.queue_arn), _text(resolve(self.prefix))
        watched = {
            _filter(each) for each in configured.get("QueueConfigurations", []) if each.get("Queue") == arn
        }
        for suffix in self.suffixes or [""]:
            if (prefix, _text(resolve(suffix))) not in watched:
                yield self._unseen(suffix)
        filters = [_filter(each) for kind in _KINDS for each in configured.get(kind, [])]
        for one, other in overlapping_filters(filters):
            yield overlap(path_of(self.inbox), one, other, self.inbox.resource)

    def _unseen(self, suffix: str) -> RefusedError:
        return refusal(
            self.inbox,
            "notification",
            f"sent to the pipeline's queue for {self.prefix}*{suffix}",
            "none",
            "leave NotificationConfiguration as the pipeline defines it, or give bucket=",
            resource=self.inbox.resource,
        )


@dataclass(frozen=True)
class EventRules:
    """The events of a bucket of the user's."""

    scope: IConstruct
    bucket: s3.IBucket
    rule: events.CfnRule
    name: str

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal where files would arrive unseen; an imported bucket is not known and passes."""
        rule = synthesized.properties(self.rule)
        if rule.get("Name") != self.name:
            fix = "leave it: the queue's policy names the rule by it"
            yield refusal(self.scope, "name", self.name, rule.get("Name"), fix, resource=self.rule)
        if rule.get("State", "ENABLED") == "DISABLED":
            fix = "leave it enabled: files would arrive unseen"
            yield refusal(self.scope, "state", "ENABLED", "DISABLED", fix, resource=self.rule)
        resource = default_child(self.bucket)
        if not isinstance(resource, s3.CfnBucket):
            return
        configured = synthesized.properties(resource).get("NotificationConfiguration", {})
        is_on = configured.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled") is True
        stays_on = all(
            each.get("Managed") is False or "EventBridgeConfiguration" in each["NotificationConfiguration"]
            for each in _custom(synthesized, self.bucket)
        )
        if not is_on or not stays_on:
            fix = "leave EventBridgeConfiguration as the pipeline sets it"
            yield refusal(
                self.scope, "bucket", "one that sends events to EventBridge", "off", fix, resource=resource
            )


def refuse_overlap(path: str, prefix: str, suffixes: Sequence[str]) -> None:
    """Raise where two suffixes can match one file: S3 refuses the bucket.

    Raises:
        RefusedError: With the two.
    """
    found = next(overlapping_filters([(prefix, suffix) for suffix in suffixes]), None)
    if found:
        raise overlap(path, *found, None)


def overlap(
    path: str, one: tuple[str, str], other: tuple[str, str], resource: s3.CfnBucket | None
) -> RefusedError:
    """Return the refusal of two filters that can match one key."""
    return refusal(
        path,
        "suffixes",
        "such that no file matches two of them",
        f"{'*'.join(one)} and {'*'.join(other)}",
        "leave out the longer one, or give bucket=, whose events overlap harmlessly",
        resource=resource,
    )


def _custom(synthesized: Synthesized, bucket: s3.IBucket) -> Iterator[Mapping[str, Any]]:
    """Yield what the CDK's function configures on a bucket."""
    name = synthesized.resolve(bucket, bucket.bucket_name)
    for resource in synthesized.resources(bucket).values():
        if resource["Type"] == _CUSTOM and resource["Properties"].get("BucketName") == name:
            yield resource["Properties"]


def _filter(configuration: Mapping[str, Any]) -> tuple[str, str]:
    rules = configuration.get("Filter", {}).get("S3Key", {}).get("Rules", [])
    named = {str(rule["Name"]).lower(): _text(rule["Value"]) for rule in rules}
    return named.get("prefix", ""), named.get("suffix", "")


def _text(value: Any) -> str:
    """Return a filter's value as text; a parameter of the template has no other text than itself."""
    return texts_of(value)[0]
