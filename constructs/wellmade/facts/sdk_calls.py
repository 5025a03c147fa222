"""What IAM calls the API actions that Step Functions and SDKs call otherwise.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

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
_ACTIONS = {
    "dynamodb:TransactGetItems": ("dynamodb:GetItem",),
    "lambda:Invoke": ("lambda:InvokeFunction",),
    "s3:CompleteMultipartUpload": ("s3:PutObject",),
    "s3:CopyObject": ("s3:GetObject", "s3:PutObject"),
    "s3:CreateMultipartUpload": ("s3:PutObject",),
    "s3:DeleteObjects": ("s3:DeleteObject",),
    "s3:HeadBucket": ("s3:ListBucket",),
    "s3:HeadObject": ("s3:GetObject",),
    "s3:ListBuckets": ("s3:ListAllMyBuckets",),
    "s3:ListObjectVersions": ("s3:ListBucketVersions",),
    "s3:ListObjects": ("s3:ListBucket",),
    "s3:ListObjectsV2": ("s3:ListBucket",),
    "s3:UploadPart": ("s3:PutObject",),
    "sns:PublishBatch": ("sns:Publish",),
    "sqs:ChangeMessageVisibilityBatch": ("sqs:ChangeMessageVisibility",),
    "sqs:DeleteMessageBatch": ("sqs:DeleteMessage",),
    "sqs:SendMessageBatch": ("sqs:SendMessage",),
}
"""Calls of several things, or of another name, by what they are called with the service's prefix."""
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
