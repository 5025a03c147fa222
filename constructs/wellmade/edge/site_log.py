"""The access log of a distribution, in JSON, without query strings and cookies."""

from typing import Any, cast

from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.kit.log_group import define_log_group
from wellmade.kit.lookups import stack_of
from wellmade.kit.names import early_name
from wellmade.kit.suppressions import suppress

FIELDS = (
    "date",
    "time",
    "x-edge-location",
    "c-ip",
    "cs-method",
    "x-host-header",
    "cs-uri-stem",
    "sc-status",
    "sc-bytes",
    "time-taken",
    "x-edge-result-type",
    "x-edge-detailed-result-type",
    "x-edge-request-id",
    "cs(Referer)",
    "cs(User-Agent)",
    "ssl-protocol",
)
"""What a line holds; query strings and cookies may carry secrets.

Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
"""
_NAME = 60
"""Characters of a name of CloudWatch's deliveries."""


def define_access_log(
    scope: Construct, distribution: cloudfront.Distribution, key: kms.IKey | None
) -> logs.LogGroup:
    """Define where CloudFront writes a line for each request.

    Args:
        scope: The site.
        distribution: Whose requests are logged.
        key: The user's key; None for CloudWatch's own.
    """
    group = define_log_group(
        scope, "AccessLog", harmless="query strings and cookies are left out", encryption_key=key
    )
    delivery = iam.PolicyStatement(
        principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
        actions=["logs:CreateLogStream", "logs:PutLogEvents"],
        resources=[group.log_group_arn],
        conditions={"StringEquals": {"aws:SourceAccount": stack_of(scope).account}},
    )
    group.add_to_resource_policy(delivery)
    source = logs.CfnDeliverySource(
        scope,
        "LogSource",
        name=early_name(scope, "LogSource", max_length=_NAME),
        log_type="ACCESS_LOGS",
        resource_arn=distribution.distribution_arn,
    )
    destination = logs.CfnDeliveryDestination(
        scope,
        "LogDestination",
        name=early_name(scope, "LogDestination", max_length=_NAME),
        destination_resource_arn=group.log_group_arn,
        output_format="json",
    )
    sent = logs.CfnDelivery(
        scope,
        "LogDelivery",
        delivery_source_name=source.name,
        delivery_destination_arn=destination.attr_arn,
        record_fields=list(FIELDS),
    )
    for each in (source, cast(Any, group.node.find_child("Policy"))):
        sent.node.add_dependency(each)
    reason = "Requests are logged by the newer deliveries of CloudWatch, which take no list of access rights."
    suppress(distribution, {"CKV_AWS_86": reason, "AwsSolutions::AwsSolutions-CFR3": reason})
    return group
