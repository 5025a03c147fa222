"""Which kind of edge an IAM action makes."""

from wellmade.graph.edges.edge import Kind
from wellmade.graph.resolve.resource import Resource

_SERVICES = {
    "sqs": ("AWS::SQS::",),
    "sns": ("AWS::SNS::",),
    "s3": ("AWS::S3::",),
    "dynamodb": ("AWS::DynamoDB::", "AWS::Serverless::SimpleTable"),
    "lambda": ("AWS::Lambda::", "AWS::Serverless::Function"),
    "states": ("AWS::StepFunctions::", "AWS::Serverless::StateMachine"),
    "events": ("AWS::Events::",),
    "kinesis": ("AWS::Kinesis::",),
    "firehose": ("AWS::KinesisFirehose::",),
    "secretsmanager": ("AWS::SecretsManager::",),
    "ssm": ("AWS::SSM::",),
    "kms": ("AWS::KMS::",),
    "ecs": ("AWS::ECS::",),
    "rds-data": ("AWS::RDS::",),
    "rds-db": ("AWS::RDS::",),
    "logs": ("AWS::Logs::",),
    "appsync": ("AWS::AppSync::",),
    "execute-api": ("AWS::ApiGateway::", "AWS::ApiGatewayV2::", "AWS::Serverless::Api"),
    "elasticfilesystem": ("AWS::EFS::",),
}
_EXACT = {
    "lambda:invokefunction": Kind.INVOKES_SYNC,
    "lambda:invokefunctionurl": Kind.INVOKES_SYNC,
    "lambda:*": Kind.INVOKES_SYNC,
    "lambda:invoke*": Kind.INVOKES_SYNC,
    "states:startexecution": Kind.INVOKES_ASYNC,
    "states:startsyncexecution": Kind.INVOKES_SYNC,
    "execute-api:invoke": Kind.INVOKES_SYNC,
    "ecs:runtask": Kind.INVOKES_ASYNC,
    "sqs:sendmessage": Kind.PUBLISHES,
    "sqs:sendmessagebatch": Kind.PUBLISHES,
    "sqs:deletemessage": Kind.READS,
    "sqs:changemessagevisibility": Kind.READS,
    "sns:publish": Kind.PUBLISHES,
    "events:putevents": Kind.PUBLISHES,
    "kinesis:putrecord": Kind.PUBLISHES,
    "kinesis:putrecords": Kind.PUBLISHES,
    "firehose:putrecord": Kind.PUBLISHES,
    "firehose:putrecordbatch": Kind.PUBLISHES,
    "dynamodb:partiqlselect": Kind.READS,
}
_READS = (
    "get",
    "batchget",
    "list",
    "query",
    "scan",
    "describe",
    "head",
    "receive",
    "condition",
    "select",
    "decrypt",
    "partiqlselect",
    "read",
    "connect",
    "clientmount",
)
_WRITES = (
    "put",
    "batchwrite",
    "update",
    "delete",
    "create",
    "abort",
    "restore",
    "replicate",
    "partiql",
    "write",
    "encrypt",
    "generatedatakey",
    "reencrypt",
    "execute",
    "tag",
    "purge",
    "clientwrite",
)


def belongs_to(action: str, target: Resource) -> bool:
    """Tell whether the action is one of the target's service."""
    return target.type.startswith(_SERVICES.get(action.lower().partition(":")[0], ("?",)))


def kind_of(action: str, target: Resource) -> Kind | None:
    """Return the kind of edge that an action on a resource makes; None when it is of another service."""
    service, _, verb = action.lower().partition(":")
    if service != "*" and not belongs_to(action, target):
        return None
    exact = _EXACT.get(f"{service}:{verb}")
    if exact:
        return exact
    if verb.startswith(_READS):
        return Kind.READS
    if verb.startswith(_WRITES) or verb in ("*", ""):
        return Kind.WRITES
    return None
