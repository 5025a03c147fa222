"""Rules about APIs and compute: the cases in which false alarms would be easy."""

from pathlib import Path

import pytest

from wellmade.check.registry import rule_of
from wellmade.check.run import check
from wellmade.check.runtimes import deprecated_runtimes
from wellmade.facts.secrets import looks_secret
from wellmade.graph import load

HEAD = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Given: {Type: String}, Usual: {Type: String, Default: 0.0.0.0/0}}
Conditions: {Large: !Equals [!Ref AWS::Region, eu-west-1]}
Resources:"""
HTTP_API = """
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: x, ProtocolType: %s}}"""
STAGE = """
  Stage: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, StageName: $default%s}}"""
INTEGRATION = """
  Lower: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, %s}}"""
TO_FUNCTION = INTEGRATION % "IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Function.Arn"
FUNCTION = """
  Function: {Type: AWS::Lambda::Function, Properties: {Handler: x%s}}"""
SAM_FUNCTION = """
  Function: {Type: AWS::Serverless::Function, Properties: {Handler: x%s}}"""
SAM_API = """
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: live%s}}"""
ON_API = (
    ", Timeout: 60, Events: {Get: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /, Method: get%s}}}"
)
SERVICE = """
  Service: {Type: AWS::ECS::Service, Properties: {Cluster: x, TaskDefinition: 'x:1'%s}}"""
TASK = """
  Task: {Type: AWS::ECS::TaskDefinition, Properties: {%s}}"""
GROUP = """
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: x, SecurityGroupIngress: [{%s}]}}"""
INSTANCE = """
  Instance: {Type: AWS::EC2::Instance, Properties: {%s}}"""
PRIVATE_INTERFACE = """
  Interface:
    Type: AWS::EC2::NetworkInterface
    Properties: {GroupSet: [!Ref Group], SubnetId: !ImportValue vpc-SubnetAPrivate}"""
LINUX_2 = "'{{resolve:ssm:/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2}}'"
WITH_ROLE = INSTANCE % "IamInstanceProfile: web, %s"
ROLE = """
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      ManagedPolicyArns: [%s]
      Policies:
        - {PolicyName: x, PolicyDocument: {Statement: [{Effect: Allow, Action: '%s', Resource: %s}]}}"""
CALLED = """
  Called: {Type: AWS::Lambda::Function, Properties: {Handler: x%s}}"""
CALLS = FUNCTION % ", Role: !GetAtt Role.Arn, Environment: {Variables: {%s: !Ref Called}}"
MAY_CALL = ROLE % ("", "lambda:InvokeFunction", "!GetAtt Called.Arn")
MAPPING = """
  Source: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: %s, EventSourceArn: !Ref Given}}"""
PRODUCTION = ", Tags: [{Key: environment, Value: production}]"
BALANCER = """
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {%s}}"""
LISTENER = """
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {LoadBalancerArn: %s, Protocol: HTTP, Port: 80, DefaultActions: [{Type: forward}]}"""
GUARDED = BALANCER % "SecurityGroups: [!Ref Group]" + LISTENER
WORLD_ON_8080 = "IpProtocol: tcp, FromPort: 8080, ToPort: 8080, CidrIp: 0.0.0.0/0"
BARE_GROUP = "\n  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: x}}"
INGRESS = """
  In:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: %s, IpProtocol: tcp, FromPort: 80, ToPort: %d, CidrIp: 0.0.0.0/0}"""
NODES = """
  Nodes: {Type: AWS::EKS::Nodegroup, Properties: {ScalingConfig: {MinSize: 2, MaxSize: %s}}}"""
CLUSTER = """
  Cluster: {Type: AWS::EKS::Cluster, Properties: {%s}}"""
SCALING = """
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties: {ResourceId: !Sub 'service/x/${Service.Name}'}
  Scaling:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties:
      ScalingTargetId: !Ref Target
      TargetTrackingScalingPolicyConfiguration:
        PredefinedMetricSpecification: {PredefinedMetricType: ECSServiceAverageCPUUtilization}"""
SSH = "IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: "
LAYERS = ", ".join(f"arn:aws:lambda:eu-west-1:111122223333:layer:l{number}:1" for number in range(5))
TARGETS = """
  Web: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {%s}}"""


def _findings(tmp_path: Path, rule_id: str, resources: str) -> list[str]:
    file = tmp_path / "template.yaml"
    file.write_text(f"{HEAD}\n{resources}\n")
    return [f"{finding.resource} {finding.message}" for finding in check(load([file]), [rule_of(rule_id)])]


SILENT = {
    "api-throttle": (
        HTTP_API % "HTTP" + STAGE % ", DefaultRouteSettings: !If [Large, {ThrottlingRateLimit: 5}, {}]",
        HTTP_API % "HTTP" + STAGE % ", DefaultRouteSettings: !ImportValue settings",
        HTTP_API % "HTTP" + STAGE % ", RouteSettings: {'GET /': {ThrottlingBurstLimit: 5}}",
        SAM_API % ", MethodSettings: [{HttpMethod: '*', ThrottlingRateLimit: !Ref Given}]",
        SAM_API % ""
        + "\n  Plan: {Type: AWS::ApiGateway::UsagePlan, Properties: "
        + "{Throttle: {RateLimit: 5}, ApiStages: [{ApiId: !Ref Api}]}}",
        SAM_FUNCTION % ", Events: {Get: {Type: Api, Properties: {Path: /, Method: get}}}",
    ),
    "api-integration-timeout": (
        HTTP_API % "HTTP" + INTEGRATION % "TimeoutInMillis: !Ref Given",
        HTTP_API % "HTTP" + INTEGRATION % "TimeoutInMillis: !If [Large, 60000, 30000]",
        INTEGRATION.replace("!Ref Api", "!ImportValue api") % "TimeoutInMillis: 60000",
    ),
    "api-function-timeout": (
        HTTP_API % "HTTP" + TO_FUNCTION + FUNCTION % ", Timeout: !Ref Given",
        HTTP_API % "HTTP" + TO_FUNCTION + FUNCTION % ", Timeout: 30",
        HTTP_API % "HTTP" + TO_FUNCTION + FUNCTION % "",
        HTTP_API % "WEBSOCKET" + TO_FUNCTION + FUNCTION % ", Timeout: 300",
        SAM_API % "" + SAM_FUNCTION % (ON_API % ", ResponseTransferMode: STREAM"),
        SAM_API % ", DefinitionBody: {openapi: 3.0.1}" + SAM_FUNCTION % (ON_API % ""),
    ),
    "function-calls-function": (
        CALLS % "USER_ON_EVENT_FUNCTION_ARN" + CALLED % "" + MAY_CALL,
        CALLS % "NEXT" + CALLED % ", DeadLetterConfig: {TargetArn: !Ref Given}" + MAY_CALL,
        CALLS % "NEXT" + CALLED % ", DurableConfig: {ExecutionTimeout: 3600}" + MAY_CALL,
        CALLS % "NEXT" + CALLED % ", TenancyConfig: {TenantIsolationMode: PER_TENANT}" + MAY_CALL,
        CALLS % "NEXT" + CALLED % "" + ROLE % ("", "lambda:GetFunction", "!GetAtt Called.Arn"),
        FUNCTION % ", Role: !GetAtt Role.Arn" + CALLED % "" + MAY_CALL,
    ),
    "deprecated-runtime": (
        FUNCTION % ", Runtime: !Ref Given",
        FUNCTION % ", Runtime: !If [Large, python3.8, python3.14]",
        FUNCTION % ", PackageType: Image",
    ),
    "function-layers": (
        FUNCTION % f", Layers: [{LAYERS}, !If [Large, 'arn:aws:lambda:::layer:x:1', !Ref AWS::NoValue]]",
        FUNCTION % f", Layers: [{LAYERS}, !Ref Given]",
    ),
    "account-pool": (
        FUNCTION % ", ReservedConcurrentExecutions: 900",
        FUNCTION % ", ReservedConcurrentExecutions: !If [Large, 1000, 10]",
        FUNCTION % ", ReservedConcurrentExecutions: !Ref Given",
    ),
    "public-function-url": (
        SAM_FUNCTION % ", FunctionUrlConfig: {AuthType: !If [Large, NONE, AWS_IAM]}",
        SAM_FUNCTION % ", FunctionUrlConfig: {AuthType: !Ref Given}",
    ),
    "function-on-latest": (
        FUNCTION % PRODUCTION
        + (MAPPING % "!Ref Function").replace("!Ref Given", "'arn:aws:sqs:eu-west-1:111122223333:orders'"),
        FUNCTION % "" + MAPPING % "!Ref Function",
        FUNCTION % ", Tags: [{Key: environment, Value: !Ref Given}]" + MAPPING % "!Ref Function",
        FUNCTION % PRODUCTION + MAPPING % "!Ref Function, Enabled: false",
        SAM_FUNCTION
        % ", AutoPublishAlias: live, Tags: {env: prod}, Events: {Q: {Type: SQS, Properties: {Queue: !Ref Given}}}",
    ),
    "function-secrets": (
        FUNCTION % ", Environment: {Variables: {PASSWORD: !Ref Given}}",
        FUNCTION % ", Environment: {Variables: {PASSWORD: '{{resolve:secretsmanager:db:SecretString}}'}}",
        TASK % "ContainerDefinitions: [{Secrets: [{Name: PASSWORD, ValueFrom: correct-horse-7}]}]",
    ),
    "cpu-scaled-consumer": (
        SERVICE % "" + SCALING,
        SERVICE.replace("'x:1'", "!Ref Task") % ", LoadBalancers: [{ContainerName: x}]"
        + TASK % "TaskRoleArn: !GetAtt Role.Arn"
        + ROLE % ("", "sqs:ReceiveMessage", "'*'")
        + SCALING,
    ),
    "spot-without-base": (
        SERVICE % ", CapacityProviderStrategy: [{CapacityProvider: FARGATE_SPOT}]",
        SERVICE % ", LoadBalancers: [{ContainerName: x}], CapacityProviderStrategy: !Ref Given",
    ),
    "execution-role-permissions": (
        TASK % "ExecutionRoleArn: !GetAtt Role.Arn"
        + ROLE % ("", "secretsmanager:GetSecretValue", "!Ref Given"),
        TASK % "ExecutionRoleArn: !ImportValue role" + ROLE % ("", "dynamodb:PutItem", "!Ref Given"),
    ),
    "instance-role-permissions": (ROLE % ("", "sqs:ReceiveMessage", "!Ref Given"),),
    "capacity-provider": (
        SERVICE % ", LaunchType: !If [Large, EC2, FARGATE]",
        SERVICE % ", LaunchType: EC2, SchedulingStrategy: DAEMON",
        SERVICE % ", LaunchType: !Ref Given",
    ),
    "health-check-timeout": (
        TARGETS % "Protocol: TCP, HealthCheckTimeoutSeconds: 10, HealthCheckIntervalSeconds: 10",
        TARGETS % "Protocol: HTTP, HealthCheckTimeoutSeconds: 10, HealthCheckIntervalSeconds: !Ref Given",
        TASK % "ContainerDefinitions: [{HealthCheck: {Interval: 5}}]",
    ),
    "deployment-percentages": (
        SERVICE % ", DeploymentConfiguration: {MaximumPercent: !If [Large, 100, 200]}",
        SERVICE % ", SchedulingStrategy: DAEMON, DeploymentConfiguration: {MaximumPercent: 100}",
        SERVICE % ", DeploymentController: {Type: EXTERNAL}, DeploymentConfiguration: {MaximumPercent: 100}",
    ),
    "deployment-circuit-breaker": (
        SERVICE % ", DeploymentController: {Type: CODE_DEPLOY}",
        SERVICE % ", DeploymentConfiguration: !Ref Given",
        SERVICE % ", DeploymentConfiguration: {Alarms: {Enable: true, Rollback: true, AlarmNames: [x]}}",
    ),
    "ecs-exec": (
        SERVICE % ", EnableExecuteCommand: true",
        SERVICE % f", EnableExecuteCommand: !Ref Given{PRODUCTION}",
    ),
    "alb-https": (
        BALANCER % "Scheme: internal" + LISTENER % "!Ref Balancer",
        BALANCER % "Type: network" + LISTENER % "!Ref Balancer",
        BALANCER % "SecurityGroups: [!Ref Group]"
        + LISTENER % "!Ref Balancer"
        + GROUP % "SourcePrefixListId: pl-1",
        GUARDED % "!Ref Balancer" + GROUP % WORLD_ON_8080,
        GUARDED % "!Ref Balancer"
        + BARE_GROUP
        + (INGRESS % ("!Ref Group", 8080)).replace("FromPort: 80,", "FromPort: 8080,"),
        LISTENER % "!ImportValue balancer",
    ),
    "ssh-open": (
        GROUP % f"{SSH}!Ref Given",
        GROUP % f"{SSH}!If [Large, 0.0.0.0/0, 10.0.0.0/8]",
        GROUP % "IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0",
        GROUP % "IpProtocol: icmp, FromPort: 8, ToPort: 22, CidrIp: 0.0.0.0/0",
        GROUP % "IpProtocol: -1, CidrIp: 0.0.0.0/0",
        GROUP % f"{SSH}0.0.0.0/0" + PRIVATE_INTERFACE,
        GROUP % "IpProtocol: -1, CidrIp: 0.0.0.0/0" + BALANCER % "SecurityGroups: [!Ref Group]",
        GROUP % "IpProtocol: -1, CidrIp: 0.0.0.0/0"
        + FUNCTION % ", VpcConfig: {SecurityGroupIds: [!Ref Group]}",
    ),
    "imds-v2": (
        INSTANCE % f"ImageId: {LINUX_2}",
        WITH_ROLE % "ImageId: !Ref Given",
        WITH_ROLE % "ImageId: ami-1",
        WITH_ROLE
        % "ImageId: '{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64}}'",
        WITH_ROLE % f"ImageId: {LINUX_2}, MetadataOptions: {{HttpTokens: !If [Large, required, optional]}}",
        WITH_ROLE % f"ImageId: {LINUX_2}, MetadataOptions: {{HttpEndpoint: disabled}}",
        WITH_ROLE % f"ImageId: {LINUX_2}, LaunchTemplate: {{LaunchTemplateId: !Ref Given}}",
    ),
    "eks-public-endpoint": (
        CLUSTER % "ResourcesVpcConfig: {PublicAccessCidrs: [198.51.100.0/24]}",
        CLUSTER % "ResourcesVpcConfig: {EndpointPublicAccess: !Ref Given}",
        CLUSTER % "ResourcesVpcConfig: !Ref Given",
    ),
    "eks-node-scaling": (
        NODES % "!Ref Given",
        NODES % "2" + CLUSTER % "ComputeConfig: {Enabled: true}",
        NODES % "2" + ROLE.replace("  Role:", "  KarpenterRole:") % ("", "ec2:RunInstances", "'*'"),
    ),
}
LOUD = {
    "api-throttle": (SAM_API % "", "Api no rate"),
    "api-function-timeout": (
        SAM_API % "" + SAM_FUNCTION % (ON_API % ""),
        "Function is 60 s, but Api waits 29 s",
    ),
    "function-calls-function": (CALLS % "NEXT" + CALLED % "" + MAY_CALL, "Function NEXT names Called"),
    "deprecated-runtime": (
        FUNCTION % ", Runtime: !If [Large, python3.8, python3.7]",
        "python3.7 is deprecated",
    ),
    "ssh-open": (GROUP % f"{SSH}!Ref Usual", "Group SSH (22)"),
    "eks-node-scaling": (
        NODES % "2" + CLUSTER % "ComputeConfig: {Enabled: false}",
        "Nodes at least 2 and at most 2 nodes",
    ),
    "eks-public-endpoint": (
        CLUSTER % "ResourcesVpcConfig: {PublicAccessCidrs: [198.51.100.0/24, '::/0']}",
        "Cluster the cluster's API is open to ::/0",
    ),
    "alb-https": (
        GUARDED % "!Ref Balancer" + BARE_GROUP + INGRESS % ("!Ref Group", 80),
        "Listener Balancer faces the internet",
    ),
    "imds-v2": (WITH_ROLE % "MetadataOptions: {HttpTokens: optional}", "Instance is not required"),
    "function-secrets": (
        TASK % "ContainerDefinitions: [{Environment: [{Name: dbPassword, Value: correct-horse-7}]}]",
        "Task dbPassword holds",
    ),
    "health-check-timeout": (
        TASK % "ContainerDefinitions: [{HealthCheck: {Timeout: 30}}]",
        "Task is 30 s, must be under the interval of 30 s",
    ),
    "instance-role-permissions": (
        ROLE % ("arn:aws:iam::aws:policy/AmazonSQSFullAccess", "ecs:RegisterContainerInstance", "'*'"),
        "Role container instances get AmazonSQSFullAccess",
    ),
}


@pytest.mark.parametrize(("rule_id", "resources"), [(rule, each) for rule in SILENT for each in SILENT[rule]])
def test_stays_silent(tmp_path: Path, rule_id: str, resources: str) -> None:
    assert _findings(tmp_path, rule_id, resources) == []


@pytest.mark.parametrize(("rule_id", "resources", "told"), [(rule, *case) for rule, case in LOUD.items()])
def test_tells_numbers_and_names(tmp_path: Path, rule_id: str, resources: str, told: str) -> None:
    (finding,) = _findings(tmp_path, rule_id, resources)
    assert told in finding


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db"),
        ("DB_PASSWORD", "/prod/db/password"),
        ("ALLOW_EMPTY_PASSWORD", "yes"),
        ("API_TOKEN", "orders-api-token"),
        ("CLIENT_SECRET", "prod/orders/client-secret-2024"),
        ("PASSWORD_LENGTH", "32-characters"),
        ("TOKEN_URL", "https://login.example.com/token1234567890"),
        ("SECRET", ""),
    ],
)
def test_names_and_places_of_secrets_are_none(name: str, value: str) -> None:
    assert not looks_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("pwd", "hunter22"), ("API_KEY", "9f8e7d6c5b4a39281706"), ("NOTE", "AKIA" + "A1B2C3D4" * 2)],
)
def test_secrets_are_told_by_name_or_by_shape(name: str, value: str) -> None:
    assert looks_secret(name, value)


def test_a_secret_is_never_repeated(tmp_path: Path) -> None:
    resources = FUNCTION % ", Environment: {Variables: {DB_PASSWORD: correct-horse-7}}"
    (finding,) = _findings(tmp_path, "function-secrets", resources)
    assert "correct-horse-7" not in finding


def test_the_table_of_runtimes_holds_no_runtime_that_is_still_maintained() -> None:
    assert {"python3.8", "nodejs18.x"} <= set(deprecated_runtimes())
    assert not {"python3.13", "python3.14", "nodejs24.x", "java21"} & set(deprecated_runtimes())
