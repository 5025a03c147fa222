"""Where a running cloud says what it delivers: each service is asked, as its users would ask it."""

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from wellmade.graph import Edge, load
from wellmade.local.deliveries import is_delivery, is_made
from wellmade.local.deployed import deployed
from wellmade.local.server import LocalCloud

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


SAYS: dict[str, Callable[[Client, str], Any]] = {
    "AWS::ApiGateway::Authorizer": _integrations,
    "AWS::ApiGateway::Method": _integrations,
    "AWS::ApiGateway::RestApi": _integrations,
    "AWS::ApiGatewayV2::Api": _integrations,
    "AWS::ApiGatewayV2::Authorizer": _integrations,
    "AWS::ApiGatewayV2::Integration": _integrations,
    "AWS::CloudWatch::Alarm": lambda client, name: client("cloudwatch").describe_alarms(AlarmNames=[name]),
    "AWS::CloudWatch::CompositeAlarm": lambda client, name: client("cloudwatch").describe_alarms(
        AlarmNames=[name], AlarmTypes=["CompositeAlarm"]
    ),
    "AWS::Events::Archive": lambda client, name: client("events").describe_archive(ArchiveName=name),
    "AWS::Events::Rule": _rule,
    "AWS::Lambda::EventSourceMapping": lambda client, uuid: client("lambda").get_event_source_mapping(
        UUID=uuid
    ),
    "AWS::Lambda::Function": lambda client, name: client("lambda").get_function(FunctionName=name),
    "AWS::Pipes::Pipe": lambda client, name: client("pipes").describe_pipe(Name=name.rpartition("/")[2]),
    "AWS::S3::Bucket": lambda client, name: client("s3").get_bucket_notification_configuration(Bucket=name),
    "AWS::SNS::Subscription": _subscription,
    "AWS::SNS::Topic": lambda client, arn: client("sns").list_subscriptions_by_topic(TopicArn=arn),
    "AWS::SQS::Queue": lambda client, url: client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["All"]
    ),
    "AWS::Scheduler::Schedule": lambda client, name: client("scheduler").get_schedule(
        Name=name.rpartition("|")[2]
    ),
    "AWS::StepFunctions::StateMachine": lambda client, arn: client("stepfunctions").describe_state_machine(
        stateMachineArn=arn
    ),
}
"""What tells of the deliveries that a resource defines, by its type."""


ELSEWHERE = {"AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Version"}
"""Of releases and on-failure paths, whose own tests drive them."""


def unserved(cloud: LocalCloud) -> Iterator[str]:
    """Yield each delivery that is not named as dropped and that the cloud does not know of."""
    physical = {(each.stack, each.logical_id): each.physical_id for each in deployed(cloud)}
    for edge in made(cloud):
        via, target = (physical[each.stack, each.logical_id] for each in (edge.via, edge.target))
        says = SAYS.get(edge.via.type)
        said = _text(says(cloud.client, via)) if says else ""
        if not _names(said, target, edge):
            yield f"{edge.via.stack}: {edge.source.logical_id} {edge.kind} {target}, by {edge.via.type}"


def made(cloud: LocalCloud) -> list[Edge]:
    """Return every delivery of everything that is deployed, but for those that are named as dropped."""
    formation = cloud.client("cloudformation")
    with tempfile.TemporaryDirectory() as folder:
        for stack in {each.stack for each in deployed(cloud)}:
            body = formation.get_template(StackName=stack)["TemplateBody"]
            Path(folder, f"{stack}.template.json").write_text(json.dumps(body))
        edges = load([folder]).edges()
    return [edge for edge in edges if edge.via.type not in ELSEWHERE and is_delivery(edge) and is_made(edge)]


def _text(said: Any) -> str:
    return json.dumps(said if isinstance(said, dict) else list(said), default=str)


def _names(said: str, target: str, edge: Edge) -> bool:
    """Tell whether what a service said names the target; a bucket tells rules by telling the bus of all."""
    if edge.via.type == "AWS::S3::Bucket" and edge.target.type == "AWS::Events::Rule":
        return "EventBridgeConfiguration" in said
    if edge.target.type.startswith("AWS::ECS::"):
        return "ecs:runTask" in said
    if edge.target == edge.via:
        return bool(said)
    name = target.rstrip("/").rpartition("/")[2]
    return name in said or name.rpartition(":")[2] in said
