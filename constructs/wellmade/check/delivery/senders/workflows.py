"""State machines: what each task takes, and what waiting for an end takes besides."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.need import Need, Sender
from wellmade.check.delivery.senders.common import Place, need
from wellmade.check.delivery.senders.tasks import passes
from wellmade.check.workflows import place_of
from wellmade.facts.actions import exists
from wellmade.facts.sdk_calls import iam_actions_of
from wellmade.graph import Resource, Value, as_list, as_mapping, options, written
from wellmade.graph.resolve.state_machines import definition_of, operation_of, tasks_of
from wellmade.prove.deployed.shapes import shape_of

_FUNCTIONS = (
    "AWS::Lambda::Function",
    "AWS::Serverless::Function",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Version",
)
_OPTIMIZED = {
    "lambda:invoke": ("FunctionName", ("lambda:InvokeFunction",)),
    "sqs:sendMessage": ("QueueUrl", ("sqs:SendMessage",)),
    "sns:publish": ("TopicArn", ("sns:Publish",)),
    "dynamodb:getItem": ("TableName", ("dynamodb:GetItem",)),
    "dynamodb:putItem": ("TableName", ("dynamodb:PutItem",)),
    "dynamodb:updateItem": ("TableName", ("dynamodb:UpdateItem",)),
    "dynamodb:deleteItem": ("TableName", ("dynamodb:DeleteItem",)),
    "dynamodb:query": ("TableName", ("dynamodb:Query",)),
    "dynamodb:scan": ("TableName", ("dynamodb:Scan",)),
    "states:startExecution": ("StateMachineArn", ("states:StartExecution",)),
    "sfn:startExecution": ("StateMachineArn", ("states:StartExecution",)),
    "sfn:startSyncExecution": ("StateMachineArn", ("states:StartSyncExecution",)),
    "ecs:runTask": ("TaskDefinition", ("ecs:RunTask",)),
    "events:putEvents": ("Entries.*.EventBusName", ("events:PutEvents",)),
    "eventbridge:putEvents": ("Entries.*.EventBusName", ("events:PutEvents",)),
    "codebuild:startBuild": ("ProjectName", ("codebuild:StartBuild",)),
    "glue:startJobRun": ("JobName", ("glue:StartJobRun",)),
    "s3:getObject": ("Bucket", ("s3:GetObject",)),
    "s3:putObject": ("Bucket", ("s3:PutObject",)),
    "kinesis:putRecord": ("StreamName", ("kinesis:PutRecord",)),
    "firehose:putRecord": ("DeliveryStreamName", ("firehose:PutRecord",)),
    "secretsmanager:getSecretValue": ("SecretId", ("secretsmanager:GetSecretValue",)),
    "ssm:getParameter": ("Name", ("ssm:GetParameter",)),
}
"""The parameter that names the resource, and what the role needs on it."""
_EVENT_RULES = {
    "states:startExecution": "StepFunctionsGetEventsForStepFunctionsExecutionRule",
    "ecs:runTask": "StepFunctionsGetEventsForECSTaskRule",
    "codebuild:startBuild": "StepFunctionsGetEventForCodeBuildStartBuildRule",
}
"""The rule through which `.sync` hears of the end.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html
"""
_ASKED = {"glue:startJobRun": ("glue:GetJobRun",)}
"""What `.sync` asks the resource itself until it is at its end."""
_LOST = "every execution fails at this state"


def _machine(deployed: Deployed, machine: Resource) -> Iterator[Need]:
    role = deployed.graph.role_of(machine)
    if role is None or role.derived_from:
        return
    path = place_of(machine).removeprefix("Properties.")
    for name, task in tasks_of(definition_of(machine)):
        place = Place(machine, machine, path, f"in its state {name} calls", _LOST)
        yield from _task(deployed, place, role, task)


def _task(deployed: Deployed, place: Place, role: Resource, task: Mapping[str, Value]) -> Iterator[Need]:
    if task.get("Credentials") is not None:
        return
    for option in options(task.get("Resource")):
        function = deployed.graph.target(option)
        if function and function.type in _FUNCTIONS:
            actions = ("lambda:InvokeFunction",)
            yield need(deployed, "workflow-permission", place, role, function, actions, option)
            continue
        service, operation = operation_of(written(option))
        parameters = as_mapping(task.get("Parameters") or task.get("Arguments"))
        called = f"{service}:{operation}"
        yield from _call(deployed, place, role, called, parameters)
        yield from _other_call(deployed, place, role, written(option), parameters)
        if ".sync" in written(option):
            yield from _waits(deployed, place, role, called, parameters)


def _call(
    deployed: Deployed, place: Place, role: Resource, called: str, parameters: Mapping[str, Value]
) -> Iterator[Need]:
    path, actions = _OPTIMIZED.get(called, ("", ()))
    for value in _values(parameters, path):
        target = deployed.graph.target(value)
        if target:
            yield need(deployed, "workflow-permission", place, role, target, actions, value)
            if called == "ecs:runTask":
                yield from passes(deployed, place, role, value)


def _other_call(
    deployed: Deployed, place: Place, role: Resource, resource: str, parameters: Mapping[str, Value]
) -> Iterator[Need]:
    """A task calls any action of AWS by its SDK, or an address with the credentials of a connection."""
    service, operation = operation_of(resource)
    if resource.endswith(":http:invoke"):
        value = as_mapping(parameters.get("Authentication")).get("ConnectionArn")
        connection = deployed.graph.target(value, "AWS::Events::Connection")
        if connection:
            actions = ("events:RetrieveConnectionCredentials",)
            yield need(deployed, "workflow-permission", place, role, connection, actions, value)
        return
    if ":aws-sdk:" not in resource or f"{service}:{operation}" in _OPTIMIZED:
        return
    for action in iam_actions_of(service, operation):
        prefix = action.partition(":")[0]
        for target in map(deployed.graph.target, parameters.values()):
            if target and exists(action) and shape_of(target).service == prefix:
                found = need(deployed, "workflow-permission", place, role, target, (action,), target)
                own = deployed.open_arn(target)
                yield replace(found, arns=(own, f"{own}/x", f"{own}:x", deployed.arn(target), "*"))


def _waits(
    deployed: Deployed, place: Place, role: Resource, called: str, parameters: Mapping[str, Value]
) -> Iterator[Need]:
    """Waiting for the end takes a rule of EventBridge that Step Functions keeps for the role."""
    rule = _EVENT_RULES.get(called.replace("sfn:", "states:"))
    for value in _values(parameters, _OPTIMIZED.get(called, ("", ()))[0]):
        target = deployed.graph.target(value)
        if target and called in _ASKED:
            place = replace(place, purpose=f"{place.purpose} and waits for")
            yield need(deployed, "workflow-permission", place, role, target, _ASKED[called], value)
        if rule and target:
            actions = ("events:PutRule", "events:PutTargets", "events:DescribeRule")
            found = need(deployed, "workflow-permission", place, role, target, actions, value)
            arn = f"arn:aws:events:{deployed.region}:{deployed.account}:rule/{rule}"
            waits = f"{place.purpose} and waits for"
            yield replace(found, arns=(arn,), purpose=waits)


def _values(parameters: Mapping[str, Value], path: str) -> Iterator[Value]:
    first, _, rest = path.partition(".*.")
    given = parameters.get(first) if first else None
    for each in as_list(given):
        yield from as_list(as_mapping(each).get(rest)) if rest else [each]


SENDERS: dict[str, Sender] = {
    "AWS::StepFunctions::StateMachine": _machine,
    "AWS::Serverless::StateMachine": _machine,
}
