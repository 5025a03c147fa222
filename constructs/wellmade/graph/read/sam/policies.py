"""The role that SAM gives a function or a state machine, from its `Policies`.

Source of the templates: the policy template list of the AWS SAM developer guide.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from wellmade.graph.read.sam.policy_templates import EVERYWHERE


class _Template(NamedTuple):
    service: str
    actions: str
    parameter: str
    resources: tuple[str, ...]


_ARN = "arn:${AWS::Partition}:"
_TABLE = "${AWS::Region}:${AWS::AccountId}:table/${name}"
_READ_TABLE = "GetItem Scan Query BatchGetItem DescribeTable"
_READ_BUCKET = "GetObject ListBucket GetBucketLocation GetObjectVersion GetLifecycleConfiguration"
_WRITE_BUCKET = "PutObject PutObjectAcl PutLifecycleConfiguration"
_HERE = "${AWS::Region}:${AWS::AccountId}:"
_STREAM = (f"{_HERE}stream/${{name}}",)
_BUCKET = ("::${name}", "::${name}/*")
_READ_STREAM = "ListStreams DescribeLimits DescribeStream DescribeStreamSummary GetRecords GetShardIterator"
_RECEIVE = (
    "ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch "
    "GetQueueAttributes ReceiveMessage"
)
_TEMPLATES = {
    "DynamoDBReadPolicy": _Template("dynamodb", _READ_TABLE, "TableName", (_TABLE, f"{_TABLE}/index/*")),
    "DynamoDBWritePolicy": _Template(
        "dynamodb", "PutItem UpdateItem BatchWriteItem", "TableName", (_TABLE, f"{_TABLE}/index/*")
    ),
    "DynamoDBCrudPolicy": _Template(
        "dynamodb",
        f"{_READ_TABLE} DeleteItem PutItem UpdateItem BatchWriteItem ConditionCheckItem",
        "TableName",
        (_TABLE, f"{_TABLE}/index/*"),
    ),
    "DynamoDBStreamReadPolicy": _Template(
        "dynamodb", "DescribeStream GetRecords GetShardIterator", "TableName", (f"{_TABLE}/stream/*",)
    ),
    "S3ReadPolicy": _Template("s3", _READ_BUCKET, "BucketName", _BUCKET),
    "S3WritePolicy": _Template("s3", _WRITE_BUCKET, "BucketName", _BUCKET),
    "S3CrudPolicy": _Template("s3", f"{_READ_BUCKET} {_WRITE_BUCKET} DeleteObject", "BucketName", _BUCKET),
    "S3FullAccessPolicy": _Template(
        "s3", f"{_READ_BUCKET} {_WRITE_BUCKET} DeleteObject", "BucketName", _BUCKET
    ),
    "SQSPollerPolicy": _Template("sqs", _RECEIVE, "QueueName", (f"{_HERE}${{name}}",)),
    "SQSSendMessagePolicy": _Template("sqs", "SendMessage", "QueueName", (f"{_HERE}${{name}}",)),
    "SNSPublishMessagePolicy": _Template("sns", "Publish", "TopicName", (f"{_HERE}${{name}}",)),
    "EventBridgePutEventsPolicy": _Template(
        "events", "PutEvents", "EventBusName", (f"{_HERE}event-bus/${{name}}",)
    ),
    "LambdaInvokePolicy": _Template(
        "lambda", "InvokeFunction", "FunctionName", (f"{_HERE}function:${{name}}*",)
    ),
    "StepFunctionsExecutionPolicy": _Template(
        "states", "StartExecution", "StateMachineName", (f"{_HERE}stateMachine:${{name}}",)
    ),
    "KinesisStreamReadPolicy": _Template("kinesis", _READ_STREAM, "StreamName", _STREAM),
    "KinesisCrudPolicy": _Template("kinesis", f"{_READ_STREAM} PutRecord PutRecords", "StreamName", _STREAM),
    "FirehoseWritePolicy": _Template(
        "firehose", "PutRecord PutRecordBatch", "DeliveryStreamName", (f"{_HERE}deliverystream/${{name}}",)
    ),
    "SSMParameterReadPolicy": _Template(
        "ssm",
        "GetParameters GetParameter GetParametersByPath",
        "ParameterName",
        (f"{_HERE}parameter/${{name}}",),
    ),
    "KMSDecryptPolicy": _Template("kms", "Decrypt", "KeyId", (f"{_HERE}key/${{name}}",)),
    "KMSEncryptPolicy": _Template("kms", "Encrypt", "KeyId", (f"{_HERE}key/${{name}}",)),
}
_FUNCTIONS = {"Ref", "Fn::Sub", "Fn::GetAtt", "Fn::ImportValue", "Fn::Join", "Fn::If", "Fn::FindInMap"}
"""Of an entry that is the ARN of a policy."""
_NO_VALUE = {"Ref": "AWS::NoValue"}
_CHOICE = 3
"""So many parts has a choice: its condition, and what is taken if it holds or not."""
_MANAGED = "arn:aws:iam::aws:policy/service-role/"
_SECRET = "AWSSecretsManagerGetSecretValuePolicy"  # noqa: S105 -- the name of a policy


def role_of(service: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Return the role that SAM defines for a resource of this service."""
    given = properties.get("Policies")
    policies = given if isinstance(given, list) else [given] if given else []
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": f"{service}.amazonaws.com"},
    }
    documents = [document for policy in policies for document in _documents(policy)]
    documents += _forwarding(properties) if service == "lambda" else []
    role = {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "ManagedPolicyArns": [
            *[policy for policy in policies if not isinstance(policy, dict)],
            *[policy for policy in map(_without_templates, policies) if _is_arn(policy)],
            *[f"the policy template {name} of SAM" for policy in policies for name in _unlisted(policy)],
            *_attached(service, properties),
        ],
        "Policies": [
            {"PolicyName": f"Policy{index}", "PolicyDocument": document}
            for index, document in enumerate(documents)
        ],
    }
    if "PermissionsBoundary" in properties:
        role["PermissionsBoundary"] = properties["PermissionsBoundary"]
    return {"Type": "AWS::IAM::Role", "Properties": role}


_SOURCE_ROLES = {
    "SQS": "AWSLambdaSQSQueueExecutionRole",
    "Kinesis": "AWSLambdaKinesisExecutionRole",
    "DynamoDB": "AWSLambdaDynamoDBExecutionRole",
    "MSK": "AWSLambdaMSKExecutionRole",
}


def _attached(service: str, properties: dict[str, Any]) -> Iterator[str]:
    """Yield the managed policies that SAM attaches by itself.

    Source: `samtranslator` of AWS SAM, `SamFunction._construct_role` and the classes of `pull.py`.
    """
    tracing = properties.get("Tracing")
    if service != "lambda":
        if isinstance(tracing, dict) and tracing.get("Enabled") is True:
            yield "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
        return
    durable = "DurableConfig" in properties
    yield _MANAGED + (
        "AWSLambdaBasicDurableExecutionRolePolicy" if durable else "AWSLambdaBasicExecutionRole"
    )
    if tracing == "Active":
        yield "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess"
    if "VpcConfig" in properties:
        yield f"{_MANAGED}AWSLambdaVPCAccessExecutionRole"
    events = properties.get("Events")
    for event in events.values() if isinstance(events, dict) else ():
        policy = _SOURCE_ROLES.get(str(event.get("Type"))) if isinstance(event, dict) else None
        if policy:
            yield f"{_MANAGED}{policy}"


_FORWARD = {
    "SQS": "sqs:SendMessage", "SNS": "sns:Publish", "Lambda": "lambda:InvokeFunction",
    "EventBridge": "events:PutEvents",
}  # fmt: skip
"""Type of a destination to what it takes to hand on to it."""


def _forwarding(properties: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what SAM adds for a dead-letter queue and for destinations of events and of sources.

    Source: `samtranslator` of AWS SAM, `SamFunction._construct_role` and `_validate_and_inject_resource`, and
    `PullEventSource.to_cloudformation` in `pull.py`.
    """
    queue = _mapping(properties.get("DeadLetterQueue"))
    found = [(queue.get("Type"), queue.get("TargetArn"))]
    config = _mapping(_mapping(properties.get("EventInvokeConfig")).get("DestinationConfig"))
    for outcome in ("OnSuccess", "OnFailure"):
        destination = _mapping(config.get(outcome))
        found.append((destination.get("Type"), destination.get("Destination")))
    for event in map(_mapping, _mapping(properties.get("Events")).values()):
        source = _mapping(_mapping(event.get("Properties")).get("DestinationConfig"))
        failure = _mapping(source.get("OnFailure"))
        found.append((failure.get("Type"), failure.get("Destination")))
    return [_document(_FORWARD[kind], [target]) for kind, target in found if kind in _FORWARD and target]


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _documents(policy: Any) -> Iterator[dict[str, Any]]:
    """Yield the policy documents that an entry stands for; none when it names a managed policy."""
    if not isinstance(policy, dict):
        return
    if "Statement" in policy:
        yield policy
        return
    for place, branch in enumerate(_branches(policy)):
        for document in _documents(branch):
            given = document["Statement"]
            every = given if isinstance(given, list) else [given]
            only = [{"Fn::If": [policy["Fn::If"][0], *_at(place, each)]} for each in every]
            yield {**document, "Statement": only}
    for name, parameters in policy.items():
        given = parameters if isinstance(parameters, dict) else {}
        if name in EVERYWHERE:
            service, actions = EVERYWHERE[name]
            yield _document([f"{service}:{action}" for action in actions.split()], ["*"])
        elif name == _SECRET:
            yield _document("secretsmanager:GetSecretValue", [given.get("SecretArn")])
        elif name in _TEMPLATES:
            yield _of_template(_TEMPLATES[name], given)


def _at(place: int, value: Any) -> list[Any]:
    """Return both branches of a choice, of which one is nothing."""
    return [value, _NO_VALUE] if place == 0 else [_NO_VALUE, value]


def _branches(policy: Any) -> list[Any]:
    """Return what an entry is, or else is, where it is a choice."""
    chosen = policy.get("Fn::If") if isinstance(policy, dict) and len(policy) == 1 else None
    return chosen[1:] if isinstance(chosen, list) and len(chosen) == _CHOICE else []


def _is_arn(policy: Any) -> bool:
    return isinstance(policy, dict) and policy != _NO_VALUE and not set(policy) - _FUNCTIONS


def _without_templates(policy: Any) -> Any:
    """Return an entry without the branches that are no ARN of a policy; no value where none is."""
    branches = _branches(policy)
    if not branches:
        return policy
    left = [
        each if isinstance(each, str) or _is_arn(each) else _NO_VALUE
        for each in map(_without_templates, branches)
    ]
    return _NO_VALUE if left == [_NO_VALUE, _NO_VALUE] else {"Fn::If": [policy["Fn::If"][0], *left]}


def _unlisted(policy: Any) -> Iterator[str]:
    """Yield the policy templates that an entry names and that are not known here."""
    for branch in _branches(policy):
        yield from _unlisted(branch)
    if isinstance(policy, dict) and "Statement" not in policy and set(policy) - _FUNCTIONS:
        yield from (str(name) for name in policy if name not in {*_TEMPLATES, *EVERYWHERE, _SECRET})


def _of_template(template: _Template, given: dict[str, Any]) -> dict[str, Any]:
    actions = [f"{template.service}:{action}" for action in template.actions.split()]
    named = {"name": given.get(template.parameter, "*")}
    return _document(
        actions, [{"Fn::Sub": [f"{_ARN}{template.service}:{place}", named]} for place in template.resources]
    )


def _document(actions: Any, resources: list[Any]) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": resources}],
    }
