"""Buckets: their notifications, and the distributions in front of them."""

from collections.abc import Iterator, Mapping

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.need import Need, Sender
from wellmade.check.delivery.senders.common import Place, by_service, need
from wellmade.graph import Resource, Value, as_list, as_mapping

_S3 = "s3.amazonaws.com"
_NATIVE = (
    ("LambdaConfigurations", "Function", "invoke-permission"),
    ("QueueConfigurations", "Queue", "queue-policy"),
    ("TopicConfigurations", "Topic", "topic-policy"),
)
_CUSTOM = (
    ("LambdaFunctionConfigurations", "LambdaFunctionArn", "invoke-permission"),
    ("QueueConfigurations", "QueueArn", "queue-policy"),
    ("TopicConfigurations", "TopicArn", "topic-policy"),
)
_REFUSED = "S3 refuses the notification, and the deployment fails"


def _native(deployed: Deployed, bucket: Resource) -> Iterator[Need]:
    given = as_mapping(bucket.get("NotificationConfiguration"))
    yield from _needs(deployed, bucket, bucket, given, _NATIVE)


def _custom(deployed: Deployed, notifications: Resource) -> Iterator[Need]:
    bucket = deployed.graph.target(notifications.get("BucketName"), "AWS::S3::Bucket")
    if bucket:
        given = as_mapping(notifications.get("NotificationConfiguration"))
        yield from _needs(deployed, bucket, notifications, given, _CUSTOM)


def _needs(
    deployed: Deployed,
    bucket: Resource,
    at: Resource,
    given: Mapping[str, Value],
    keys: tuple[tuple[str, str, str], ...],
) -> Iterator[Need]:
    for section, key, rule in keys:
        for index, entry in enumerate(map(as_mapping, as_list(given.get(section)))):
            path = f"NotificationConfiguration.{section}.{index}"
            place = Place(bucket, at, path, "notifies", _REFUSED)
            yield from by_service(deployed, rule, place, _S3, entry.get(key), deployed.arn(bucket))


def _distribution(deployed: Deployed, distribution: Resource) -> Iterator[Need]:
    origins = as_list(distribution.get("DistributionConfig.Origins"))
    for index, origin in enumerate(map(as_mapping, origins)):
        bucket = deployed.graph.target(origin.get("DomainName"), "AWS::S3::Bucket")
        control = deployed.graph.target(origin.get("OriginAccessControlId"))
        if bucket and control:
            path = f"DistributionConfig.Origins.{index}"
            place = Place(distribution, distribution, path, "serves", "every request is answered with 403")
            source = deployed.arn(distribution)
            service, actions = "cloudfront.amazonaws.com", ("s3:GetObject",)
            yield need(deployed, "origin-policy", place, service, bucket, actions, bucket, source=source)


SENDERS: dict[str, Sender] = {
    "AWS::S3::Bucket": _native,
    "Custom::S3BucketNotifications": _custom,
    "AWS::CloudFront::Distribution": _distribution,
}
