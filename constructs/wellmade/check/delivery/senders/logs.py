"""Where functions, state machines, networks and buckets write their logs and traces."""

from collections.abc import Iterator
from dataclasses import replace

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.need import Need, Sender
from wellmade.check.delivery.senders.common import Place, need
from wellmade.graph import Resource, as_list, as_mapping, flag, text
from wellmade.prove.deployed.unknowns import has_unknown

_WRITES = ("logs:CreateLogStream", "logs:PutLogEvents")
_DELIVERS = (
    *("logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery"),
    *("logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies"),
    "logs:DescribeLogGroups",
)
"""What Step Functions checks when a state machine is to write logs.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""
_OF_APIS = (
    *("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
    *("logs:DescribeLogGroups", "logs:DescribeLogStreams"),
)
"""Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html."""
_PUT = ("s3:PutObject",)
_TRACES = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")


def _function(deployed: Deployed, function: Resource) -> Iterator[Need]:
    role = deployed.graph.role_of(function)
    if role is None or role.derived_from:
        return
    group = deployed.graph.target(function.get("LoggingConfig.LogGroup"), "AWS::Logs::LogGroup")
    if group:
        place = Place(function, function, "LoggingConfig.LogGroup", "writes logs to", "no call leaves a log")
        yield _to_group(deployed, "log-permission", place, role, group)
    if text(function.get("TracingConfig.Mode")) == "Active":
        place = Place(function, function, "TracingConfig", "writes traces for", "no trace arrives")
        yield _anywhere(deployed, place, role, function, _TRACES)


def _machine(deployed: Deployed, machine: Resource) -> Iterator[Need]:
    role = deployed.graph.role_of(machine)
    if role is None or role.derived_from:
        return
    level = text(machine.get("LoggingConfiguration.Level"))
    for entry in as_list(machine.get("LoggingConfiguration.Destinations")):
        value = as_mapping(as_mapping(entry).get("CloudWatchLogsLogGroup")).get("LogGroupArn")
        group = deployed.graph.target(value, "AWS::Logs::LogGroup")
        if group and level not in (None, "OFF"):
            lost = "the deployment fails: the log destination is not accessible"
            place = Place(machine, machine, "LoggingConfiguration", "writes logs to", lost)
            yield _anywhere(deployed, place, role, group, _DELIVERS)
    if machine.flag("TracingConfiguration.Enabled") is True:
        place = Place(machine, machine, "TracingConfiguration", "writes traces for", "no trace arrives")
        yield _anywhere(deployed, place, role, machine, _TRACES)


def _flow(deployed: Deployed, flow: Resource) -> Iterator[Need]:
    role = deployed.graph.target(flow.get("DeliverLogsPermissionArn"), "AWS::IAM::Role")
    value = flow.get("LogGroupName", flow.get("LogDestination"))
    group = deployed.graph.target(value, "AWS::Logs::LogGroup")
    if role and group:
        place = Place(flow, flow, "DeliverLogsPermissionArn", "writes to", "no log arrives")
        yield _to_group(deployed, "log-permission", place, role, group)


def _delivery(deployed: Deployed, stream: Resource) -> Iterator[Need]:
    for name in stream.properties:
        options = as_mapping(as_mapping(stream.get(name)).get("CloudWatchLoggingOptions"))
        group = deployed.graph.target(options.get("LogGroupName"), "AWS::Logs::LogGroup")
        role = deployed.graph.target(as_mapping(stream.get(name)).get("RoleARN"), "AWS::IAM::Role")
        if group and role:
            path = f"{name}.CloudWatchLoggingOptions"
            place = Place(stream, stream, path, "writes errors to", "no error of a delivery is seen")
            found = _to_group(deployed, "log-permission", place, role, group)
            yield replace(found, actions=("logs:PutLogEvents",))


def _bucket(deployed: Deployed, bucket: Resource) -> Iterator[Need]:
    value = bucket.get("LoggingConfiguration.DestinationBucketName")
    target = deployed.graph.target(value, "AWS::S3::Bucket")
    if target and text(target.get("AccessControl")) != "LogDeliveryWrite":
        place = Place(
            bucket, bucket, "LoggingConfiguration", "writes access logs to", "no access log arrives"
        )
        service, source = "logging.s3.amazonaws.com", deployed.arn(bucket)
        prefix = "".join(deployed.texts(bucket.get("LoggingConfiguration.LogFilePrefix"))[:1])
        written = f"/{prefix}*"
        if has_unknown(prefix):
            return
        yield need(
            deployed, "log-policy", place, service, target, _PUT, target, source=source, suffix=written
        )


def _account(deployed: Deployed, account: Resource) -> Iterator[Need]:
    """API Gateway looks at the role when it is given."""
    role = deployed.graph.target(account.get("CloudWatchRoleArn"), "AWS::IAM::Role")
    if role:
        lost = "API Gateway refuses the role, or no log arrives"
        place = Place(account, account, "CloudWatchRoleArn", "writes the logs of APIs for", lost)
        found = _anywhere(deployed, place, role, account, _OF_APIS)
        group = f"arn:aws:logs:{deployed.region}:{deployed.account}:log-group:*"
        yield replace(found, arns=(*found.arns, group))


def _trail(deployed: Deployed, trail: Resource) -> Iterator[Need]:
    bucket = deployed.graph.target(trail.get("S3BucketName"), "AWS::S3::Bucket")
    if bucket:
        place = Place(trail, trail, "S3BucketName", "writes to", "CloudTrail refuses the trail")
        service = "cloudtrail.amazonaws.com"
        found = need(deployed, "log-policy", place, service, bucket, _PUT, bucket)
        yield found
        yield replace(found, actions=("s3:GetBucketAcl",), arns=(deployed.arn(bucket),))


def _balancer(deployed: Deployed, balancer: Resource) -> Iterator[Need]:
    """In older regions an account of AWS writes the logs: whoever is let in by account may be that one."""
    entries = map(as_mapping, as_list(balancer.get("LoadBalancerAttributes")))
    given = {text(entry.get("Key")): entry.get("Value") for entry in entries}
    bucket = deployed.graph.target(given.get("access_logs.s3.bucket"), "AWS::S3::Bucket")
    if bucket and flag(given.get("access_logs.s3.enabled")) is True and not _by_account(deployed, bucket):
        lost = "the deployment fails: access denied for the bucket"
        place = Place(balancer, balancer, "LoadBalancerAttributes", "writes access logs to", lost)
        service = "logdelivery.elasticloadbalancing.amazonaws.com"
        yield need(deployed, "log-policy", place, service, bucket, _PUT, bucket)


def _by_account(deployed: Deployed, bucket: Resource) -> bool:
    return any(
        statement.effect == "Allow" and ({"AWS", "*"} & set(statement.principals))
        for statement in deployed.graph.policies_on(bucket)
    )


def _to_group(deployed: Deployed, rule: str, place: Place, role: Resource, group: Resource) -> Need:
    found = need(deployed, rule, place, role, group, _WRITES, group)
    return replace(found, arns=(f"{deployed.open_arn(group)}:*",))


def _anywhere(
    deployed: Deployed, place: Place, role: Resource, target: Resource, actions: tuple[str, ...]
) -> Need:
    """These actions know no resources; CloudWatch Logs asks for a log group without a name."""
    nameless = f"arn:aws:logs:{deployed.region}:{deployed.account}:log-group::log-stream:"
    arns = ("*", nameless) if actions in (_DELIVERS, _OF_APIS) else ("*",)
    return replace(need(deployed, "log-permission", place, role, target, actions, target), arns=arns)


SENDERS: dict[str, Sender] = {
    "AWS::Lambda::Function": _function,
    "AWS::Serverless::Function": _function,
    "AWS::StepFunctions::StateMachine": _machine,
    "AWS::EC2::FlowLog": _flow,
    "AWS::KinesisFirehose::DeliveryStream": _delivery,
    "AWS::S3::Bucket": _bucket,
    "AWS::ApiGateway::Account": _account,
    "AWS::CloudTrail::Trail": _trail,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _balancer,
}
