"""How ARNs of resources are put together, by CloudFormation type.

Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html for the ARNs and
the page of each type in the CloudFormation reference for what `Ref` returns.
"""

from typing import NamedTuple

from wellmade.graph import Resource

HERE = "{region}:{account}"


class Shape(NamedTuple):
    """The ARN of a type of resource."""

    service: str
    prefix: str = ""
    """What stands before the name."""
    place: str = HERE
    named_by: str = ""
    """The property that gives the name, if a template may give one."""
    ref: str = "name"
    """What `Ref` returns: `name`, `arn` or `url`."""
    suffix: str = ""
    """What stands behind the name."""


ACCOUNT_ONLY, NOWHERE = ":{account}", ":"

SHAPES: dict[str, Shape] = {
    "AWS::ApiGateway::RestApi": Shape("execute-api"),
    "AWS::ApiGatewayV2::Api": Shape("execute-api"),
    "AWS::AppConfig::Application": Shape("appconfig", "application/"),
    "AWS::AppSync::GraphQLApi": Shape("appsync", "apis/", ref="arn"),
    "AWS::Athena::WorkGroup": Shape("athena", "workgroup/", named_by="Name"),
    "AWS::Bedrock::Agent": Shape("bedrock", "agent/"),
    "AWS::Bedrock::Guardrail": Shape("bedrock", "guardrail/", ref="arn"),
    "AWS::Bedrock::KnowledgeBase": Shape("bedrock", "knowledge-base/"),
    "AWS::CloudFront::Distribution": Shape("cloudfront", "distribution/", ACCOUNT_ONLY),
    "AWS::CloudWatch::Alarm": Shape("cloudwatch", "alarm:", named_by="AlarmName"),
    "AWS::CloudWatch::CompositeAlarm": Shape("cloudwatch", "alarm:", named_by="AlarmName"),
    "AWS::CodeBuild::Project": Shape("codebuild", "project/", named_by="Name"),
    "AWS::CodePipeline::Pipeline": Shape("codepipeline", named_by="Name"),
    "AWS::Cognito::IdentityPool": Shape("cognito-identity", "identitypool/"),
    "AWS::Cognito::UserPool": Shape("cognito-idp", "userpool/"),
    "AWS::DynamoDB::GlobalTable": Shape("dynamodb", "table/", named_by="TableName"),
    "AWS::DynamoDB::Table": Shape("dynamodb", "table/", named_by="TableName"),
    "AWS::ECR::Repository": Shape("ecr", "repository/", named_by="RepositoryName"),
    "AWS::ECS::Cluster": Shape("ecs", "cluster/", named_by="ClusterName"),
    "AWS::ECS::Service": Shape("ecs", "service/", named_by="ServiceName", ref="arn"),
    "AWS::ECS::TaskDefinition": Shape("ecs", "task-definition/", named_by="Family", ref="arn", suffix=":1"),
    "AWS::EFS::AccessPoint": Shape("elasticfilesystem", "access-point/"),
    "AWS::EFS::FileSystem": Shape("elasticfilesystem", "file-system/"),
    "AWS::Events::EventBus": Shape("events", "event-bus/", named_by="Name"),
    "AWS::Events::Rule": Shape("events", "rule/", named_by="Name"),
    "AWS::Glue::Database": Shape("glue", "database/", named_by="DatabaseInput.Name"),
    "AWS::Glue::Job": Shape("glue", "job/", named_by="Name"),
    "AWS::IAM::InstanceProfile": Shape("iam", "instance-profile/", ACCOUNT_ONLY, "InstanceProfileName"),
    "AWS::IAM::ManagedPolicy": Shape("iam", "policy/", ACCOUNT_ONLY, "ManagedPolicyName", "arn"),
    "AWS::IAM::Role": Shape("iam", "role/", ACCOUNT_ONLY, "RoleName"),
    "AWS::IAM::User": Shape("iam", "user/", ACCOUNT_ONLY, "UserName"),
    "AWS::KMS::Alias": Shape("kms", named_by="AliasName"),
    "AWS::KMS::Key": Shape("kms", "key/"),
    "AWS::KMS::ReplicaKey": Shape("kms", "key/"),
    "AWS::Kinesis::StreamConsumer": Shape("kinesis", "consumer/", named_by="ConsumerName", ref="arn"),
    "AWS::Kinesis::Stream": Shape("kinesis", "stream/", named_by="Name"),
    "AWS::KinesisFirehose::DeliveryStream": Shape(
        "firehose", "deliverystream/", named_by="DeliveryStreamName"
    ),
    "AWS::Lambda::Function": Shape("lambda", "function:", named_by="FunctionName"),
    "AWS::Lambda::LayerVersion": Shape("lambda", "layer:", named_by="LayerName", ref="arn", suffix=":1"),
    "AWS::Logs::LogGroup": Shape("logs", "log-group:", named_by="LogGroupName", suffix=":*"),
    "AWS::MSK::Cluster": Shape("kafka", "cluster/", named_by="ClusterName", ref="arn", suffix="/uuid"),
    "AWS::OpenSearchServerless::Collection": Shape("aoss", "collection/"),
    "AWS::OpenSearchService::Domain": Shape("es", "domain/", named_by="DomainName"),
    "AWS::RDS::DBCluster": Shape("rds", "cluster:", named_by="DBClusterIdentifier"),
    "AWS::RDS::DBInstance": Shape("rds", "db:", named_by="DBInstanceIdentifier"),
    "AWS::RDS::GlobalCluster": Shape("rds", "global-cluster:", ACCOUNT_ONLY, "GlobalClusterIdentifier"),
    "AWS::S3::Bucket": Shape("s3", place=NOWHERE, named_by="BucketName"),
    "AWS::SNS::Topic": Shape("sns", named_by="TopicName", ref="arn"),
    "AWS::SQS::Queue": Shape("sqs", named_by="QueueName", ref="url"),
    "AWS::SSM::Parameter": Shape("ssm", "parameter/", named_by="Name"),
    "AWS::Scheduler::ScheduleGroup": Shape("scheduler", "schedule-group/", named_by="Name"),
    "AWS::SecretsManager::Secret": Shape(
        "secretsmanager", "secret:", named_by="Name", ref="arn", suffix="-a1B2c3"
    ),
    "AWS::Serverless::Function": Shape("lambda", "function:", named_by="FunctionName"),
    "AWS::Serverless::LayerVersion": Shape("lambda", "layer:", named_by="LayerName", ref="arn", suffix=":1"),
    "AWS::Serverless::SimpleTable": Shape("dynamodb", "table/", named_by="TableName"),
    "AWS::Serverless::StateMachine": Shape("states", "stateMachine:", named_by="Name", ref="arn"),
    "AWS::StepFunctions::Activity": Shape("states", "activity:", named_by="Name", ref="arn"),
    "AWS::StepFunctions::StateMachine": Shape(
        "states", "stateMachine:", named_by="StateMachineName", ref="arn"
    ),
    "AWS::Timestream::Database": Shape("timestream", "database/", named_by="DatabaseName"),
}

PREFIXES: dict[str, tuple[str, ...]] = {
    service: tuple({shape.prefix for shape in SHAPES.values() if shape.service == service})
    for service in {shape.service for shape in SHAPES.values()}
}
"""Service to what may stand before the name in its ARNs."""


def shape_of(resource: Resource) -> Shape:
    """Return how the ARN of a resource is put together; that of a type not listed is made up."""
    known = SHAPES.get(resource.type)
    if known:
        return known
    parts = resource.type.lower().split("::")
    return Shape(parts[1] if len(parts) > 2 else "custom", f"{parts[-1]}/")
