"""Buckets: their lifecycle rules and what they are for."""

from collections.abc import Iterator, Mapping

from wellmade.graph import Graph, Resource, Unknown, Value, as_list, as_mapping

BUCKET = "AWS::S3::Bucket"


def lifecycle(bucket: Resource) -> list[Mapping[str, Value]] | None:
    """Return the rules that may be enabled, those of all branches; None when they are not known."""
    rules = as_list(bucket.get("LifecycleConfiguration.Rules"))
    if isinstance(bucket.get("LifecycleConfiguration"), Unknown) or any(
        isinstance(rule, Unknown) for rule in rules
    ):
        return None
    return [rule for rule in map(as_mapping, rules) if rule.get("Status", "Enabled") != "Disabled"]


def has_rule(bucket: Resource, *names: str) -> bool:
    """Tell whether a lifecycle rule says, or may say, one of these things."""
    rules = lifecycle(bucket)
    return rules is None or any(name in rule for rule in rules for name in names)


def log_buckets(graph: Graph) -> Iterator[tuple[Resource, str]]:
    """Yield the buckets that services deliver logs or streams to, each with what it keeps."""
    for kind, paths, content in _DELIVERIES:
        for resource in graph.of_type(kind):
            for path in paths:
                bucket = graph.target(resource.get(path), BUCKET)
                if bucket:
                    yield bucket, f"{content} of {resource.logical_id}"
    for balancer in graph.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        for attribute in map(as_mapping, as_list(balancer.get("LoadBalancerAttributes"))):
            if attribute.get("Key") == "access_logs.s3.bucket":
                bucket = graph.target(attribute.get("Value"), BUCKET)
                if bucket:
                    yield bucket, f"the access logs of {balancer.logical_id}"


_DELIVERIES = (
    (BUCKET, ("LoggingConfiguration.DestinationBucketName",), "the access logs"),
    ("AWS::CloudTrail::Trail", ("S3BucketName",), "the events"),
    ("AWS::CloudFront::Distribution", ("DistributionConfig.Logging.Bucket",), "the access logs"),
    ("AWS::EC2::FlowLog", ("LogDestination",), "the flow logs"),
    (
        "AWS::KinesisFirehose::DeliveryStream",
        ("S3DestinationConfiguration.BucketARN", "ExtendedS3DestinationConfiguration.BucketARN"),
        "the records",
    ),
)
