"""What IAM calls the API actions that Step Functions and SDKs call otherwise.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from functools import cache

from wellmade.facts.s3_actions import BUCKETS, OBJECTS

_PREFIXES = {
    "applicationautoscaling": "application-autoscaling",
    "bedrockagent": "bedrock",
    "bedrockagentruntime": "bedrock",
    "bedrockruntime": "bedrock",
    "cloudwatchlogs": "logs",
    "cognitoidentity": "cognito-identity",
    "cognitoidentityprovider": "cognito-idp",
    "costexplorer": "ce",
    "databasemigration": "dms",
    "dynamodbstreams": "dynamodb",
    "ecrpublic": "ecr-public",
    "efs": "elasticfilesystem",
    "elasticloadbalancingv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "emrcontainers": "emr-containers",
    "emrserverless": "emr-serverless",
    "eventbridge": "events",
    "iotdataplane": "iot",
    "lexruntimev2": "lex",
    "opensearch": "es",
    "rdsdata": "rds-data",
    "redshiftdata": "redshift-data",
    "resourcegroups": "resource-groups",
    "resourcegroupstaggingapi": "tag",
    "sagemakerruntime": "sagemaker",
    "sesv2": "ses",
    "sfn": "states",
    "timestreamquery": "timestream",
    "timestreamwrite": "timestream",
}
"""Services whose actions begin otherwise than their name in an SDK."""
_OTHERS = {
    "dynamodb:TransactGetItems": ("dynamodb:GetItem",),
    "lambda:Invoke": ("lambda:InvokeFunction",),
    "s3:CopyObject": ("s3:GetObject", "s3:PutObject"),
    "s3:DeleteObjects": ("s3:DeleteObject",),
    "s3:ListBuckets": ("s3:ListAllMyBuckets",),
    "sns:PublishBatch": ("sns:Publish",),
    "sqs:ChangeMessageVisibilityBatch": ("sqs:ChangeMessageVisibility",),
    "sqs:DeleteMessageBatch": ("sqs:DeleteMessage",),
    "sqs:SendMessageBatch": ("sqs:SendMessage",),
}
MODELS = {
    "Converse": "InvokeModel",
    "ConverseStream": "InvokeModelWithResponseStream",
    "CountTokens": "CountTokens",
    "InvokeModel": "InvokeModel",
    "InvokeModelWithBidirectionalStream": "InvokeModel",
    "InvokeModelWithResponseStream": "InvokeModelWithResponseStream",
    "StartAsyncInvoke": "InvokeModel",
}
"""Operation of Bedrock on a model to its action."""
_ACTIONS = {
    **{f"s3:{call}": (f"s3:{action}",) for call, action in BUCKETS.items()},
    **{f"s3:{call}": tuple(f"s3:{each}" for each in actions) for call, actions in OBJECTS.items()},
    **{f"bedrock:{call}": (f"bedrock:{action}",) for call, action in MODELS.items()},
    **_OTHERS,
}
"""Calls of several things, or of another name, by what they are called with the service's prefix."""
_NO_CALLS = {
    "dynamodb:createitem": ("dynamodb:PutItem",),
    "ecr:getrepository": ("ecr:DescribeRepositories",),
    "firehose:putrecords": ("firehose:PutRecordBatch",),
    "s3:getbucketlifecycle": ("s3:GetLifecycleConfiguration",),
    "s3:getobjectmetadata": ("s3:GetObject",),
    "s3:listobject": ("s3:ListBucket",),
    "s3:putbucketlifecycle": ("s3:PutLifecycleConfiguration",),
    "s3:readobject": ("s3:GetObject",),
    "s3:uploadobject": ("s3:PutObject",),
    "s3:writeobject": ("s3:PutObject",),
    "sns:sendmessage": ("sns:Publish",),
    "sqs:getmessage": ("sqs:ReceiveMessage",),
    "sqs:putmessage": ("sqs:SendMessage",),
}
"""Names that policies hold though no service has a call of this name, in lower case, to what is meant."""
_APIGATEWAY = {"create": "POST", "delete": "DELETE", "get": "GET", "put": "PUT", "update": "PATCH"}
"""API Gateway's actions are the methods of HTTP."""
_BY_CONTENT = (
    *("dynamodb:BatchExecuteStatement", "dynamodb:ExecuteStatement", "dynamodb:ExecuteTransaction"),
    "dynamodb:TransactWriteItems",
)
"""Calls whose parameters decide what IAM checks."""


def iam_actions_of(service: str, action: str) -> tuple[str, ...]:
    """Return what IAM calls an API action; nothing where its parameters decide.

    Args:
        service: As an SDK calls it, in lower case, such as `cloudwatchlogs`.
        action: Such as `putLogEvents`.
    """
    named = f"{_PREFIXES.get(service, service)}:{action[:1].upper()}{action[1:]}"
    return () if named in _BY_CONTENT else _ACTIONS.get(named, (named,))


@cache
def meant_by(action: str) -> tuple[str, ...]:
    """Return the actions that somebody means who writes the name of a call, or a name that is often guessed.

    Args:
        action: As a policy has it, such as `s3:ListObjects`; nothing is returned for a name of no such kind.
    """
    lower = action.lower()
    service, _, name = lower.partition(":")
    if service == "apigateway":
        return tuple(f"apigateway:{verb}" for begin, verb in _APIGATEWAY.items() if name.startswith(begin))
    return _by_lower_name().get(lower, ())


@cache
def _by_lower_name() -> dict[str, tuple[str, ...]]:
    return {**{call.lower(): actions for call, actions in _ACTIONS.items()}, **_NO_CALLS}
