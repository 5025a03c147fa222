"""Clusters of EKS, gradual releases and media are judged whichever way their template spells them."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings

CDK = "Custom::AWSCDK-EKS-"
CLUSTER = "\n  Cluster: {Type: AWS::EKS::Cluster, Properties: {RoleArn: r%s, ResourcesVpcConfig: {%s}}}"
PRIVATE = "EndpointPublicAccess: false"
OF_CDK = f"\n  Cluster: {{Type: {CDK}Cluster, Properties: {{Config: {{version: '%s', resourcesVpcConfig: {{%s}}}}}}}}"


@pytest.mark.parametrize(
    ("rule", "body", "found"),
    [
        ("eks-public-endpoint", OF_CDK % ("1.36", "endpointPublicAccess: true"), True),
        ("eks-public-endpoint", OF_CDK % ("1.36", "endpointPublicAccess: false"), False),
        ("eks-public-endpoint", CLUSTER % ("", "PublicAccessCidrs: [0.0.0.0/1, 128.0.0.0/1]"), True),
        ("eks-public-endpoint", CLUSTER % ("", "PublicAccessCidrs: [198.51.100.0/24]"), False),
        ("eks-version", OF_CDK % ("1.29", ""), True),
        ("eks-version", CLUSTER % (", Version: 1.29", PRIVATE), True),
        ("eks-version", CLUSTER % (", Version: !If [Large, '1.29', '1.30']", PRIVATE), True),
        ("eks-version", CLUSTER % (", Version: !If [Large, '1.29', '1.36']", PRIVATE), False),
    ],
)
def test_clusters(tmp_path: Path, rule: str, body: str, *, found: bool) -> None:
    assert bool(findings(tmp_path, rule, body)) is found


NODES = """
  Nodes:
    Type: AWS::EKS::Nodegroup
    Properties: {ClusterName: %s, ScalingConfig: {MinSize: 3, MaxSize: 3}}
  Automatic: {Type: AWS::EKS::Cluster, Properties: {RoleArn: r, ComputeConfig: {Enabled: true}}}"""
OWN_NODES = """
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties: {MinSize: "2", MaxSize: %s, Tags: [{Key: !Sub "kubernetes.io/cluster/${Cluster}", Value: owned}]}"""


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (NODES % "!Ref Cluster", ["Nodes"]),
        (NODES % "!Ref Automatic", []),
        (NODES % "!ImportValue cluster", []),
        (OWN_NODES % 2, ["Group"]),
        (OWN_NODES % 5, []),
    ],
)
def test_nodes_that_nothing_adds_to(tmp_path: Path, body: str, found: list[str]) -> None:
    told = findings(tmp_path, "eks-node-scaling", CLUSTER % ("", PRIVATE) + body)
    assert [each.split()[0] for each in told] == found


FARGATE = f"""
  Profile:
    Type: {CDK}FargateProfile
    Properties: {{Config: {{clusterName: !Ref Cluster, selectors: [{{namespace: jobs}}]}}}}"""
APPLIED = f"""
  Applied:
    Type: {CDK}KubernetesResource
    Properties: {{ClusterName: !Ref Cluster, Manifest: '[{{"kind":"%s","metadata":{{"name":"logs"}}}}]'}}"""
IDENTITY = """
  Identity:
    Type: AWS::EKS::PodIdentityAssociation
    Properties: {ClusterName: %s, Namespace: jobs, ServiceAccount: worker, RoleArn: r}"""
NAMED = CLUSTER % (", Name: shop", PRIVATE)
PROFILE = """
  Profile:
    Type: AWS::EKS::FargateProfile
    Properties: {ClusterName: shop, PodExecutionRoleArn: r, Selectors: [{Namespace: jobs}]}"""


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (OF_CDK % ("1.36", "") + FARGATE + APPLIED % "DaemonSet", ["Applied"]),
        (OF_CDK % ("1.36", "") + FARGATE + APPLIED % "Deployment", []),
        (OF_CDK % ("1.36", "") + APPLIED % "DaemonSet", []),
        (OF_CDK % ("1.36", "") + FARGATE + IDENTITY % "!Ref Cluster", ["Identity"]),
        (NAMED + PROFILE + IDENTITY % "shop", ["Identity"]),
        (NAMED + PROFILE + IDENTITY % "other", []),
    ],
)
def test_what_is_for_nodes_in_a_cluster_of_fargate(tmp_path: Path, body: str, found: list[str]) -> None:
    assert [each.split()[0] for each in findings(tmp_path, "eks-fargate-daemons", body)] == found


SERVICE = """
  Service:
    Type: AWS::ECS::Service
    Properties: {Cluster: c, TaskDefinition: t, LaunchType: FARGATE, DeploymentConfiguration: {%s}}"""
SHIFTED = """
  App: {Type: AWS::CodeDeploy::Application, Properties: {ComputePlatform: ECS}}
  Releases:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties: {ApplicationName: !Ref App, ServiceRoleArn: r, DeploymentConfigName: %s}
  Slow:
    Type: AWS::CodeDeploy::DeploymentConfig
    Properties: {ComputePlatform: ECS, TrafficRoutingConfig: {Type: %s}}"""


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (SERVICE % "Strategy: CANARY, Alarms: {Enable: 'true', Rollback: 'false', AlarmNames: [a]}", True),
        (SERVICE % "Strategy: LINEAR, Alarms: {Enable: true, Rollback: true, AlarmNames: []}", True),
        (SERVICE % "Strategy: LINEAR, Alarms: !ImportValue alarms", False),
        (SERVICE % "Strategy: BLUE_GREEN, LifecycleHooks: [{HookTargetArn: a}]", False),
        (SERVICE % "Strategy: BLUE_GREEN, LifecycleHooks: []", True),
        (SERVICE % "Strategy: ROLLING", False),
        (SHIFTED % ("CodeDeployDefault.ECSLinear10PercentEvery1Minutes", "AllAtOnce"), True),
        (SHIFTED % ("CodeDeployDefault.ECSAllAtOnce", "TimeBasedLinear"), False),
        (SHIFTED % ("!Ref Slow", "TimeBasedLinear"), True),
        (SHIFTED % ("!Ref Slow", "AllAtOnce"), False),
    ],
)
def test_releases_that_nothing_takes_back(tmp_path: Path, body: str, *, found: bool) -> None:
    assert bool(findings(tmp_path, "release-rollback", body)) is found


SCALED = """
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties: {ServiceNamespace: ecs, ResourceId: !Sub "service/c/${Service.Name}", MinCapacity: 1, MaxCapacity: 9}
  Up:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties:
      ScalingTargetId: !Ref Target
      TargetTrackingScalingPolicyConfiguration:
        TargetValue: 60
        CustomizedMetricSpecification: {MetricName: RequestCountPerTarget, Dimensions: [{Name: %s, Value: x}]}"""


@pytest.mark.parametrize(("dimension", "found"), [("TargetGroup", True), ("LoadBalancer", False)])
def test_requests_of_one_set_by_a_metric_of_ones_own(tmp_path: Path, dimension: str, *, found: bool) -> None:
    body = SERVICE % "Strategy: BLUE_GREEN" + SCALED % dimension
    assert bool(findings(tmp_path, "requests-of-one-set", body)) is found


VIDEOS = """
  Videos:
    Type: AWS::S3::Bucket
    Properties: {BucketName: videos, NotificationConfiguration: {%s}}
  Role:
    Type: AWS::IAM::Role
    Properties: {Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: s3:GetObject, Resource: "*"}]}}]}
  Worker: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Role.Arn, Timeout: 900}}"""
RULE = """
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.s3], detail: {bucket: {name: [videos]}, object: {key: [{%s}]}}}
      Targets: [{Id: a, Arn: !GetAtt Worker.Arn}]"""
BY_BUS = VIDEOS % "EventBridgeConfiguration: {EventBridgeEnabled: true}" + RULE
BY_TOPIC = (
    VIDEOS
    % "TopicConfigurations: [{Event: 's3:ObjectCreated:*', Topic: !Ref Told, Filter: {S3Key: {Rules: [{Name: suffix, Value: .mkv}]}}}]"
    + "\n  Told: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: %s}]}}"
    + "\n  Work: {Type: AWS::SQS::Queue}"
    + "\n  Maps: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Work.Arn, FunctionName: !Ref Worker}}"
)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (BY_BUS % "suffix: .mov", True),
        (BY_BUS % "wildcard: 'in/*.MP4'", True),
        (BY_BUS % "suffix: .jpg}, {suffix: .mp4", True),
        (BY_BUS % "suffix: {equals-ignore-case: .Mp4}", True),
        (BY_BUS % "anything-but: {suffix: .mov}", False),
        (BY_BUS % "suffix: .csv", False),
        (BY_TOPIC % "sqs, Endpoint: !GetAtt Work.Arn", True),
        (BY_TOPIC % "email, Endpoint: a@b.c", False),
    ],
)
def test_videos_come_to_functions_by_other_ways(tmp_path: Path, body: str, *, found: bool) -> None:
    assert bool(findings(tmp_path, "video-in-function", body)) is found
