"""The policy that a run needs, and nothing more; source: the actions of SQS, SNS, Lambda, KMS and Logs."""

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from wellmade.redrive.aws import Aws
from wellmade.redrive.queues import Queue, Route
from wellmade.redrive.reasons import open_logs

MANAGED_KEY = "alias/aws/sqs"
"""AWS's own key lets everybody in its account use it through SQS: it needs no statement."""


def policy_for(aws: Aws, route: Route, *, native: bool = False) -> dict[str, Any]:
    """Return the document of an IAM policy for this run on these resources."""
    dead, target = route.dead_letter, route.target
    actions = ["DeleteMessage", "GetQueueAttributes", "GetQueueUrl", "ListDeadLetterSourceQueues"]
    actions += ["ChangeMessageVisibility", "ReceiveMessage"]
    if native:
        actions += ["CancelMessageMoveTask", "ListMessageMoveTasks", "StartMessageMoveTask"]
    statements = [
        _statement("DeadLetterQueue", [f"sqs:{action}" for action in sorted(actions)], dead.arn),
        _statement("Target", _target_actions(target), target.arn),
        *_key_statement("DeadLetterQueueKey", ["kms:Decrypt"], dead),
        *_key_statement("TargetKey", ["kms:Decrypt", "kms:GenerateDataKey"], target),
        *_log_statements(aws, route),
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _target_actions(target: Any) -> list[str]:
    if isinstance(target, Queue):
        return ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
    actions = {"sns": "sns:Publish", "events": "events:PutEvents", "lambda": "lambda:InvokeFunction"}
    return [actions[target.service]]


def _key_statement(sid: str, actions: Sequence[str], queue: Any) -> list[dict[str, Any]]:
    """Allow a key of one's own, by its ARN, its id or its alias; the key's policy must allow it, too."""
    key = queue.attributes.get("KmsMasterKeyId") if isinstance(queue, Queue) else None
    if not key or key.rpartition(":")[2] == MANAGED_KEY:
        return []
    partition, region, account = (queue.arn.split(":")[place] for place in (1, 3, 4))
    home = f"arn:{partition}:kms:{region}:{account}:key/"
    alias = key.rpartition(":")[2]
    if alias.startswith("alias/"):
        condition = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}}
        return [_statement(sid, actions, f"{home}*") | {"Condition": condition}]
    return [_statement(sid, actions, key if key.startswith("arn:") else f"{home}{key}")]


def _log_statements(aws: Aws, route: Route) -> list[dict[str, Any]]:
    """Allow to read why messages failed; where the person may not look, for any log group of functions."""
    origin = route.origin or route.target.arn
    partition, region, account = (route.dead_letter.arn.split(":")[place] for place in (1, 3, 4))
    groups = ["/aws/lambda/*"]
    functions = [f"arn:{partition}:lambda:{region}:{account}:function:*"]
    try:
        logs = open_logs(aws, origin)
        groups, functions = list(logs.groups), list(logs.functions)
    except ClientError:  # denied: this is what the policy is asked for
        pass
    if not groups:
        return []
    arns = [f"arn:{partition}:logs:{region}:{account}:log-group:{group}:*" for group in groups]
    return [
        _statement("FindConsumers", ["lambda:ListEventSourceMappings"], "*"),
        _statement("ReadConsumers", ["lambda:GetFunctionConfiguration"], functions),
        _statement("ReadLogs", ["logs:FilterLogEvents"], arns),
    ]


def _statement(sid: str, actions: Sequence[str], resource: str | Sequence[str]) -> dict[str, Any]:
    one: Mapping[str, Any] = {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resource}
    return dict(one)
