"""What anybody's function or service may call, read from its roles in the tree."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct

from wellmade.kit.lookups import default_child, stack_of
from wellmade.kit.policies import actions_in, managed_policies_of
from wellmade.kit.roles import WorkloadRole

BY_LAMBDA = ("logs:", "xray:", "ec2:")
"""What Lambda itself calls with a function's role, by prefix: not through the function's network."""
BY_SOURCES = (
    *("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueUrl"),
    *("sqs:GetQueueAttributes", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"),
    *("kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:SubscribeToShard"),
    *("kinesis:ListStreams", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
    *("dynamodb:DescribeStream", "dynamodb:ListStreams"),
)
"""What event sources call with a function's role."""


@dataclass(frozen=True)
class Grant:
    """Actions that were allowed together."""

    actions: tuple[str, ...]
    by_service: bool = False
    """Whether the service makes the calls, past the workload's network."""


def grants_of(part: IConstruct) -> Iterator[Grant]:
    """Yield what the roles of a function or a service allow; roles of ours tell it themselves."""
    if isinstance(part, lambda_.Function):
        has_source = any(isinstance(child, lambda_.CfnEventSourceMapping) for child in part.node.find_all())
        for action in _actions_of(part.role):
            yield Grant((action,), by_service=_is_of_lambda(action, has_source=has_source))
        return
    task = getattr(part, "task_definition", None)
    if isinstance(task, ecs.TaskDefinition):
        for role in (task.task_role, task.execution_role):
            yield Grant(tuple(_actions_of(role)))


def _is_of_lambda(action: str, *, has_source: bool) -> bool:
    return action.startswith(BY_LAMBDA) or (has_source and action in BY_SOURCES)


def _actions_of(role: iam.IRole | None) -> Iterator[str]:
    if role is None or isinstance(role, WorkloadRole):
        return
    own = role.node.try_find_child("DefaultPolicy")
    if isinstance(own, iam.Policy):
        yield from actions_in(own)
    for managed in managed_policies_of(role):
        yield from actions_in(managed)
    resource = default_child(role)
    if isinstance(resource, iam.CfnRole):
        for policy in stack_of(role).resolve(resource.policies) or ():
            yield from _actions(policy["policyDocument"].get("Statement", ()))


def _actions(statements: Any) -> Iterator[str]:
    for each in statements:
        if each.get("Effect") == "Allow":
            found = each.get("Action", ())
            yield from [found] if isinstance(found, str) else found
