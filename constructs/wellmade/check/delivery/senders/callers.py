"""Services that call functions and topics for one resource: user pools, log groups, alarms, others."""

from collections.abc import Iterator
from dataclasses import replace

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.need import Need, Sender
from wellmade.check.delivery.senders.common import Place, by_role, by_service, need, qualified_type
from wellmade.graph import Resource, as_list, as_mapping

_TABLES = ("AWS::DynamoDB::Table", "AWS::Serverless::SimpleTable")
_THINGS_TO = (
    *(("DynamoDB", "TableName"), ("DynamoDBv2", "TableName"), ("Firehose", "DeliveryStreamName")),
    *(("Kinesis", "StreamName"), ("S3", "BucketName"), ("Sns", "TargetArn"), ("Sqs", "QueueUrl")),
)
"""Actions of a rule of IoT that work with a role, and what names their target."""
_FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")


def _pool(deployed: Deployed, pool: Resource) -> Iterator[Need]:
    for trigger, value in as_mapping(pool.get("LambdaConfig")).items():
        place = Place(pool, pool, f"LambdaConfig.{trigger}", "calls", "every sign-in that calls it fails")
        called = as_mapping(value).get("LambdaArn", value)
        if qualified_type(deployed, called) in _FUNCTIONS:
            service = "cognito-idp.amazonaws.com"
            yield from by_service(deployed, "invoke-permission", place, service, called, deployed.arn(pool))


def _filter(deployed: Deployed, filter_: Resource) -> Iterator[Need]:
    group = deployed.graph.target(filter_.get("LogGroupName"), "AWS::Logs::LogGroup")
    if not group or filter_.derived_from:
        return
    value = filter_.get("DestinationArn")
    place = Place(group, filter_, "DestinationArn", "sends log events to", "CloudWatch refuses the filter")
    if qualified_type(deployed, value) not in _FUNCTIONS:
        yield from by_role(deployed, "target-permission", place, filter_.get("RoleArn"), value)
        return
    source = deployed.arn(group)
    for found in by_service(deployed, "invoke-permission", place, "logs.amazonaws.com", value, source):
        yield replace(found, sources=(source, deployed.open_arn(group)))


def _rotation(deployed: Deployed, rotation: Resource) -> Iterator[Need]:
    secret = deployed.graph.target(rotation.get("SecretId"))
    value = rotation.get("RotationLambdaARN")
    if secret:
        place = Place(secret, rotation, "RotationLambdaARN", "is rotated by", "no rotation ever runs")
        service = "secretsmanager.amazonaws.com"
        yield from by_service(deployed, "invoke-permission", place, service, value, deployed.arn(secret))


def _alarm(deployed: Deployed, alarm: Resource) -> Iterator[Need]:
    source = deployed.arn(alarm)
    for path in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        place = Place(alarm, alarm, path, "notifies", "the alarm goes off and nobody hears of it")
        for value in as_list(alarm.get(path)):
            topic = deployed.graph.target(value, "AWS::SNS::Topic")
            if topic:
                service, actions = "cloudwatch.amazonaws.com", ("sns:Publish",)
                found = need(deployed, "topic-policy", place, service, topic, actions, topic, source=source)
                owner = (("aws:SourceOwner", deployed.account),)
                yield replace(found, context=owner)
            elif qualified_type(deployed, value) in _FUNCTIONS:
                service = "lambda.alarms.cloudwatch.amazonaws.com"
                yield from by_service(deployed, "invoke-permission", place, service, value, source)


def _config(deployed: Deployed, rule: Resource) -> Iterator[Need]:
    value = rule.get("Source.SourceIdentifier")
    place = Place(rule, rule, "Source.SourceIdentifier", "calls", "Config refuses the rule")
    if qualified_type(deployed, value) in _FUNCTIONS:
        service = "config.amazonaws.com"
        yield from by_service(deployed, "invoke-permission", place, service, value, "")


def _group(deployed: Deployed, group: Resource) -> Iterator[Need]:
    place = Place(group, group, "Targets", "calls", "the load balancer refuses the target")
    for target in map(as_mapping, as_list(group.get("Targets"))):
        if qualified_type(deployed, target.get("Id")) in _FUNCTIONS:
            service, source = "elasticloadbalancing.amazonaws.com", ""
            yield from by_service(deployed, "invoke-permission", place, service, target.get("Id"), source)


def _topic_rule(deployed: Deployed, rule: Resource) -> Iterator[Need]:
    for index, action in enumerate(map(as_mapping, as_list(rule.get("TopicRulePayload.Actions")))):
        place = Place(
            rule, rule, f"TopicRulePayload.Actions.{index}", "delivers to", "every message is dropped"
        )
        value = as_mapping(action.get("Lambda")).get("FunctionArn")
        if value is not None:
            service, source = "iot.amazonaws.com", ""
            yield from by_service(deployed, "invoke-permission", place, service, value, source)
        for kind, key in _THINGS_TO:
            given = as_mapping(action.get(kind))
            role, named = given.get("RoleArn"), as_mapping(given.get("PutItem")) or given
            target = deployed.graph.target(named.get(key), *_TABLES)
            actor = deployed.graph.target(role, "AWS::IAM::Role")
            if target and actor:
                actions = ("dynamodb:PutItem",)
                yield need(deployed, "target-permission", place, actor, target, actions, target)
            else:
                yield from by_role(deployed, "target-permission", place, role, named.get(key))


def _hook(deployed: Deployed, hook: Resource) -> Iterator[Need]:
    place = Place(hook, hook, "NotificationTargetARN", "notifies", "Auto Scaling refuses the hook")
    value = hook.get("NotificationTargetARN")
    yield from by_role(deployed, "target-permission", place, hook.get("RoleARN"), value)


def _mail(deployed: Deployed, rule: Resource) -> Iterator[Need]:
    """Conditions are not judged: which account and rule SES sends depends on its set of rules."""
    service = "ses.amazonaws.com"
    for index, action in enumerate(map(as_mapping, as_list(rule.get("Rule.Actions")))):
        place = Place(rule, rule, f"Rule.Actions.{index}", "delivers to", "SES refuses the rule")
        given = as_mapping(action.get("S3Action"))
        if given.get("IamRoleArn") is None:
            yield from by_service(deployed, "log-policy", place, service, given.get("BucketName"), "")
        value = as_mapping(action.get("LambdaAction")).get("FunctionArn")
        yield from by_service(deployed, "invoke-permission", place, service, value, "")


SENDERS: dict[str, Sender] = {
    "AWS::Cognito::UserPool": _pool,
    "AWS::Logs::SubscriptionFilter": _filter,
    "AWS::SecretsManager::RotationSchedule": _rotation,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::CompositeAlarm": _alarm,
    "AWS::Config::ConfigRule": _config,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _group,
    "AWS::AutoScaling::LifecycleHook": _hook,
    "AWS::IoT::TopicRule": _topic_rule,
    "AWS::SES::ReceiptRule": _mail,
}
