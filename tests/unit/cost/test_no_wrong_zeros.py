"""What costs in a few settings only is priced or named there: never nothing without a word."""

import json
from pathlib import Path
from typing import Any

import pytest

from wellmade.cli import main

MONTH = 730


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Be where no capacity.yaml is."""
    monkeypatch.chdir(tmp_path)


def document(capsys: pytest.CaptureFixture[str], template: dict[str, Any], *options: str) -> dict[str, Any]:
    Path("app.template.json").write_text(json.dumps(template))
    assert main(["cost", "app.template.json", "--format", "json", *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def of(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def priced(capsys: pytest.CaptureFixture[str], **resources: Any) -> tuple[float, str]:
    """Return the sum, and what is not priced."""
    found = document(capsys, {"Resources": resources})
    return found["loads"]["stated"]["total"], "; ".join(one["why"] for one in found["not_priced"])


ROOT = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 20, "VolumeType": "gp3"}}
TASK = of("AWS::ECS::TaskDefinition", Cpu="256", Memory="512", RequiresCompatibilities=["FARGATE"])
PUBLIC = {"AwsvpcConfiguration": {"AssignPublicIp": "ENABLED"}}
WINDOWS = {"OperatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}
BROKERS = {
    "BrokerNodeGroupInfo": {
        "InstanceType": "kafka.m5.large",
        "StorageInfo": {"EBSStorageInfo": {"VolumeSize": 100}},
    }
}
BOTS = {"ManagedRuleGroupStatement": {"Name": "AWSManagedRulesBotControlRuleSet", "VendorName": "AWS"}}


@pytest.mark.parametrize(
    ("resource", "why"),
    [
        (of("AWS::CloudFormation::Stack", TemplateURL="https://s3.amazonaws.com/b/t.yaml"), "what it nests"),
        (of("AWS::Serverless::Application", Location={"ApplicationId": "a"}), "what it nests"),
        (of("AWS::SSM::Parameter", Tier="Intelligent-Tiering"), "may be one of the tier Advanced"),
        (of("AWS::CertificateManager::Certificate", CertificateAuthorityArn="a"), "private authority"),
        (of("AWS::CertificateManager::Certificate", CertificateExport="ENABLED"), "may be exported"),
        (
            of("AWS::ECS::Cluster", ClusterSettings=[{"Name": "containerInsights", "Value": "enhanced"}]),
            "metrics of Container Insights",
        ),
        (of("AWS::EC2::VPCEndpoint", VpcEndpointType="Resource"), "another kind than interface and gateway"),
        (of("AWS::CloudTrail::Trail", InsightSelectors=[{"InsightType": "ApiCallRateInsight"}]), "insights"),
        (of("AWS::S3::Bucket", InventoryConfigurations=[{"Id": "all"}]), "listed in an inventory"),
        (of("AWS::S3::Bucket", MetricsConfigurations=[{"Id": "all"}]), "metrics of requests"),
        (
            of("AWS::RDS::DBInstance", Engine="mysql", PerformanceInsightsRetentionPeriod=31),
            "kept for more than 7 days",
        ),
        (of("AWS::RDS::DBCluster", Engine="aurora-mysql", BacktrackWindow=3600), "backtracking"),
        (
            of(
                "AWS::KinesisFirehose::DeliveryStream",
                AmazonopensearchserviceDestinationConfiguration={"VpcConfiguration": {"SubnetIds": ["a"]}},
            ),
            "delivery into a network",
        ),
        (of("AWS::EC2::Instance", InstanceType="t3.large", Tenancy="dedicated"), "hardware of one's own"),
        (
            of(
                "AWS::EC2::Instance", InstanceType="t3.large", CreditSpecification={"CPUCredits": "unlimited"}
            ),
            "credits of processors",
        ),
        (of("AWS::MSK::Cluster", NumberOfBrokerNodes=3), "the template does not tell BrokerNodeGroupInfo"),
        (of("AWS::MSK::Cluster", **BROKERS), "the template does not tell NumberOfBrokerNodes"),
        (
            of("AWS::MSK::Cluster", NumberOfBrokerNodes={"Fn::ImportValue": "brokers"}, **BROKERS),
            "the template does not tell NumberOfBrokerNodes",
        ),
        (
            of(
                "AWS::ElastiCache::CacheCluster",
                CacheNodeType="cache.m4.large",
                Engine={"Fn::ImportValue": "engine"},
            ),
            "hours: the template does not tell Engine",
        ),
        (of("AWS::DynamoDB::Table", TableClass="STANDARD_INFREQUENT_ACCESS"), "a class of its own"),
        (
            of("AWS::DynamoDB::GlobalTable", Replicas=[{"TableClass": "STANDARD_INFREQUENT_ACCESS"}]),
            "a class of its own",
        ),
        (
            of("AWS::RDS::DBCluster", Engine="mysql", AllocatedStorage=100),
            "a cluster of mysql: instances and storage",
        ),
        (of("AWS::RDS::DBCluster", Engine="aurora-mysql", EngineMode="serverless"), "Serverless v1"),
        (of("AWS::RDS::DBInstance", Engine="postgres", StorageType="io2", AllocatedStorage=100), "GB of its"),
        (of("AWS::RDS::DBInstance", Engine="postgres", EngineVersion="12.4"), "extended support of postgres"),
        (of("AWS::RDS::DBInstance", Engine="sqlserver-ex", AllocatedStorage=20), "and its storage"),
        (
            of("AWS::Lambda::Function", Runtime="python3.13", SnapStart={"ApplyOn": "PublishedVersions"}),
            "SnapSt",
        ),
        (of("AWS::Lambda::Function", CapacityProviderConfig={"a": 1}), "runs on Managed Instances"),
        (of("AWS::Lambda::Function", DurableConfig={"ExecutionTimeout": 60}), "a durable function"),
        (of("AWS::Serverless::Api", CacheClusterEnabled=True), "the cache of an API"),
        (of("AWS::Serverless::StateMachine", Type="EXPRESS"), "GB-hours of express workflows"),
        (of("AWS::Serverless::StateMachine", DefinitionUri="a.json"), "the definition is in another file"),
        (of("AWS::S3::Bucket", ReplicationConfiguration={"Role": "a", "Rules": []}), "what is replicated"),
        (of("AWS::WAFv2::WebACL", Rules=[{"Name": "a", "Statement": BOTS}]), "AWSManagedRulesBotControl"),
        (of("AWS::EFS::FileSystem", ThroughputMode="elastic"), "GB read and written"),
        (of("AWS::EFS::FileSystem", AvailabilityZoneName="a"), "in one zone"),
        (of("AWS::EC2::Volume", VolumeType="gp3"), "GB of a volume"),
        (of("AWS::EKS::Cluster", ControlPlaneScalingConfig={"Tier": "tier-xl"}), "a control plane of a size"),
    ],
)
def test_what_costs_here_is_named(
    capsys: pytest.CaptureFixture[str], resource: dict[str, Any], why: str
) -> None:
    assert why in priced(capsys, X=resource)[1]


@pytest.mark.parametrize(
    "resource",
    [
        of("AWS::CertificateManager::Certificate", DomainName="example.com"),
        of("AWS::SSM::Parameter", Type="String", Value="a"),
        of("AWS::ECS::Cluster", ClusterSettings=[{"Name": "containerInsights", "Value": "disabled"}]),
        of("AWS::EC2::VPCEndpoint", ServiceName="com.amazonaws.us-east-1.s3"),
        of("AWS::Lambda::Function", Runtime="java21", SnapStart={"ApplyOn": "PublishedVersions"}),
        of("AWS::EFS::FileSystem"),
    ],
)
def test_what_costs_nothing_stays_free(capsys: pytest.CaptureFixture[str], resource: dict[str, Any]) -> None:
    assert priced(capsys, X=resource) == (0, "")


@pytest.mark.parametrize(
    ("resource", "usd"),
    [
        (of("AWS::SSM::Parameter", Tier="Advanced"), 0.05),
        (of("AWS::EC2::VPCEndpoint", VpcEndpointType="GatewayLoadBalancer"), MONTH * 0.01),
        (of("AWS::EC2::NatGateway", AvailabilityMode="regional"), MONTH * (0.045 + 0.005)),
        (
            of("AWS::EC2::NatGateway", AvailabilityMode="regional", AvailabilityZoneAddresses=[{}, {}]),
            MONTH * 2 * 0.045,
        ),
        (of("AWS::EC2::TransitGatewayAttachment"), MONTH * 0.05),
        (of("AWS::Route53::HostedZone", Name="example.com"), 0.5),
        (of("AWS::EC2::Volume", VolumeType="gp3", Size=40, Iops=4000, Throughput=130), 3.2 + 5 + 0.2),
        (of("AWS::EC2::Volume", Size=10), 1),
        (of("AWS::EKS::Nodegroup", ScalingConfig={"DesiredSize": 2}), 2 * MONTH * 0.0416),
        (of("AWS::Serverless::Api", CacheClusterEnabled=True, CacheClusterSize="0.5"), MONTH * 0.02),
        (
            of("AWS::RDS::DBInstance", Engine="postgres", AllocatedStorage=400, Iops=14000, MultiAZ=True),
            400 * 0.23 + 2000 * 0.04,
        ),
        (
            of("AWS::EC2::Instance", InstanceType="t3.micro", BlockDeviceMappings=[ROOT], Monitoring=True),
            MONTH * 0.0104 + 20 * 0.08 + 7 * 0.3,
        ),
        (
            of(
                "AWS::EC2::Instance",
                InstanceType="t3.micro",
                NetworkInterfaces=[{"AssociatePublicIpAddress": True}],
            ),
            MONTH * (0.0104 + 0.005),
        ),
    ],
)
def test_what_costs_here_is_priced(
    capsys: pytest.CaptureFixture[str], resource: dict[str, Any], usd: float
) -> None:
    assert priced(capsys, X=resource)[0] == pytest.approx(usd, rel=1e-4)


def test_instances_of_a_group_are_as_many_as_it_begins_with(capsys: pytest.CaptureFixture[str]) -> None:
    data = {"InstanceType": "t3.small", "BlockDeviceMappings": [ROOT]}
    template = of("AWS::EC2::LaunchTemplate", LaunchTemplateData=data)
    group = of(
        "AWS::AutoScaling::AutoScalingGroup", MinSize="3", LaunchTemplate={"LaunchTemplateId": {"Ref": "T"}}
    )
    usd, missing = priced(capsys, T=template, G=group)
    assert usd == pytest.approx(3 * (MONTH * 0.0208 + 20 * 0.08))
    assert not missing
    assert "how many run" in priced(capsys, T=template, G=of(group["Type"], MinSize="0"))[1]
    mixed = {"LaunchTemplate": {"LaunchTemplateSpecification": {"LaunchTemplateId": {"Ref": "T"}}}}
    mixed["LaunchTemplate"]["Overrides"] = [{"InstanceType": "m5.large"}]  # type: ignore[assignment]
    several = of(group["Type"], MinSize="1", DesiredCapacity="2", MixedInstancesPolicy=mixed)
    assert priced(capsys, T=template, G=several)[0] == pytest.approx(2 * (MONTH * 0.096 + 1.6))


def test_a_launch_configuration_brings_metrics_of_each_minute(capsys: pytest.CaptureFixture[str]) -> None:
    made = of("AWS::AutoScaling::LaunchConfiguration", InstanceType="t2.micro", BlockDeviceMappings=[ROOT])
    group = of("AWS::AutoScaling::AutoScalingGroup", MinSize="1", LaunchConfigurationName={"Ref": "C"})
    assert priced(capsys, C=made, G=group)[0] == pytest.approx(MONTH * 0.0116 + 1.6 + 2.1)


def test_a_task_with_a_public_address_costs_the_address(capsys: pytest.CaptureFixture[str]) -> None:
    service = of("AWS::ECS::Service", TaskDefinition={"Ref": "T"}, DesiredCount=2, LaunchType="FARGATE")
    plain, _ = priced(capsys, T=TASK, S=service)
    public = of(service["Type"], **service["Properties"], NetworkConfiguration=PUBLIC)
    assert priced(capsys, T=TASK, S=public)[0] == pytest.approx(plain + 2 * MONTH * 0.005)
    windows = of(TASK["Type"], **TASK["Properties"], RuntimePlatform=WINDOWS)
    assert "tasks of Windows" in priced(capsys, T=windows, S=service)[1]


def test_what_is_kept_warm_is_counted_wherever_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    warm = 5 * MONTH * 3600 * 0.0000041667
    said = {"ProvisionedConcurrentExecutions": 5}
    function = of("AWS::Lambda::Function", MemorySize=1024)
    sam = of("AWS::Serverless::Function", MemorySize=1024, ProvisionedConcurrencyConfig=said)
    assert priced(capsys, F=sam)[0] == pytest.approx(warm)
    alias = of("AWS::Lambda::Alias", FunctionName={"Ref": "F"}, FunctionVersion="1", Name="live")
    scaled = of(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        MinCapacity=5,
        ScalableDimension="lambda:function:ProvisionedConcurrency",
        ResourceId={"Fn::Sub": "function:${F}:live"},
    )
    assert priced(capsys, F=function, A=alias, S=scaled)[0] == pytest.approx(warm)
    unknown = {"ProvisionedConcurrentExecutions": {"Fn::ImportValue": "warm"}}
    asked = of(alias["Type"], **alias["Properties"], ProvisionedConcurrencyConfig=unknown)
    assert "does not tell how much" in priced(capsys, F=function, A=asked)[1]


def test_a_source_that_is_off_polls_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    source = {"EventSourceArn": {"Fn::GetAtt": ["Q", "Arn"]}, "FunctionName": {"Ref": "F"}}
    queue, function = of("AWS::SQS::Queue"), of("AWS::Lambda::Function")
    off = of("AWS::Lambda::EventSourceMapping", **source, Enabled=False)
    assert priced(capsys, Q=queue, F=function, M=off)[0] == 0
    on = of("AWS::Lambda::EventSourceMapping", **source)
    assert priced(capsys, Q=queue, F=function, M=on)[0] > 0.2


def test_deliveries_over_http_cost_and_those_to_queues_do_not(capsys: pytest.CaptureFixture[str]) -> None:
    Path("load.yaml").write_text("arrivals: {T: {per_second: 1}}\n")
    http = of("AWS::SNS::Subscription", TopicArn={"Ref": "T"}, Protocol="https", Endpoint="https://a.example")
    mail = of("AWS::SNS::Subscription", TopicArn={"Ref": "T"}, Protocol="email", Endpoint="a@example.com")
    queue = of("AWS::SNS::Subscription", TopicArn={"Ref": "T"}, Protocol="sqs", Endpoint="arn:aws:sqs:a:1:q")
    calls = of(
        "AWS::SNS::Subscription",
        TopicArn={"Ref": "T"},
        Protocol="lambda",
        Endpoint={"Fn::GetAtt": ["F", "Arn"]},
    )
    resources = {"T": of("AWS::SNS::Topic"), "F": of("AWS::Lambda::Function"), "L": calls}
    resources |= {"H": http, "M": mail, "Q": queue}
    found = document(capsys, {"Resources": resources}, "--load", "load.yaml")
    messages = MONTH * 3600
    usd = {line["resource"]: line["usd"] for line in found["lines"]}
    assert usd["app/T"] == pytest.approx(messages * 0.5e-6, rel=1e-3)
    assert usd["app/H"] == pytest.approx(messages * 0.6e-6, rel=1e-3)
    assert usd.get("app/Q", 0) == 0
    assert [one["why"] for one in found["not_priced"]] == ["deliveries by email"]


def test_tasks_run_on_fargate_only_where_something_asks_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    task = of("AWS::ECS::TaskDefinition", Cpu="256", Memory="512")
    service = of("AWS::ECS::Service", TaskDefinition={"Ref": "T"}, DesiredCount=1)
    usd, missing = priced(capsys, T=task, S=service)
    assert (usd, "the instances that its tasks run on" in missing) == (0, True)
    for asked in (
        {"LaunchType": "FARGATE"},
        {"CapacityProviderStrategy": [{"CapacityProvider": "FARGATE_SPOT"}]},
    ):
        assert priced(capsys, T=task, S=of(service["Type"], **service["Properties"], **asked))[0] > 9


def test_an_elastic_address_of_a_load_balancer_is_counted_once(capsys: pytest.CaptureFixture[str]) -> None:
    mappings = [{"SubnetId": name, "AllocationId": name} for name in "ab"]
    balancer = of("AWS::ElasticLoadBalancingV2::LoadBalancer", Type="network", SubnetMappings=mappings)
    assert priced(capsys, X=balancer)[0] == pytest.approx(MONTH * 0.0225)


def test_instances_of_a_group_spend_credits_as_their_launch_template_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = {"InstanceType": "t3.large", "CreditSpecification": {"CpuCredits": "unlimited"}}
    group = of(
        "AWS::AutoScaling::AutoScalingGroup", MinSize="1", LaunchTemplate={"LaunchTemplateId": {"Ref": "T"}}
    )
    _, missing = priced(capsys, T=of("AWS::EC2::LaunchTemplate", LaunchTemplateData=data), G=group)
    assert "credits of processors" in str(missing)


def test_nodes_of_a_cache_that_no_template_counts_are_one_as_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    kind, count = "cache.m4.large", {"Fn::ImportValue": "nodes"}
    nodes = of("AWS::ElastiCache::ReplicationGroup", CacheNodeType=kind, NumCacheClusters=count)
    found = document(capsys, {"Resources": {"X": nodes}})
    assert [line["units"] for line in found["lines"]] == [MONTH]
    assert "X: NumCacheClusters is 1 (the template does not tell it)" in found["assumptions"]


def test_a_firewall_of_a_transit_gateway_has_an_endpoint_in_each_zone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    zones = [{"AvailabilityZone": zone} for zone in ("a", "b", "c")]
    firewall = of("AWS::NetworkFirewall::Firewall", TransitGatewayId="t", AvailabilityZoneMappings=zones)
    assert priced(capsys, X=firewall)[0] == pytest.approx(3 * 288.35)


ELB = "AWS::ElasticLoadBalancingV2"
BALANCED = {
    "Balancer": of(f"{ELB}::LoadBalancer", Scheme="internal", Subnets=["a", "b"]),
    "Redirect": of(
        f"{ELB}::Listener", LoadBalancerArn={"Ref": "Balancer"}, DefaultActions=[{"Type": "redirect"}]
    ),
    "Https": of(
        f"{ELB}::Listener",
        LoadBalancerArn={"Ref": "Balancer"},
        DefaultActions=[{"Type": "forward", "TargetGroupArn": {"Ref": "Shops"}}],
    ),
    "Admin": of(
        f"{ELB}::ListenerRule",
        ListenerArn={"Ref": "Https"},
        Actions=[{"Type": "forward", "TargetGroupArn": {"Ref": "Admins"}}],
    ),
    "Shops": of(
        f"{ELB}::TargetGroup", TargetType="lambda", Targets=[{"Id": {"Fn::GetAtt": ["Shop", "Arn"]}}]
    ),
    "Admins": of(
        f"{ELB}::TargetGroup", TargetType="lambda", Targets=[{"Id": {"Fn::GetAtt": ["Tool", "Arn"]}}]
    ),
    "Shop": of("AWS::Lambda::Function", MemorySize=1024),
    "Tool": of("AWS::Lambda::Function", MemorySize=1024),
}


def test_what_a_load_balancer_takes_runs_the_functions_behind_it(capsys: pytest.CaptureFixture[str]) -> None:
    Path("load.yaml").write_text(
        "arrivals: {Balancer: {per_second: 10}}\nfunctions: {Shop: {seconds: 0.1}, Tool: {seconds: 0.1}}\n"
    )
    found = document(capsys, {"Resources": BALANCED}, "--load", "load.yaml")
    runs = {one["resource"]: one["units"] for one in found["lines"] if one["meter"] == "requests"}
    assert runs == {"app/Shop": 5 * MONTH * 3600, "app/Tool": 5 * MONTH * 3600}
    units = next(one["units"] for one in found["lines"] if one["meter"] == "capacity unit hours")
    assert units == pytest.approx(10 * 10 * 3600 / 1024**2 / 0.4 * MONTH, rel=0.02)
    assert "Https: requests go to its 2 targets in equal parts" in found["assumptions"]
    assert [one for one in found["assumptions"] if "requests of 10 KB, to functions" in one] == [
        "Balancer: requests of 10 KB, to functions"
    ]


@pytest.mark.parametrize(
    ("weights", "rule", "shops", "told"),
    [
        ((90, 10), False, 9, ""),
        ((100, 0), False, 10, ""),
        ((90, 10), True, 4.5, "Https: requests go to its 2 targets in equal parts"),
        (({"Fn::ImportValue": "w"}, 10), False, 5, "Https: requests go to its 2 targets in equal parts"),
    ],
)
def test_target_groups_get_what_their_weights_say(
    capsys: pytest.CaptureFixture[str], weights: tuple[Any, int], *, rule: bool, shops: float, told: str
) -> None:
    Path("load.yaml").write_text(
        "arrivals: {Balancer: {per_second: 10}}\nfunctions: {Shop: {seconds: 0.1}, Tool: {seconds: 0.1}}\n"
    )
    groups = [
        {"TargetGroupArn": {"Ref": name}, "Weight": weight}
        for name, weight in zip(("Shops", "Admins"), weights, strict=True)
    ]
    action = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
    listener = of(f"{ELB}::Listener", LoadBalancerArn={"Ref": "Balancer"}, DefaultActions=[action])
    body = {**BALANCED, "Https": listener}
    if not rule:
        del body["Admin"]
    found = document(capsys, {"Resources": body}, "--load", "load.yaml")
    runs = {one["resource"]: one["units"] for one in found["lines"] if one["meter"] == "requests"}
    assert runs["app/Shop"] == pytest.approx(shops * MONTH * 3600)
    assert [one for one in found["assumptions"] if one.startswith("Https")] == ([told] if told else [])


def test_a_replica_costs_what_its_source_is(capsys: pytest.CaptureFixture[str]) -> None:
    kind = "AWS::RDS::DBInstance"
    source = of(kind, Engine="MySQL", DBInstanceClass="db.t3.large", AllocatedStorage="20", StorageType="gp2")
    replica = of(kind, SourceDBInstanceIdentifier={"Ref": "S"}, DBInstanceClass="db.t3.large")
    usd, missing = priced(capsys, S=source, R=replica)
    assert usd == pytest.approx(2 * (MONTH * 0.136 + 2.3))
    assert not missing


def test_no_message_shows_how_a_value_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    unknown = {"Fn::ImportValue": "engine"}
    cluster, instance = of("AWS::RDS::DBCluster", Engine=unknown), of("AWS::RDS::DBInstance", Engine=unknown)
    group = of("AWS::ElastiCache::ReplicationGroup", Engine=unknown, CacheNodeType=unknown)
    said = priced(capsys, C=cluster, I=instance, G=group)[1]
    assert "Unknown" not in said
    assert said.count("not told") == 3


def test_pollers_of_a_queue_that_are_provisioned_are_priced(capsys: pytest.CaptureFixture[str]) -> None:
    source = {"EventSourceArn": {"Fn::GetAtt": ["Q", "Arn"]}, "FunctionName": {"Ref": "F"}}
    mapping = of("AWS::Lambda::EventSourceMapping", **source, ProvisionedPollerConfig={"MinimumPollers": 10})
    polls = 5 * MONTH * 3600 / 20 * 0.4e-6
    usd, missing = priced(capsys, Q=of("AWS::SQS::Queue"), F=of("AWS::Lambda::Function"), M=mapping)
    assert usd == pytest.approx(10 * MONTH * 0.00925 + polls, rel=1e-3)
    assert not missing


def test_aurora_without_charges_for_io_stores_at_its_own_price(capsys: pytest.CaptureFixture[str]) -> None:
    Path("load.yaml").write_text("gigabytes: {C: 100}\n")
    cluster = of("AWS::RDS::DBCluster", Engine="aurora-postgresql", StorageType="aurora-iopt1")
    found = document(capsys, {"Resources": {"C": cluster}}, "--load", "load.yaml")
    assert found["loads"]["stated"]["total"] == pytest.approx(22.5)
    assert found["not_priced"] == []


CONDITIONAL = {
    "Parameters": {"Stage": {"Type": "String", "Default": "dev"}, "Free": {"Type": "String"}},
    "Conditions": {
        "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "IsHere": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]},
        "IsFree": {"Fn::Equals": [{"Ref": "Free"}, "yes"]},
        "IsNotFree": {"Fn::Not": [{"Condition": "IsFree"}]},
    },
    "Resources": {
        name: {**of("AWS::EC2::NatGateway", SubnetId="s"), "Condition": name}
        for name in ("IsProd", "IsHere", "IsFree", "IsNotFree")
    },
}


def test_conditions_hold_as_defaults_say_and_each_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, CONDITIONAL)
    counted = {line["resource"] for line in found["lines"]}
    assert "app/IsHere" in counted
    assert "app/IsProd" not in counted
    assert len(counted & {"app/IsFree", "app/IsNotFree"}) == 1
    said = " ".join(found["assumptions"])
    assert "condition IsProd is false, as the defaults of its parameters say (say conditions.IsProd)" in said
    assert "condition IsFree is " in said
    elsewhere = document(capsys, CONDITIONAL, "--region", "eu-west-1")
    assert "app/IsHere" not in {line["resource"] for line in elsewhere["lines"]}


def test_the_capacity_file_decides_on_a_condition_first(capsys: pytest.CaptureFixture[str]) -> None:
    Path("load.yaml").write_text("conditions: {IsProd: true}\n")
    found = document(capsys, CONDITIONAL, "--load", "load.yaml")
    assert "app/IsProd" in {line["resource"] for line in found["lines"]}
    assert not any("IsProd" in text for text in found["assumptions"] if text.startswith("condition"))


def assembly(folder: Path, **environments: str) -> None:
    """Write an assembly of CDK with a NAT gateway in each stack."""
    artifacts = {}
    for name, environment in environments.items():
        body = {"Resources": {"Nat": of("AWS::EC2::NatGateway", SubnetId="s")}}
        (folder / f"{name}.template.json").write_text(json.dumps(body))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": environment,
            "properties": {"templateFile": f"{name}.template.json"},
        }
    (folder / "manifest.json").write_text(json.dumps({"version": "38.0.0", "artifacts": artifacts}))


@pytest.mark.parametrize(
    ("environment", "region", "told"),
    [
        ("aws://1/eu-west-1", "eu-west-1", ""),
        ("aws://unknown-account/unknown-region", "us-east-1", ""),
        ("aws://1/cn-north-1", "us-east-1", "Shop: it goes to cn-north-1, and is priced as in us-east-1"),
    ],
)
def test_the_region_is_that_of_the_stacks(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, environment: str, region: str, told: str
) -> None:
    assembly(tmp_path, Shop=environment)
    assert main(["cost", str(tmp_path), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["region"] == region
    assert told in " ".join(found["assumptions"])
    assert ("priced as in" in " ".join(found["assumptions"])) is bool(told)
