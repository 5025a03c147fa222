"""Edges that one property makes: from what, to what, and of which kind.

A path passes through lists with `*`; `SELF` is the resource that has the property. Without a kind the
target's type decides: published to what keeps messages, else invoked without waiting.
"""

from typing import NamedTuple

from wellmade.graph.edges.edge import Kind

SELF = ""


class Row(NamedTuple):
    """One property of one type that makes an edge."""

    type: str
    source: str
    target: str
    kind: Kind | None = None


_SYNC, _ROUTES, _GUARDS, _ASSUMES = (
    Kind.INVOKES_SYNC,
    Kind.ROUTES,
    Kind.GUARDS,
    Kind.ASSUMES,
)
_EC2, _ELB, _LAMBDA = "AWS::EC2::", "AWS::ElasticLoadBalancingV2::", "AWS::Lambda::"

CALLS = (
    Row(f"{_LAMBDA}Url", SELF, "TargetFunctionArn", _SYNC),
    Row(f"{_LAMBDA}Alias", SELF, "FunctionName", _ROUTES),
    Row(f"{_LAMBDA}Version", SELF, "FunctionName", _ROUTES),
    Row("AWS::CloudFormation::CustomResource", SELF, "ServiceToken", _SYNC),
    Row("AWS::SecretsManager::RotationSchedule", "SecretId", "RotationLambdaARN"),
    Row("AWS::Config::ConfigRule", SELF, "Source.SourceIdentifier"),
    Row("AWS::ApiGateway::Authorizer", "RestApiId", "AuthorizerUri", _SYNC),
    Row("AWS::ApiGatewayV2::Authorizer", "ApiId", "AuthorizerUri", _SYNC),
    Row("AWS::ApiGatewayV2::Api", SELF, "Target", _SYNC),
    Row("AWS::Logs::SubscriptionFilter", "LogGroupName", "DestinationArn"),
    Row("AWS::DynamoDB::Table", SELF, "KinesisStreamSpecification.StreamArn"),
    Row("AWS::Kinesis::StreamConsumer", "StreamARN", SELF, _ROUTES),
    Row("AWS::S3::Bucket", SELF, "LoggingConfiguration.DestinationBucketName", Kind.WRITES),
    Row("AWS::S3::Bucket", SELF, "ReplicationConfiguration.Rules.*.Destination.Bucket", Kind.WRITES),
    Row("AWS::IoT::TopicRule", SELF, "TopicRulePayload.Actions.*.Lambda.FunctionArn"),
    Row("AWS::IoT::TopicRule", SELF, "TopicRulePayload.Actions.*.Sqs.QueueUrl"),
    Row("AWS::IoT::TopicRule", SELF, "TopicRulePayload.Actions.*.Sns.TargetArn"),
    Row("AWS::IoT::TopicRule", SELF, "TopicRulePayload.Actions.*.Kinesis.StreamName"),
    Row("AWS::SES::ReceiptRule", SELF, "Rule.Actions.*.LambdaAction.FunctionArn"),
    Row("AWS::SES::ReceiptRule", SELF, "Rule.Actions.*.S3Action.BucketName", Kind.WRITES),
    Row("AWS::Events::Archive", "SourceArn", SELF, _ROUTES),
)

GUARDS = (
    Row("AWS::S3::BucketPolicy", SELF, "Bucket", _GUARDS),
    Row("AWS::SQS::QueuePolicy", SELF, "Queues", _GUARDS),
    Row("AWS::SQS::QueueInlinePolicy", SELF, "Queue", _GUARDS),
    Row("AWS::SNS::TopicPolicy", SELF, "Topics", _GUARDS),
    Row("AWS::SNS::TopicInlinePolicy", SELF, "TopicArn", _GUARDS),
    Row("AWS::SecretsManager::ResourcePolicy", SELF, "SecretId", _GUARDS),
    Row("AWS::Events::EventBusPolicy", SELF, "EventBusName", _GUARDS),
    Row(f"{_LAMBDA}Permission", SELF, "FunctionName", _GUARDS),
    Row("AWS::Kinesis::ResourcePolicy", SELF, "ResourceArn", _GUARDS),
    Row("AWS::WAFv2::WebACLAssociation", "WebACLArn", "ResourceArn", _GUARDS),
    Row("AWS::WAFRegional::WebACLAssociation", "WebACLId", "ResourceArn", _GUARDS),
    Row("AWS::CloudFront::Distribution", "DistributionConfig.WebACLId", SELF, _GUARDS),
    Row("AWS::CloudWatch::Alarm", SELF, "Dimensions.*.Value", _GUARDS),
    Row("AWS::CloudWatch::Alarm", SELF, "Metrics.*.MetricStat.Metric.Dimensions.*.Value", _GUARDS),
    *(
        Row(alarm, SELF, actions)
        for alarm in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
        for actions in ("AlarmActions", "OKActions", "InsufficientDataActions")
    ),
    Row("AWS::Logs::MetricFilter", SELF, "LogGroupName", _GUARDS),
    Row("AWS::ApplicationAutoScaling::ScalingPolicy", SELF, "ScalingTargetId", _GUARDS),
    Row("AWS::AutoScaling::ScalingPolicy", SELF, "AutoScalingGroupName", _GUARDS),
    Row("AWS::AutoScaling::LifecycleHook", SELF, "AutoScalingGroupName", _GUARDS),
    Row("AWS::RDS::DBProxyTargetGroup", "DBProxyName", "DBClusterIdentifiers", _ROUTES),
    Row("AWS::RDS::DBProxyTargetGroup", "DBProxyName", "DBInstanceIdentifiers", _ROUTES),
    Row("AWS::RDS::DBInstance", "DBClusterIdentifier", SELF, _ROUTES),
)

CONTAINERS = (
    Row("AWS::ECS::Service", SELF, "TaskDefinition", _ROUTES),
    Row("AWS::ECS::Service", "LoadBalancers.*.TargetGroupArn", SELF, _ROUTES),
    Row("AWS::ECS::CapacityProvider", SELF, "AutoScalingGroupProvider.AutoScalingGroupArn", _ROUTES),
    Row("AWS::ECS::TaskDefinition", SELF, "ContainerDefinitions.*.Secrets.*.ValueFrom", Kind.READS),
    Row("AWS::AutoScaling::AutoScalingGroup", "TargetGroupARNs", SELF, _ROUTES),
    Row("AWS::AutoScaling::AutoScalingGroup", SELF, "LaunchTemplate.LaunchTemplateId", _ROUTES),
    Row("AWS::AutoScaling::AutoScalingGroup", SELF, "LaunchConfigurationName", _ROUTES),
    Row(f"{_ELB}Listener", "LoadBalancerArn", SELF, _ROUTES),
    *(
        Row(f"{_ELB}{listener}", SELF, f"{actions}.*.{group}", _ROUTES)
        for listener, actions in (("Listener", "DefaultActions"), ("ListenerRule", "Actions"))
        for group in ("TargetGroupArn", "ForwardConfig.TargetGroups.*.TargetGroupArn")
    ),
    Row(f"{_ELB}ListenerRule", "ListenerArn", SELF, _ROUTES),
)

NETWORK = (
    Row(f"{_EC2}SubnetRouteTableAssociation", "SubnetId", "RouteTableId", _ROUTES),
    Row(f"{_EC2}NatGateway", SELF, "SubnetId", _ROUTES),
    *(
        Row(f"{_EC2}Route", "RouteTableId", gateway, _ROUTES)
        for gateway in (
            "GatewayId",
            "NatGatewayId",
            "TransitGatewayId",
            "VpcPeeringConnectionId",
            "EgressOnlyInternetGatewayId",
            "InstanceId",
            "NetworkInterfaceId",
            "VpcEndpointId",
        )
    ),
    Row(f"{_EC2}VPCEndpoint", "RouteTableIds", SELF, _ROUTES),
    Row(f"{_EC2}VPCEndpoint", "SubnetIds", SELF, _ROUTES),
    Row(f"{_EC2}SecurityGroup", "SecurityGroupIngress.*.SourceSecurityGroupId", SELF, _ROUTES),
    Row(f"{_EC2}SecurityGroupIngress", "SourceSecurityGroupId", "GroupId", _ROUTES),
    Row("AWS::Route53::RecordSet", SELF, "AliasTarget.DNSName", _ROUTES),
    Row("AWS::Route53::RecordSet", SELF, "ResourceRecords", _ROUTES),
    Row("AWS::Route53::RecordSetGroup", SELF, "RecordSets.*.AliasTarget.DNSName", _ROUTES),
    Row("AWS::CloudFront::Distribution", SELF, "DistributionConfig.Origins.*.DomainName", _ROUTES),
    *(
        Row("AWS::CloudFront::Distribution", SELF, f"DistributionConfig.{behaviours}.{function}", _SYNC)
        for behaviours in ("DefaultCacheBehavior", "CacheBehaviors.*")
        for function in (
            "LambdaFunctionAssociations.*.LambdaFunctionARN",
            "FunctionAssociations.*.FunctionARN",
        )
    ),
)

ROLES = (
    Row("AWS::ECS::TaskDefinition", SELF, "ExecutionRoleArn", _ASSUMES),
    Row("AWS::IAM::InstanceProfile", SELF, "Roles", _ASSUMES),
    Row(f"{_EC2}Instance", SELF, "IamInstanceProfile", _ASSUMES),
    Row(f"{_EC2}LaunchTemplate", SELF, "LaunchTemplateData.IamInstanceProfile.Arn", _ASSUMES),
    Row(f"{_EC2}LaunchTemplate", SELF, "LaunchTemplateData.IamInstanceProfile.Name", _ASSUMES),
    Row("AWS::AutoScaling::LaunchConfiguration", SELF, "IamInstanceProfile", _ASSUMES),
    Row("AWS::Events::Rule", SELF, "Targets.*.RoleArn", _ASSUMES),
    Row("AWS::AppSync::DataSource", SELF, "ServiceRoleArn", _ASSUMES),
    Row("AWS::ApiGateway::Method", SELF, "Integration.Credentials", _ASSUMES),
    Row("AWS::ApiGatewayV2::Integration", SELF, "CredentialsArn", _ASSUMES),
    Row("AWS::RDS::DBProxy", SELF, "RoleArn", _ASSUMES),
    Row("AWS::Logs::SubscriptionFilter", SELF, "RoleArn", _ASSUMES),
)

ROWS = (*CALLS, *GUARDS, *CONTAINERS, *NETWORK, *ROLES)
