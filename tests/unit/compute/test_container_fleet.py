import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from tests.templates import actions, of_type, the
from tests.unit.compute.conftest import network
from wellmade.compute import (
    BacklogScaling,
    ContainerFleet,
    FargateWorker,
    FleetWorker,
    InstanceGroup,
    TaskSize,
)
from wellmade.foundation import DurableQueue, OnDemandTable
from wellmade.network import PrivateEndpoints
from wellmade.testing import synthesize

TEMPLATE = "AWS::EC2::LaunchTemplate"
GROUP = "AWS::AutoScaling::AutoScalingGroup"
PROVIDER = "AWS::ECS::CapacityProvider"
SERVICE = "AWS::ECS::Service"
GPU = InstanceGroup(["g6.xlarge", "g5.xlarge"], max_capacity=2)


def define_fleet(stack: cdk.Stack, **options: Any) -> ContainerFleet:
    vpc = options.pop("vpc") if "vpc" in options else network(stack, max_azs=2)
    return ContainerFleet(stack, "Fleet", vpc=vpc, **options)


def define_worker(stack: cdk.Stack, fleet: ContainerFleet | None = None, **options: Any) -> FleetWorker:
    fleet = fleet or define_fleet(stack)
    return FleetWorker(stack, "Worker", fleet=fleet, **{"image": "invoice_worker", **options})


def fleet_with(group: InstanceGroup) -> dict[str, Any]:
    return synthesize(lambda stack: define_fleet(stack, groups={"general": group}))


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    """A worker on a fleet of two groups, one of them with GPUs."""

    def define(stack: cdk.Stack) -> None:
        fleet = define_fleet(stack, groups={"general": InstanceGroup(on_demand_base=1), "gpu": GPU})
        define_worker(stack, fleet)
        FleetWorker(stack, "Large", fleet=fleet, image="invoice_worker", group="gpu", gpus=1)

    return synthesize(define)


def test_promises_instances_that_come_with_tasks_and_go_when_empty(template: dict[str, Any]) -> None:
    for provider in of_type(template, PROVIDER):
        said = provider["AutoScalingGroupProvider"]
        assert said["ManagedScaling"]["Status"] == "ENABLED"
        assert said["ManagedTerminationProtection"] == said["ManagedDraining"] == "ENABLED"
    for group in of_type(template, GROUP):
        assert group["NewInstancesProtectedFromScaleIn"] is True
        assert group["MinSize"] == "0"
        assert "LifecycleHookSpecificationList" not in group
        assert "MaxInstanceLifetime" not in group
        assert all("Private" in each["Ref"] for each in group["VPCZoneIdentifier"])


def test_promises_that_both_numbers_follow_the_work(template: dict[str, Any]) -> None:
    for target in of_type(template, "AWS::ApplicationAutoScaling::ScalableTarget"):
        assert (target["MinCapacity"], target["MaxCapacity"]) == (0, 10)
    for service in of_type(template, SERVICE):
        assert "LaunchType" not in service
        [strategy] = service["CapacityProviderStrategy"]
        assert "Provider" in strategy["CapacityProvider"]["Ref"]
        assert [each["Type"] for each in service["PlacementStrategies"]] == ["spread", "binpack"]


def test_promises_instances_that_nobody_reaches(template: dict[str, Any]) -> None:
    for each in of_type(template, TEMPLATE):
        data = each["LaunchTemplateData"]
        assert data["MetadataOptions"] == {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}
        assert all(disk["Ebs"]["Encrypted"] for disk in data["BlockDeviceMappings"])
        assert "KeyName" not in data
    assert all("SecurityGroupIngress" not in each for each in of_type(template, "AWS::EC2::SecurityGroup"))


def test_gpus_are_on_instances_that_have_drivers(template: dict[str, Any]) -> None:
    images = {each["LaunchTemplateData"]["ImageId"] for each in of_type(template, TEMPLATE)}
    assert images == {
        "resolve:ssm:/aws/service/bottlerocket/aws-ecs-2/arm64/latest/image_id",
        "resolve:ssm:/aws/service/bottlerocket/aws-ecs-2-nvidia/x86_64/latest/image_id",
    }
    tasks = {
        each["RuntimePlatform"]["CpuArchitecture"]: each["ContainerDefinitions"][0]
        for each in of_type(template, "AWS::ECS::TaskDefinition")
    }
    assert tasks["X86_64"]["ResourceRequirements"] == [{"Type": "GPU", "Value": "1"}]
    assert "ResourceRequirements" not in tasks["ARM64"]


def test_each_task_has_security_groups_of_its_own(template: dict[str, Any]) -> None:
    for task in of_type(template, "AWS::ECS::TaskDefinition"):
        assert task["NetworkMode"] == "awsvpc"
        assert task["RequiresCompatibilities"] == ["EC2"]


def test_the_agent_may_register_and_nothing_else(template: dict[str, Any]) -> None:
    assert actions(template, "FleetGeneralGroupRole") == {
        "ecs:DeregisterContainerInstance",
        "ecs:DiscoverPollEndpoint",
        "ecs:Poll",
        "ecs:RegisterContainerInstance",
        "ecs:StartTelemetrySession",
        "ecs:SubmitAttachmentStateChanges",
        "ecs:SubmitContainerStateChange",
        "ecs:SubmitTaskStateChange",
        "ecs:UpdateContainerInstancesState",
    }


def test_grants_the_program_what_works_off_a_queue(template: dict[str, Any]) -> None:
    assert actions(template, "WorkerRole") == {
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
        "ecs:UpdateTaskProtection",
    }


def test_spot_is_mixed_with_a_base(template: dict[str, Any]) -> None:
    spread = [each["MixedInstancesPolicy"]["InstancesDistribution"] for each in of_type(template, GROUP)]
    shares = {(s["OnDemandBaseCapacity"], s["OnDemandPercentageAboveBaseCapacity"]) for s in spread}
    assert shares == {(1, 20), (0, 100)}


def test_tasks_do_not_take_the_role_of_their_instance(template: dict[str, Any]) -> None:
    """A task has an interface of its own, so that the hop limit does not keep it from the metadata."""
    told = [str(each["LaunchTemplateData"]["UserData"]) for each in of_type(template, TEMPLATE)]
    assert all("awsvpc-block-imds = true" in each for each in told)


def test_programs_know_their_region(template: dict[str, Any]) -> None:
    for task in of_type(template, "AWS::ECS::TaskDefinition"):
        set_ = {each["Name"]: each["Value"] for each in task["ContainerDefinitions"][0]["Environment"]}
        assert set_["AWS_REGION"] == set_["AWS_DEFAULT_REGION"] == {"Ref": "AWS::Region"}


@pytest.mark.parametrize("name", ["EcsPlatform", "aws-containers", "fargate"])
def test_providers_have_no_name_that_ecs_refuses(name: str) -> None:
    """CloudFormation's own names begin with that of the stack."""
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    stack = cdk.Stack(app, name)
    define_fleet(stack, groups={"general": InstanceGroup(), "gpu": GPU})
    providers = of_type(app.synth().get_stack_by_name(name).template, PROVIDER)
    assert len({each["Name"] for each in providers}) == 2
    assert all(each["Name"].startswith("cp-") for each in providers)


def test_amazon_linux_is_told_its_cluster_too() -> None:
    template = fleet_with(InstanceGroup(machine_image="amazon-linux-2023", session_manager=True, disk=50))
    data = the(template, TEMPLATE)["LaunchTemplateData"]
    path = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"
    assert data["ImageId"] == path
    assert [(each["DeviceName"], each["Ebs"]["VolumeSize"]) for each in data["BlockDeviceMappings"]] == [
        ("/dev/xvda", 50)
    ]
    assert "ECS_CLUSTER=" in str(data["UserData"])
    assert "ECS_AWSVPC_BLOCK_IMDS=true" in str(data["UserData"])
    assert "ssmmessages:OpenDataChannel" in actions(template, "FleetGeneralGroupRole")


def test_intel_with_gpus_on_amazon_linux() -> None:
    group = InstanceGroup(["g6.xlarge"], machine_image="amazon-linux-2023")
    image = the(fleet_with(group), TEMPLATE)["LaunchTemplateData"]["ImageId"]
    assert image.endswith("/amazon-linux-2023/gpu/recommended/image_id")


@pytest.mark.parametrize("instance_type", ["g7.8xlarge", "g7e.2xlarge"])
def test_newer_types_with_gpus(instance_type: str) -> None:
    image = the(fleet_with(InstanceGroup([instance_type])), TEMPLATE)["LaunchTemplateData"]["ImageId"]
    assert image.endswith("/aws-ecs-2-nvidia/x86_64/latest/image_id")


def test_instances_are_started_after_the_role_may_register(template: dict[str, Any]) -> None:
    for resource in template["Resources"].values():
        if resource["Type"] == GROUP:
            assert any("Policy" in each for each in resource["DependsOn"])
        if resource["Type"] == SERVICE:
            assert any("Providers" in each for each in resource["DependsOn"])


def test_takes_a_cluster_and_groups_of_ones_own() -> None:
    def define(stack: cdk.Stack) -> None:
        vpc = network(stack, max_azs=2)
        groups = [ec2.SecurityGroup(stack, name, vpc=vpc) for name in ("One", "Two")]
        cluster = ecs.Cluster(stack, "Own", vpc=vpc)
        fleet = define_fleet(stack, vpc=None, cluster=cluster, security_groups=groups)
        define_worker(stack, fleet, queue=DurableQueue(stack, "Queue"), security_groups=groups[:1])

    template = synthesize(define)
    assert len(of_type(template, "AWS::ECS::Cluster")) == 1
    assert len(the(template, TEMPLATE)["LaunchTemplateData"]["SecurityGroupIds"]) == 2
    [listed] = of_type(template, "AWS::ECS::ClusterCapacityProviderAssociations")
    assert listed["CapacityProviders"][:2] == ["FARGATE", "FARGATE_SPOT"]


def test_fargate_shares_the_cluster_also_on_spot() -> None:
    def define(stack: cdk.Stack) -> None:
        fleet = define_fleet(stack)
        spot = BacklogScaling(on_demand_base=0)
        FargateWorker(stack, "Small", cluster=fleet.cluster, image="invoice_worker", scaling=spot)

    assert len(of_type(synthesize(define), "AWS::ECS::ClusterCapacityProviderAssociations")) == 1


def test_two_stacks() -> None:
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    platform, work = cdk.Stack(app, "Platform"), cdk.Stack(app, "Work")
    worker = define_worker(work, define_fleet(platform))
    OnDemandTable(platform, "Table", partition_key="pk").connect(worker, actions=["dynamodb:PutItem"])
    resources = app.synth().get_stack_by_name("Platform").template["Resources"]
    assert not any(each["Type"] in {SERVICE, "AWS::SQS::Queue"} for each in resources.values())


def test_instances_may_be_of_types_with_a_hyphen() -> None:
    groups = {"intel": InstanceGroup(["p6-b200.48xlarge"]), "grace": InstanceGroup(["p6e-gb200.36xlarge"])}
    found = of_type(synthesize(lambda stack: define_fleet(stack, groups=groups)), "AWS::EC2::LaunchTemplate")
    images = sorted(each["LaunchTemplateData"]["ImageId"] for each in found)
    assert ["nvidia/arm64" in images[0], "nvidia/x86_64" in images[1]] == [True, True]


def test_endpoints_are_those_that_agents_and_tasks_need() -> None:
    def define(stack: cdk.Stack) -> None:
        isolated = ec2.SubnetConfiguration(name="Private", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        vpc = network(stack, max_azs=2, nat_gateways=0, subnet_configuration=[isolated])
        vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        fleet = define_fleet(stack, vpc=vpc)
        PrivateEndpoints(stack, "Endpoints", vpc=vpc, workloads=[fleet, define_worker(stack, fleet)])

    named = {str(each["ServiceName"]) for each in of_type(synthesize(define), "AWS::EC2::VPCEndpoint")}
    for service in ("ecs", "ecs-agent", "ecs-telemetry", "ecr.api", "ecr.dkr", "logs", "sqs"):
        assert any(f".{service}'" in each or f".{service}" == each[-len(service) - 1 :] for each in named), (
            service
        )


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "container_fleet")


def test_check_finds_nothing(template: dict[str, Any], wellmade_no_findings: Callable[..., None]) -> None:
    wellmade_no_findings(template)


REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"groups": {}},
        "Test/Fleet: groups must be one at least, got none; leave it out for one called general",
    ),
    (
        {"groups": {"my group": InstanceGroup()}},
        "Test/Fleet: groups must be named by letters and digits, got 'my group'; it becomes part of the ids of what is defined",
    ),
    (
        {"groups": {"a": InstanceGroup(["m7g.large", "m7i.large"])}},
        "Test/Fleet: instances.instance_types must be types of one processor, got ARM_64 and X86_64; the image is built for one of them",
    ),
    (
        {"groups": {"a": InstanceGroup(["m7g"])}},
        "Test/Fleet: instances.instance_types must be types of instances that run Linux, got 'm7g'; m7g.large is one",
    ),
    (
        {"groups": {"a": InstanceGroup(["g6.xlarge", "m7i.large"])}},
        "Test/Fleet: groups['a'].instance_types must be all with GPUs or none, got g6.xlarge, m7i.large; put those with GPUs into a group of their own, so that no other task takes their place",
    ),
    (
        {"groups": {"a": InstanceGroup(["g5g.xlarge"], machine_image="amazon-linux-2023")}},
        "Test/Fleet: groups['a'].machine_image must be one with drivers for GPUs on Graviton, got g5g.xlarge; take bottlerocket, which has one",
    ),
    (
        {"groups": {"a": InstanceGroup(machine_image="windows")}},  # type: ignore[arg-type] # refused
        "Test/Fleet: groups['a'].machine_image must be bottlerocket or amazon-linux-2023, got 'windows'; bottlerocket has the least on it that could be attacked",
    ),
    (
        {"groups": {"a": InstanceGroup(max_capacity=0)}},
        "Test/Fleet: groups['a'].max_capacity must be between 1 and 5000, got 0; 10 suit most fleets",
    ),
    (
        {"groups": {"a": InstanceGroup(on_demand_base=11)}},
        "Test/Fleet: groups['a'].on_demand_base must be between 0 and 10, got 11; leave it out where none may be on Spot",
    ),
    (
        {"groups": {"a": InstanceGroup(target_capacity=101)}},
        "Test/Fleet: groups['a'].target_capacity must be between 1 and 100, got 101; 100 leaves no instance idle",
    ),
    (
        {"groups": {"a": InstanceGroup(machine_image="amazon-linux-2023", disk=20)}},
        "Test/Fleet: groups['a'].disk in GiB must be between 30 and 16384, got 20; 30 hold most images",
    ),
    (
        {"groups": {"a": InstanceGroup(disk=10)}},
        "Test/Fleet: groups['a'].disk in GiB must be between 20 and 16384, got 10; 30 hold most images",
    ),
    (
        {"vpc_subnets": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)},
        "Test/Fleet: vpc_subnets must be subnets that are not public, got public ones; give the network a private tier, as wellmade.network.Network has, and select that",
    ),
]


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_fleet(stack, **options)


REFUSED_OF_A_WORKER: list[tuple[dict[str, Any], str]] = [
    (
        {"group": "gpu"},
        "Test/Worker: group must be one of general, got 'gpu'; define it on the fleet: groups=",
    ),
    (
        {"gpus": 1},
        "Test/Worker: gpus must be left out in a group without GPUs, got 1 on m7g.large, c7g.large, m6g.large; its tasks would never start",
    ),
    ({"gpus": 17}, "Test/Worker: gpus must be between 1 and 16, got 17; leave it out for none"),
    (
        {"size": TaskSize(cpu_architecture=ecs.CpuArchitecture.X86_64)},
        "Test/Worker: size.cpu_architecture must be that of the group, got X86_64; leave it out: the group says it",
    ),
    (
        {"size": TaskSize(cpu=100)},
        "Test/Worker: size.cpu must be between 128 and 196608, got 100; 1024 are one processor",
    ),
    (
        {"size": TaskSize(memory=1)},
        "Test/Worker: size.memory must be between 4 and 1000000000, got 1; 1024 suit most programs",
    ),
    (
        {"size": TaskSize(ephemeral_storage=cdk.Size.gibibytes(40))},
        "Test/Worker: size.ephemeral_storage must be left out on instances, got 40 GiB; tasks share the disk of their instance: set the group's disk",
    ),
]


@pytest.mark.parametrize(("options", "message"), REFUSED_OF_A_WORKER)
def test_a_worker_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_worker(stack, **options)


def test_refuses_what_programs_do_on_the_instances_role(stack: cdk.Stack) -> None:
    fleet = define_fleet(stack)
    message = "actions must be what the agent of an instance calls, got 's3:GetObject*'; the program runs under the task role: use allow of the service"
    with pytest.raises(RuntimeError, match=re.escape(message)):
        s3.Bucket(stack, "Bucket").grant_read(fleet.groups["general"].role)
    with pytest.raises(
        RuntimeError, match="must be what the agent of an instance calls, got 'sqs:SendMessage'"
    ):
        fleet.groups["general"].role.add_to_policy(
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=["*"])
        )


def test_refuses_the_launch_type(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    service: Any = define_worker(stack).service.node.find_child("Service")
    service.add_property_deletion_override("CapacityProviderStrategy")
    service.add_property_override("LaunchType", "EC2")
    assert (
        "Test/Worker: capacity must be taken from the group's capacity provider, got LaunchType EC2; a task that finds no room would wait, and nobody adds an instance; leave it as it is"
        in refused()
    )


def test_refuses_instances_that_nobody_adds_or_protects(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    group = define_fleet(stack).groups["general"]
    provider = group.capacity_provider
    provider.add_property_override("AutoScalingGroupProvider.ManagedScaling.Status", "DISABLED")
    group.group.add_property_override("NewInstancesProtectedFromScaleIn", value=False)
    said = refused()
    assert (
        "Test/Fleet: groups['general'] ManagedScaling must be ENABLED, got DISABLED; or nobody adds an instance for a task that waits; leave it as it is"
        in said
    )
    assert (
        "Test/Fleet: groups['general'] ManagedTerminationProtection and NewInstancesProtectedFromScaleIn must be ENABLED and True, got ENABLED and False; or scale-in ends instances with tasks at work; leave both as they are"
        in said
    )


def test_refuses_a_cluster_whose_providers_another_sets(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    vpc = network(stack, max_azs=2)
    cluster = ecs.Cluster(stack, "Own", vpc=vpc, enable_fargate_capacity_providers=True)
    define_fleet(stack, vpc=vpc, cluster=cluster)
    said = refused()
    assert "Test/Fleet: cluster must be one whose capacity providers nothing else sets, got Own" in said
    assert "a cluster has one list of them, and the last that is deployed wins; leave the other out" in said


def test_refuses_version_1_of_the_metadata(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    resource: Any = define_fleet(stack).groups["general"].launch_template.node.default_child
    resource.add_property_override("LaunchTemplateData.MetadataOptions.HttpTokens", "optional")
    assert "Test/Fleet: HttpTokens must be required, got optional; " in refused()


def test_refuses_agents_that_have_no_way_out(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    isolated = ec2.SubnetConfiguration(name="Data", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    define_fleet(stack, vpc=network(stack, max_azs=2, nat_gateways=0, subnet_configuration=[isolated]))
    assert "Test/Fleet: vpc must be a network with an endpoint for ecs" in refused()
