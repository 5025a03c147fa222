"""Which service assumes the role that a resource names.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html, and
the guides of the services. The principal of a region, `states.eu-west-1.amazonaws.com`, begins with the same
word.
"""

_FIREHOSE = (
    "KinesisStreamSourceConfiguration.RoleARN",
    "S3DestinationConfiguration.RoleARN",
    "ExtendedS3DestinationConfiguration.RoleARN",
    "HttpEndpointDestinationConfiguration.RoleARN",
    "RedshiftDestinationConfiguration.RoleARN",
    "AmazonopensearchserviceDestinationConfiguration.RoleARN",
    "AmazonOpenSearchServerlessDestinationConfiguration.RoleARN",
    "IcebergDestinationConfiguration.RoleARN",
)
_TOPIC_RULE = tuple(
    f"TopicRulePayload.Actions.*.{kind}.RoleArn"
    for kind in (
        *("CloudwatchAlarm", "CloudwatchLogs", "CloudwatchMetric", "DynamoDB", "DynamoDBv2", "Firehose"),
        *("IotEvents", "Kinesis", "Republish", "S3", "Sns", "Sqs", "StepFunctions", "Timestream"),
    )
)

ASSUMED_BY: dict[str, tuple[str, tuple[str, ...]]] = {
    "AWS::ApiGateway::Account": ("apigateway", ("CloudWatchRoleArn",)),
    "AWS::ApiGateway::Authorizer": ("apigateway", ("AuthorizerCredentials",)),
    "AWS::ApiGateway::Method": ("apigateway", ("Integration.Credentials",)),
    "AWS::ApiGatewayV2::Authorizer": ("apigateway", ("AuthorizerCredentialsArn",)),
    "AWS::ApiGatewayV2::Integration": ("apigateway", ("CredentialsArn",)),
    "AWS::AppSync::DataSource": ("appsync", ("ServiceRoleArn",)),
    "AWS::AppSync::GraphQLApi": ("appsync", ("LogConfig.CloudWatchLogsRoleArn",)),
    "AWS::AutoScaling::LifecycleHook": ("autoscaling", ("RoleARN",)),
    "AWS::Backup::BackupSelection": ("backup", ("BackupSelection.IamRoleArn",)),
    "AWS::CloudTrail::Trail": ("cloudtrail", ("CloudWatchLogsRoleArn",)),
    "AWS::CodeBuild::Project": ("codebuild", ("ServiceRole",)),
    "AWS::CodeDeploy::DeploymentGroup": ("codedeploy", ("ServiceRoleArn",)),
    "AWS::CodePipeline::Pipeline": ("codepipeline", ("RoleArn",)),
    "AWS::Config::RemediationConfiguration": (
        "ssm",
        ("Parameters.AutomationAssumeRole.StaticValue.Values.*",),
    ),
    "AWS::EC2::FlowLog": ("vpc-flow-logs", ("DeliverLogsPermissionArn",)),
    "AWS::ECS::TaskDefinition": ("ecs-tasks", ("TaskRoleArn", "ExecutionRoleArn")),
    "AWS::EKS::Cluster": ("eks", ("RoleArn",)),
    "AWS::EKS::Nodegroup": ("ec2", ("NodeRole",)),
    "AWS::Events::Rule": ("events", ("Targets.*.RoleArn",)),
    "AWS::Glue::Crawler": ("glue", ("Role",)),
    "AWS::Glue::Job": ("glue", ("Role",)),
    "AWS::IAM::InstanceProfile": ("ec2", ("Roles",)),
    "AWS::IoT::TopicRule": ("iot", _TOPIC_RULE),
    "AWS::KinesisFirehose::DeliveryStream": ("firehose", _FIREHOSE),
    "AWS::Lambda::Function": ("lambda", ("Role",)),
    "AWS::Logs::SubscriptionFilter": ("logs", ("RoleArn",)),
    "AWS::Pipes::Pipe": ("pipes", ("RoleArn",)),
    "AWS::RDS::DBInstance": ("monitoring.rds", ("MonitoringRoleArn",)),
    "AWS::RDS::DBProxy": ("rds", ("RoleArn",)),
    "AWS::S3::Bucket": ("s3", ("ReplicationConfiguration.Role",)),
    "AWS::SNS::Subscription": ("sns", ("SubscriptionRoleArn",)),
    "AWS::Scheduler::Schedule": ("scheduler", ("Target.RoleArn",)),
    "AWS::Serverless::Function": ("lambda", ("Role",)),
    "AWS::Serverless::StateMachine": ("states", ("Role",)),
    "AWS::StepFunctions::StateMachine": ("states", ("RoleArn",)),
    "AWS::Synthetics::Canary": ("lambda", ("ExecutionRoleArn",)),
}
"""Type of a resource to the first word of the service's principal, and the properties that name the role."""
