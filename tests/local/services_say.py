"""What a running cloud says of the deliveries that a resource defines: its service is asked, as users would ask."""

from collections.abc import Callable
from typing import Any

Client = Callable[[str], Any]


def _rule(client: Client, identity: str) -> Any:
    name, events = identity.rpartition("|")[2].rpartition("/")[2], client("events")
    for bus in events.list_event_buses()["EventBuses"]:
        if events.list_rules(EventBusName=bus["Name"], NamePrefix=name)["Rules"]:
            yield events.list_targets_by_rule(Rule=name, EventBusName=bus["Name"])


def _integrations(client: Client, _identity: str) -> Any:
    rest, http = client("apigateway"), client("apigatewayv2")
    for api in rest.get_rest_apis()["items"]:
        for resource in rest.get_resources(restApiId=api["id"], limit=500)["items"]:
            for verb in resource.get("resourceMethods", {}):
                place = {"restApiId": api["id"], "resourceId": resource["id"], "httpMethod": verb}
                yield rest.get_method(**place)
        yield rest.get_authorizers(restApiId=api["id"])
    for api in http.get_apis()["Items"]:
        yield from (
            http.get_integrations(ApiId=api["ApiId"]),
            http.get_authorizers(ApiId=api["ApiId"]),
        )


def _subscription(client: Client, arn: str) -> Any:
    for page in client("sns").get_paginator("list_subscriptions").paginate():
        yield from (each for each in page["Subscriptions"] if each["SubscriptionArn"] == arn)
    yield client("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]


def _subscription_filters(client: Client, name: str) -> Any:
    logs = client("logs")
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            found = logs.describe_subscription_filters(logGroupName=group["logGroupName"])
            yield from (each for each in found["subscriptionFilters"] if each["filterName"] == name)


def _data_source(client: Client, identity: str) -> Any:
    api, _, name = identity.partition("/")
    return client("appsync").get_data_source(apiId=api, name=name)


def _schedule(client: Client, identity: str) -> Any:
    scheduler, name = client("scheduler"), identity.rpartition("|")[2]
    for each in scheduler.list_schedules(NamePrefix=name)["Schedules"]:  # of any group
        yield scheduler.get_schedule(GroupName=each["GroupName"], Name=each["Name"])


SAYS: dict[str, Callable[[Client, str], Any]] = {
    "AWS::ApiGateway::Authorizer": _integrations,
    "AWS::ApiGateway::Method": _integrations,
    "AWS::ApiGateway::RestApi": _integrations,
    "AWS::ApiGatewayV2::Api": _integrations,
    "AWS::ApiGatewayV2::Authorizer": _integrations,
    "AWS::ApiGatewayV2::Integration": _integrations,
    "AWS::AppSync::DataSource": _data_source,
    "AWS::CloudFront::Distribution": lambda client, identity: client("cloudfront").get_distribution(
        Id=identity
    ),
    "AWS::CloudWatch::Alarm": lambda client, name: client("cloudwatch").describe_alarms(AlarmNames=[name]),
    "AWS::CloudWatch::CompositeAlarm": lambda client, name: client("cloudwatch").describe_alarms(
        AlarmNames=[name], AlarmTypes=["CompositeAlarm"]
    ),
    "AWS::Cognito::UserPool": lambda client, identity: client("cognito-idp").describe_user_pool(
        UserPoolId=identity
    ),
    "AWS::Events::Archive": lambda client, name: client("events").describe_archive(ArchiveName=name),
    "AWS::Events::Rule": _rule,
    "AWS::KinesisFirehose::DeliveryStream": lambda client, name: client("firehose").describe_delivery_stream(
        DeliveryStreamName=name
    ),
    "AWS::Lambda::EventSourceMapping": lambda client, uuid: client("lambda").get_event_source_mapping(
        UUID=uuid
    ),
    "AWS::Lambda::Function": lambda client, name: client("lambda").get_function(FunctionName=name),
    "AWS::Lambda::Url": lambda client, name: client("lambda").get_function_url_config(FunctionName=name),
    "AWS::Logs::SubscriptionFilter": _subscription_filters,
    "AWS::Pipes::Pipe": lambda client, name: client("pipes").describe_pipe(Name=name.rpartition("/")[2]),
    "AWS::S3::Bucket": lambda client, name: client("s3").get_bucket_notification_configuration(Bucket=name),
    "AWS::SNS::Subscription": _subscription,
    "AWS::SNS::Topic": lambda client, arn: client("sns").list_subscriptions_by_topic(TopicArn=arn),
    "AWS::SQS::Queue": lambda client, url: client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["All"]
    ),
    "AWS::Scheduler::Schedule": _schedule,
    "AWS::SecretsManager::RotationSchedule": lambda client, secret: client("secretsmanager").describe_secret(
        SecretId=secret
    ),
    "AWS::StepFunctions::StateMachine": lambda client, arn: client("stepfunctions").describe_state_machine(
        stateMachineArn=arn
    ),
}
"""What tells of the deliveries that a resource defines, by its type."""
