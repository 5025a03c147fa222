"""Find resources by the names and ARNs that they bear, as far as templates give them names."""

import re
from collections import defaultdict
from collections.abc import Iterable

from wellmade.graph.resolve.arns import fields, first_name
from wellmade.graph.resolve.joining import written
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.values import Pseudo, Text, Value, options

# Type: the property that names it, its service in ARNs, and what stands before the name there.
NAMED: dict[str, tuple[str, str, str]] = {
    "AWS::SQS::Queue": ("QueueName", "sqs", ""),
    "AWS::SNS::Topic": ("TopicName", "sns", ""),
    "AWS::S3::Bucket": ("BucketName", "s3", ""),
    "AWS::DynamoDB::Table": ("TableName", "dynamodb", "table/"),
    "AWS::DynamoDB::GlobalTable": ("TableName", "dynamodb", "table/"),
    "AWS::Serverless::SimpleTable": ("TableName", "dynamodb", "table/"),
    "AWS::Lambda::Function": ("FunctionName", "lambda", "function:"),
    "AWS::Serverless::Function": ("FunctionName", "lambda", "function:"),
    "AWS::Kinesis::Stream": ("Name", "kinesis", "stream/"),
    "AWS::KinesisFirehose::DeliveryStream": ("DeliveryStreamName", "firehose", "deliverystream/"),
    "AWS::Events::EventBus": ("Name", "events", "event-bus/"),
    "AWS::Events::Rule": ("Name", "events", "rule/"),
    "AWS::StepFunctions::StateMachine": ("StateMachineName", "states", "stateMachine:"),
    "AWS::Serverless::StateMachine": ("Name", "states", "stateMachine:"),
    "AWS::StepFunctions::Activity": ("Name", "states", "activity:"),
    "AWS::SecretsManager::Secret": ("Name", "secretsmanager", "secret:"),
    "AWS::SSM::Parameter": ("Name", "ssm", "parameter"),
    "AWS::Logs::LogGroup": ("LogGroupName", "logs", "log-group:"),
    "AWS::Glue::Job": ("Name", "glue", "job/"),
    "AWS::IAM::Role": ("RoleName", "iam", "role/"),
    "AWS::IAM::ManagedPolicy": ("ManagedPolicyName", "iam", "policy/"),
    "AWS::ECS::Cluster": ("ClusterName", "ecs", "cluster/"),
    "AWS::ECS::Service": ("ServiceName", "ecs", "service/"),
    "AWS::ECS::TaskDefinition": ("Family", "ecs", "task-definition/"),
    "AWS::ECR::Repository": ("RepositoryName", "ecr", "repository/"),
    "AWS::KMS::Alias": ("AliasName", "kms", ""),
    "AWS::CloudWatch::Alarm": ("AlarmName", "cloudwatch", "alarm:"),
    "AWS::RDS::DBCluster": ("DBClusterIdentifier", "rds", "cluster:"),
    "AWS::RDS::DBInstance": ("DBInstanceIdentifier", "rds", "db:"),
    "AWS::ApiGateway::RestApi": ("Name", "apigateway", ""),
    "AWS::Scheduler::ScheduleGroup": ("Name", "scheduler", "schedule-group/"),
}
_FUNCTION_URI = re.compile(r"functions/(arn:.+)/invocations$")
_QUEUE_URL = re.compile(r"https://sqs\.[^/]+/[^/]+/([^/]+)$")


class Names:
    """The names of all resources; a name that two resources of one service bear means neither."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        """Index the resources that a template names."""
        self._of_service: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        self._bare: dict[str, list[Resource]] = defaultdict(list)
        for resource in resources:
            if resource.type in NAMED:
                key, service, _ = NAMED[resource.type]
                for name in options(resource.get(key)):
                    if isinstance(name, str | Text | Pseudo) and name != "":  # of a parameter left empty
                        self._of_service[service, written(name)].append(resource)
                        self._bare[written(name)].append(resource)

    def find(self, value: Value, types: tuple[str, ...] = ()) -> Resource | None:
        """Return the resource that a literal ARN, queue URL or name means."""
        literal = written(value)
        if inner := _FUNCTION_URI.search(literal):
            literal = inner[1]
        if literal.startswith("arn:"):
            return _only(self._by_arn(literal), types)
        if url := _QUEUE_URL.match(literal):
            return _only(self._of_service.get(("sqs", url[1]), []), types)
        return _only(self._bare.get(literal, []), types)

    def _by_arn(self, arn: str) -> list[Resource]:
        parts = fields(arn)
        if len(parts) < 6:
            return []
        service, rest = parts[2], parts[5]
        return self._of_service.get((service, name_and_suffix(service, rest)[0]), [])


def name_and_suffix(service: str, rest: str) -> tuple[str, str]:
    """Split the last field of an ARN into the resource's name and what follows it."""
    for _, of_service, prefix in NAMED.values():
        if of_service == service and prefix and rest.startswith(prefix):
            rest = rest.removeprefix(prefix)
            break
    if service in ("ssm", "iam", "ecr", "secretsmanager"):
        return rest, ""
    name = rest.removesuffix(":*") if service == "logs" else first_name(rest)
    return name, rest[len(name) :]


def _only(found: list[Resource], types: tuple[str, ...]) -> Resource | None:
    matching = [resource for resource in found if not types or resource.type in types]
    return matching[0] if len(matching) == 1 else None
