"""Gap: a state machine may do everything, whatever its role says.

Its tasks are judged as calls with the role, before they are made. Where the resource of an integration with
the SDK is not known here, the role must allow the call on any; of further services nothing is judged, which
is written down.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any

from ministack.core import iam_actions
from ministack.core import iam_evaluator as evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import stepfunctions

from .. import calls, not_done  # noqa: TID252 - this package has another name where it runs
from . import passing

Given = dict[str, Any]
_role: ContextVar[str] = ContextVar("_role", default="")
"""Of the state machine whose task this thread runs."""
_SERVICES = {"eventbridge": "events", "sfn": "states"}
_ACTIONS = {
    ("s3", "CopyObject"): "PutObject",
    ("s3", "HeadObject"): "GetObject",
    ("s3", "ListObjects"): "ListBucket",
    ("s3", "ListObjectsV2"): "ListBucket",
    ("s3", "ListBuckets"): "ListAllMyBuckets",
    ("lambda", "Invoke"): "InvokeFunction",
    ("dynamodb", "BatchExecuteStatement"): "PartiQL*",
    ("dynamodb", "ExecuteStatement"): "PartiQL*",
    ("dynamodb", "ExecuteTransaction"): "PartiQL*",
}
"""Actions that are called otherwise than their operations."""
_TARGETED = frozenset(("dynamodb", "kinesis", "kms", "secretsmanager", "ssm"))
"""Services whose resources IAM knows by a document alone."""
_ANY = "*"
_PAYLOADS = frozenset(("Entries", "Input", "Message", "MessageBody", "Payload"))
"""Parameters that hold what the app says."""
_JUDGED = _TARGETED | {"ecs", "events", "iam", "lambda", "s3", "sns", "sqs", "states", "sts"}
"""Services whose actions are called as in IAM."""


def apply() -> None:
    """Judge each call of a task."""
    execute = stepfunctions._execute_task

    def execute_as_role(state: Given, given: Any, execution: Given, context: Any) -> Any:
        machine = stepfunctions._state_machines.get(execution["stateMachineArn"]) or {}
        token = _role.set(machine.get("roleArn", ""))
        try:
            return execute(state, given, execution, context)
        finally:
            _role.reset(token)

    stepfunctions._execute_task = execute_as_role
    stepfunctions._invoke_resource = _judged(stepfunctions._invoke_resource)
    stepfunctions._invoke_with_callback = _judged(stepfunctions._invoke_with_callback)


def _judged(invoke: Callable[..., Any]) -> Callable[..., Any]:
    def invoke_if_allowed(resource: str, given: Any, *more: Any) -> Any:
        role = _role.get()
        if role:
            told = given if isinstance(given, dict) else {}
            for action, arn in _needed(resource, told):
                _demand(role, action, arn, _condition_keys(action, told))
                _demand_what_is_passed(role, action, told)
        return invoke(resource, given, *more)

    return invoke_if_allowed


def _demand_what_is_passed(role: str, action: str, given: Given) -> None:
    service = action.partition(":")[0]
    texts = passing.texts_of({name: value for name, value in given.items() if name not in _PAYLOADS})
    for passed in dict.fromkeys(passing.roles_of(service, action, texts)):
        _demand(role, "iam:PassRole", passed, passing.passed_to(service))


def _condition_keys(action: str, given: Given) -> dict[str, str]:
    """Return what policies of tasks ask about a call: in which cluster a task is run."""
    if not action.startswith("ecs:"):
        return {}
    cluster = given.get("Cluster") or "default"
    here = f"arn:aws:ecs:{get_region()}:{get_account_id()}:cluster/"
    return {"ecs:cluster": cluster if cluster.startswith("arn:") else f"{here}{cluster}"}


def _demand(role: str, action: str, arn: str, keys_of_call: dict[str, str]) -> None:
    """Fail the task where the role may not.

    Raises:
        ministack.services.stepfunctions._ExecutionError: With the name that AWS has for it.
    """
    if action in evaluator._ALWAYS_ALLOWED_ACTIONS:
        return
    account, region = get_account_id(), get_region()
    keys = calls.credentials(role, account, region)
    principal = evaluator.resolve_principal(keys.access_key, account)
    if isinstance(principal, evaluator.AuthError):
        raise stepfunctions._ExecutionError("States.Permissions", f"{role}: {principal.message}")
    if arn == _ANY:
        statements = [statement for each in principal.policies or [] for statement in each]
        allowed = any(_allows(each, action) for each in statements)
        if not allowed or any(_denies(each, action) for each in statements):
            _refuse(principal.arn, action, arn)
        return
    context = evaluator.EvalContext(
        principal_arn=principal.arn,
        principal_type=principal.type,
        principal_account=principal.account,
        action=action,
        resource_arn=arn,
        region=region,
        principal_keys=principal.keys,
        service_context=keys_of_call,
    )
    result = evaluator.evaluate(context, principal.policies or [], *principal.limits)
    service = action.partition(":")[0]
    found = evaluator._resource_policy(service, arn)
    if found is not None:
        required = service in evaluator._POLICY_REQUIRED
        result = evaluator.combine_resource_policy(
            result, context, *found, required=required, limits=principal.limits
        )
    if result.decision != "Allow":
        _refuse(principal.arn, action, arn)


def _refuse(principal: str, action: str, arn: str) -> None:
    said = f"User: {principal} is not authorized to perform: {action} on resource: {arn}"
    raise stepfunctions._ExecutionError(_error(action.partition(":")[0]), said)


def _allows(statement: Any, action: str) -> bool:
    """Tell whether a statement allows an action on anything; of several that begin alike, any of them."""
    beginning = action.removesuffix("*").lower()
    is_of_several = beginning != action.lower() and any(
        each.lower().startswith(beginning) for each in statement.actions
    )
    fits = is_of_several or evaluator._action_matches(action, statement.actions, statement.not_actions)
    return statement.effect == "Allow" and fits


def _denies(statement: Any, action: str) -> bool:
    """Tell whether a statement surely denies an action on everything."""
    is_sure = _ANY in statement.resources and not statement.conditions
    return (
        statement.effect == "Deny"
        and is_sure
        and bool(evaluator._action_matches(action, statement.actions, statement.not_actions))
    )


def _error(service: str) -> str:
    if service == "lambda":
        return "Lambda.AWSLambdaException"
    names = {"dynamodb": "DynamoDB", "events": "EventBridge", "states": "StepFunctions"}
    return f"{names.get(service, service.upper())}.AccessDeniedException"


def _needed(resource: str, given: Given) -> Iterator[tuple[str, str]]:
    """Yield the actions that a task takes, each with the resource that it takes it on."""
    plain = resource.replace(".waitForTaskToken", "").replace(".sync:2", "").replace(".sync", "")
    parts = plain.split(":")
    if ":function:" in plain and len(parts) >= 7:
        yield "lambda:InvokeFunction", plain
        return
    if not plain.startswith("arn:aws:states:::"):
        return  # an activity, which takes no permission
    by_sdk = parts[5] == "aws-sdk"
    service, operation = (parts[6].lower(), parts[7]) if by_sdk else (parts[5], parts[6])
    service = _SERVICES.get(service, service)
    operation = operation[:1].upper() + operation[1:]
    action = f"{service}:{_ACTIONS.get((service, operation), operation)}"
    named = list(_named(service, action, given)) or list(_named_by_the_sdk(service, action, given))
    if not named and service in _JUDGED:
        yield action, _ANY
    elif not named:
        not_done.dropped(f"states: the role of a state machine was not judged for {action}")
    yield from ((action, arn) for arn in named)


def _named(service: str, action: str, given: Given) -> Iterator[str]:
    """Yield the ARNs of what a call names."""
    here = f"arn:aws:{service}:{get_region()}:{get_account_id()}:"
    match service:
        case "lambda" if name := given.get("FunctionName"):
            yield name if name.startswith("arn:") else f"{here}function:{name}"
        case "sqs" if url := given.get("QueueUrl"):
            yield here + url.rstrip("/").rsplit("/", 1)[-1]
        case "sns" if arn := given.get("TopicArn") or given.get("TargetArn"):
            yield arn
        case "states" if arn := given.get("StateMachineArn"):
            yield arn
        case "dynamodb" if name := given.get("TableName"):
            yield name if name.startswith("arn:") else f"{here}table/{name}"
        case "events":
            for entry in given.get("Entries") or []:
                bus = entry.get("EventBusName") or "default"
                yield bus if bus.startswith("arn:") else f"{here}event-bus/{bus}"
        case "ecs" if name := given.get("TaskDefinition"):
            yield name if name.startswith("arn:") else f"{here}task-definition/{name}"
        case "s3" if bucket := given.get("Bucket"):
            key = "" if action == "s3:ListBucket" else f"/{given.get('Key', '*')}"
            yield f"arn:aws:s3:::{bucket}{key}"


def _named_by_the_sdk(service: str, action: str, given: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ARNs of what a call names that only the SDK makes: those that IAM knows of a request."""
    tables, here = (
        given.get("RequestItems") or {},
        f"arn:aws:dynamodb:{get_region()}:{get_account_id()}:table/",
    )
    yield from (name if name.startswith("arn:") else f"{here}{name}" for name in tables)
    if service == "sts" and given.get("RoleArn"):
        yield passing.taken_by(given["RoleArn"])
    if tables or service not in _TARGETED:
        return
    headers, body = {"x-amz-target": f"Any.{action.partition(':')[2]}"}, json.dumps(given).encode()
    found = iam_actions.extract_resource_arn(
        service, "POST", "/", headers, body, {}, get_region(), get_account_id()
    )
    if found != _ANY:
        yield found
