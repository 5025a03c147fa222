"""From calls to the requests that AWS decides."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from wellmade.facts.partitions import requested_region
from wellmade.prove.calls import (
    api_gateway,
    bedrock,
    besides,
    compute,
    directory_buckets,
    dynamodb,
    encryption,
    images,
    instances,
    keys,
    messaging,
    observability,
    passing,
    regular,
    s3,
    secrets,
    signed,
    table,
    tags,
)
from wellmade.prove.calls.call import OTHERWISE, AccountContext, Call, Need, Rule, UnmappedCallError
from wellmade.prove.calls.catalogue import find, is_unsigned, model_of, prefix_of
from wellmade.prove.calls.whose import owner_in
from wellmade.prove.policy import Request, Value
from wellmade.prove.policy.arns import segments

RULES: Mapping[str, Mapping[str, Rule]] = {
    "apigateway": api_gateway.RULES,
    "apigatewayv2": api_gateway.RULES,
    "apigatewaymanagementapi": compute.CONNECTIONS,
    "bedrock-agent-runtime": bedrock.AGENTS,
    "bedrock-runtime": bedrock.RUNTIME,
    "cloudwatch": observability.CLOUDWATCH,
    "dynamodb": dynamodb.RULES,
    "dynamodbstreams": dynamodb.STREAM_RULES,
    "ec2": instances.EC2,
    "ecs": compute.ECS,
    "events": messaging.EVENTS,
    "kinesis": messaging.KINESIS,
    "kms": keys.KMS,
    "lambda": compute.LAMBDA,
    "logs": observability.LOGS,
    "rds-data": secrets.DATA_API,
    "s3": s3.RULES,
    "rekognition": images.REKOGNITION,
    "scheduler": messaging.SCHEDULER,
    "secretsmanager": secrets.SECRETS_MANAGER,
    "sns": messaging.SNS,
    "sqs": messaging.SQS,
    "ssm": secrets.PARAMETERS,
    "stepfunctions": compute.STEP_FUNCTIONS,
    "sts": keys.STS,
    "textract": images.TEXTRACT,
}
"""Service to its operations that are not regular."""


def requests(call: Call, account: AccountContext) -> list[Request]:
    """Return what AWS decides before it serves a call, each request once; whose they are is not yet said.

    Example:
        requests(Call("s3", "GetObject", {"Bucket": "inbox", "Key": "a.csv"}), AccountContext("111122223333"))

    Raises:
        UnmappedCallError: If the call is unknown, or does not tell its resource.
    """
    if call.operation != signed.OPERATION:
        prefix_of(call)
        _refuse_unset(call)
        if is_unsigned(call) or (call.service, call.operation) in keys.FREE:
            return []
    try:
        always = _always(call)
        asked = [_request(need, account, always) for need in _needs(call, account)]
    except KeyError as error:
        raise call.unmapped(f"{error.args[0]} is not told, or not as the API has it") from error
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise call.unmapped(f"its parameters are not as the API has them ({error!r})") from error
    if not asked:
        raise call.unmapped("its parameters name nothing to act on")
    return list({(each.action, each.resource, str(each.context)): each for each in asked}.values())


def _refuse_unset(call: Call) -> None:
    """Raise if a parameter without which nothing can be called has no value."""
    unset = [name for name, value in call.parameters.items() if value is None]
    if not unset or call.operation not in model_of(call.service).operation_names:
        return
    shape = model_of(call.service).input_of(call.operation)
    if needed := [name for name in unset if shape and name in shape.required_members]:
        raise call.unmapped(f"the test left {needed[0]} unset, and the code does not tell it")


def action_of(call: Call) -> str:
    """Return the action of an operation's own name; if IAM has none, its service alone.

    That is `apigateway:`, say, and empty if IAM does not have the service either.
    """
    try:
        prefix = prefix_of(call)
    except UnmappedCallError:
        return ""
    found = find(prefix, call.operation)
    return found.name if found else f"{prefix}:"


def _needs(call: Call, account: AccountContext) -> Iterator[Need]:
    """Yield what a call needs, and after each what that needs of the key of its resource."""
    rules = RULES.get(call.service, {})
    rule = rules.get(call.operation) or table.rule_for(call) or rules.get(OTHERWISE) or regular.needs
    if call.operation == signed.OPERATION:
        rule = signed.needs
    told = _told(call, account)
    asked = list(told or _with_roles(call, account, rule))
    besides_too = [] if told or call.operation == signed.OPERATION else besides.needs(call, account, asked)
    for meant in (*_in_directories(call, account, asked), *besides_too):
        if not find(*meant.action.split(":")):
            raise call.unmapped(f"IAM has no action {meant.action}; tell what it needs in wellmade.toml")
        for need in _deployed(call, meant, account):
            yield need
            for each in encryption.needs(call, account, need):
                yield from _deployed(call, each, account)


def _in_directories(call: Call, account: AccountContext, needs: Sequence[Need]) -> Iterator[Need]:
    for need in needs:
        if directory_buckets.is_one(need):
            yield from directory_buckets.instead(call, account, need)
        else:
            yield need


def _told(call: Call, account: AccountContext) -> Sequence[Need]:
    """Return what a file tells of an operation, named as its client is or as reports have it."""
    names = [call.service] if call.operation == signed.OPERATION else [call.service, prefix_of(call)]
    found = (account.told.get(f"{name}:{call.operation}") for name in names)
    return next(filter(None, found), ())


def _with_roles(call: Call, account: AccountContext, rule: Rule) -> Iterator[Need]:
    """Yield what a call needs by its rule, and of roles that it may pass if that does not tell."""
    told = call.operation == signed.OPERATION
    for need in rule(call, account):
        told = told or need.action == passing.ACTION
        yield need
    if not told and passing.passes(call):
        yield from passing.passed_roles(call, account, prefix_of(call))
    elif not told:
        yield from passing.maybe_passed(call, account)


def doubt_of(call: Call, request: Request) -> str:
    """Say when alone a call asks for something, if that is not known; empty if it always does."""
    asked = request.action, request.resource
    is_signed = call.operation == signed.OPERATION
    is_own = is_signed or request.action in (action_of(call), *table.actions_of(call))
    return (
        ("" if is_own else besides.only_if(call, request.action))
        or s3.only_if(call, request.action)
        or encryption.only_if(call, request.action)
        or passing.only_if(call, *asked)
        or instances.only_if(call, *asked)
    )


def _deployed(call: Call, need: Need, account: AccountContext) -> Iterator[Need]:
    """Yield the need with what is deployed in place of what the tests named, once for each that it may be."""
    read: list[Sequence[Value]] = [
        account.resolve(value) if isinstance(value, str) and value.startswith("arn:") else (value,)
        for value in need.context.values()
    ]
    for resource in account.resolve(need.resource):
        owner = owner_in(call, need, resource, account)
        for values in product(*read):
            context = dict(zip(need.context, values, strict=True))
            yield compute.of_machine(Need(need.action, resource, context, owner))


def _request(need: Need, account: AccountContext, always: Mapping[str, Value]) -> Request:
    """Return what a need asks; a bucket's owner, which no ARN tells, has a condition key of its own too."""
    owner = need.owner or account.number
    owned: dict[str, Value] = {"aws:ResourceAccount": owner}
    if segments(need.resource)[2:3] == ["s3"]:
        owned["s3:ResourceAccount"] = owner
    whose = "" if owner == account.number else owner
    return Request(need.action, need.resource, {**always, **owned, **need.context}, account=whose)


def _always(call: Call) -> dict[str, Value]:
    """Return the condition keys of every call with TLS, and those of tags."""
    context: dict[str, Value] = {
        "aws:SecureTransport": True,
        "aws:ViaAWSService": False,
        "aws:RequestedRegion": requested_region(call.service, call.region),
    }
    if call.service == "s3":
        context["s3:TlsVersion"] = "1.3"
    return context | tags.context(call)
