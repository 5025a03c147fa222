import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr

from tests.templates import actions, of_type, the
from tests.unit.compute.conftest import network
from wellmade.compute import BacklogScaling, Container, InstanceFleet, Instances, RepositoryImage
from wellmade.foundation import DurableQueue, OnDemandTable
from wellmade.network import PrivateEndpoints
from wellmade.testing import synthesize

TEMPLATE = "AWS::EC2::LaunchTemplate"
GROUP = "AWS::AutoScaling::AutoScalingGroup"


def define_fleet(stack: cdk.Stack, **options: Any) -> InstanceFleet:
    vpc = options.pop("vpc") if "vpc" in options else network(stack, max_azs=2)
    return InstanceFleet(stack, "Worker", **{"vpc": vpc, "image": "invoice_worker", **options})


def fleet_with(**options: Any) -> dict[str, Any]:
    return synthesize(lambda stack: define_fleet(stack, **options))


def script_of(template: dict[str, Any]) -> str:
    parts = the(template, TEMPLATE)["LaunchTemplateData"]["UserData"]["Fn::Base64"]["Fn::Join"][1]
    return "".join(part if isinstance(part, str) else "REFERENCE" for part in parts)


@pytest.fixture(scope="module")
def fleet() -> dict[str, Any]:
    return fleet_with(scaling=BacklogScaling(cdk.Duration.minutes(2), cdk.Duration.seconds(6)))


def test_promises_instances_that_nobody_reaches(fleet: dict[str, Any]) -> None:
    data = the(fleet, TEMPLATE)["LaunchTemplateData"]
    assert data["MetadataOptions"] == {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}
    assert data["ImageId"].startswith("resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-")
    assert [each["Ebs"]["Encrypted"] for each in data["BlockDeviceMappings"]] == [True]
    assert "KeyName" not in data
    group = the(fleet, "AWS::EC2::SecurityGroup")
    assert "SecurityGroupIngress" not in group
    assert [rule["ToPort"] for rule in group["SecurityGroupEgress"]] == [443]
    assert all("Private" in each["Ref"] for each in the(fleet, GROUP)["VPCZoneIdentifier"])


def test_promises_a_backlog_that_is_worked_off_in_time(fleet: dict[str, Any]) -> None:
    policies = {each["PolicyType"]: each for each in of_type(fleet, "AWS::AutoScaling::ScalingPolicy")}
    tracking = policies["TargetTrackingScaling"]["TargetTrackingConfiguration"]
    assert tracking["TargetValue"] * 6 == 120 / 2
    metrics = tracking["CustomizedMetricSpecification"]["Metrics"]
    assert {each["MetricStat"]["Metric"]["MetricName"] for each in metrics if "MetricStat" in each} == {
        "ApproximateNumberOfMessagesVisible",
        "ApproximateNumberOfMessagesNotVisible",
        "GroupInServiceInstances",
    }
    assert policies["StepScaling"]["AdjustmentType"] == "ExactCapacity"
    assert (the(fleet, GROUP)["MinSize"], the(fleet, GROUP)["MaxSize"]) == ("0", "10")


def test_promises_that_an_instance_is_drained_before_its_end(fleet: dict[str, Any]) -> None:
    group = the(fleet, GROUP)
    [hook] = group["LifecycleHookSpecificationList"]
    assert hook["LifecycleTransition"] == "autoscaling:EC2_INSTANCE_TERMINATING"
    script = script_of(fleet)
    assert f"drain.py {group['AutoScalingGroupName']} {hook['LifecycleHookName']} " in script
    [stop] = re.findall(r"docker stop --time (\d+) worker", script)
    [waits] = re.findall(r"TimeoutStopSec=(\d+)", script)
    assert int(stop) < int(waits) < hook["HeartbeatTimeout"]


def test_the_script_is_one_that_bash_reads(fleet: dict[str, Any], tmp_path: Path) -> None:
    script = tmp_path / "user-data"
    script.write_text(script_of(fleet))
    assert len(script.read_bytes()) < 16_384 * 0.8
    done = subprocess.run(["bash", "-n", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_program_in_any_language_knows_its_region(fleet: dict[str, Any]) -> None:
    script = script_of(fleet)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        assert re.search(rf"\n{name}=", script), name


def test_grants_what_the_program_and_its_start_take(fleet: dict[str, Any]) -> None:
    assert actions(fleet, "WorkerRole") == {
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
        "ecr:GetAuthorizationToken",
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "autoscaling:CompleteLifecycleAction",
    }


def test_what_is_connected_later_is_told_to_the_program_before_it_starts() -> None:
    def define(stack: cdk.Stack) -> None:
        fleet = define_fleet(stack, environment={"MODE": "fast"})
        OnDemandTable(stack, "Table", partition_key="pk").connect(fleet, actions=["dynamodb:PutItem"])

    template = synthesize(define)
    script = script_of(template)
    assert "MODE=fast" in script
    assert "TABLE_NAME=REFERENCE" in script
    assert "dynamodb:PutItem" in actions(template, "WorkerRole")


def test_spot_is_mixed_with_a_base_and_replaced_in_time() -> None:
    group = the(fleet_with(scaling=BacklogScaling(on_demand_base=1)), GROUP)
    spread = group["MixedInstancesPolicy"]["InstancesDistribution"]
    assert (spread["OnDemandBaseCapacity"], spread["OnDemandPercentageAboveBaseCapacity"]) == (1, 20)
    assert spread["SpotAllocationStrategy"] == "price-capacity-optimized"
    assert group["CapacityRebalance"] is True


def test_instances_are_replaced_one_by_one_by_a_release_and_by_their_age(fleet: dict[str, Any]) -> None:
    [group] = [each for each in fleet["Resources"].values() if each["Type"] == GROUP]
    rolling = group["UpdatePolicy"]["AutoScalingRollingUpdate"]
    assert rolling["MaxBatchSize"] == 1
    assert group["Properties"]["MaxInstanceLifetime"] == 14 * 24 * 3600
    version = group["Properties"]["MixedInstancesPolicy"]["LaunchTemplate"]["LaunchTemplateSpecification"]
    assert version["Version"]["Fn::GetAtt"][1] == "LatestVersionNumber"


def test_a_shell_takes_no_port() -> None:
    template = fleet_with(instances=Instances(session_manager=True))
    assert "ssmmessages:OpenDataChannel" in actions(template, "WorkerRole")
    assert "SecurityGroupIngress" not in the(template, "AWS::EC2::SecurityGroup")


def test_intel_has_its_own_image() -> None:
    data = the(fleet_with(instances=Instances(["m7i.large"])), TEMPLATE)["LaunchTemplateData"]
    assert data["ImageId"].endswith("al2023-ami-kernel-default-x86_64")


def test_takes_an_image_a_queue_and_a_group_of_ones_own() -> None:
    def define(stack: cdk.Stack) -> None:
        vpc = network(stack, max_azs=2)
        groups = [ec2.SecurityGroup(stack, name, vpc=vpc) for name in ("One", "Two")]
        image = RepositoryImage(ecr.Repository(stack, "Programs"), "2026-11-29")
        define_fleet(stack, vpc=vpc, image=image, queue=DurableQueue(stack, "Own"), security_groups=groups)

    template = synthesize(define)
    assert len(the(template, TEMPLATE)["LaunchTemplateData"]["SecurityGroupIds"]) == 2
    assert ":2026-11-29" in script_of(template)


def test_two_stacks() -> None:
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    stores = cdk.Stack(app, "Stores")
    queue = DurableQueue(stores, "Queue")
    work = cdk.Stack(app, "Work")
    fleet = define_fleet(work, queue=queue)
    OnDemandTable(stores, "Table", partition_key="pk").connect(fleet, actions=["dynamodb:PutItem"])
    resources = app.synth().get_stack_by_name("Stores").template["Resources"]
    assert "autoscaling" not in json.dumps(resources).lower()


def test_endpoints_are_those_that_it_needs() -> None:
    def define(stack: cdk.Stack) -> None:
        isolated = ec2.SubnetConfiguration(name="Private", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        vpc = network(stack, max_azs=2, nat_gateways=0, subnet_configuration=[isolated])
        vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        PrivateEndpoints(stack, "Endpoints", vpc=vpc, workloads=[define_fleet(stack, vpc=vpc)])

    endpoints = of_type(synthesize(define), "AWS::EC2::VPCEndpoint")
    named = {json.dumps(each["ServiceName"]).rsplit(".", 1)[-1].strip('"]} ') for each in endpoints}
    assert {"autoscaling", "api", "dkr", "logs", "sqs"} <= named


def test_looks_like(fleet: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(fleet, "instance_fleet")


def test_check_finds_nothing(fleet: dict[str, Any], wellmade_no_findings: Callable[..., None]) -> None:
    wellmade_no_findings(fleet)


REFUSED = [
    (
        {"scaling": BacklogScaling(acceptable_latency=cdk.Duration.seconds(5))},
        "Test/Worker: scaling.acceptable_latency must be at least the processing_time, 10 s, got 5 s; no number of tasks makes one message faster",
    ),
    (
        {"scaling": BacklogScaling(max_capacity=5001)},
        "Test/Worker: scaling.max_capacity must be between 1 and 5000, got 5001; 10 suits most queues",
    ),
    (
        {"instances": Instances(["m7g.large", "m7i.large"])},
        "Test/Worker: instances.instance_types must be types of one processor, got ARM_64 and X86_64; the image is built for one of them",
    ),
    (
        {"instances": Instances([])},
        "Test/Worker: instances.instance_types must be types of one processor, got none; the image is built for one of them",
    ),
    (
        {"instances": Instances(drain_timeout=cdk.Duration.hours(2))},
        "Test/Worker: instances.drain_timeout in seconds must be between 10 and 7140, got 7200; 15 minutes suit most work",
    ),
    (
        {"instances": Instances(max_lifetime=cdk.Duration.hours(12))},
        "Test/Worker: instances.max_lifetime in days must be between 1 and 365, got 0.5; 14 days keep images fresh",
    ),
    (
        {"vpc_subnets": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)},
        "Test/Worker: vpc_subnets must be subnets that are not public, got public ones; give the network a private tier, as wellmade.network.Network has, and select that",
    ),
    (
        {"image": Container("invoice_worker")},
        "Test/Worker: image must be a name, a Path or a RepositoryImage, got Container; write RepositoryImage(…)",
    ),
    (
        {"environment": {"PASSWORD": "hunter2hunter2"}},
        "Test/Worker: environment['PASSWORD'] must be free of secrets, got literal text; ",
    ),
]


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        define_fleet(stack, **options)


def test_refuses_scaling_by_cpu(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    fleet = define_fleet(stack)
    for name in ("BacklogPerInstance", "Wake"):
        fleet.node.try_remove_child(name)
    fleet.node.try_remove_child("Asleep")
    policy = autoscaling.CfnScalingPolicy
    policy(
        stack,
        "Cpu",
        auto_scaling_group_name=fleet.group.ref,
        policy_type="TargetTrackingScaling",
        target_tracking_configuration=policy.TargetTrackingConfigurationProperty(
            target_value=60,
            predefined_metric_specification=policy.PredefinedMetricSpecificationProperty(
                predefined_metric_type="ASGAverageCPUUtilization"
            ),
        ),
    )
    assert (
        "Test/Worker: scaling must be by backlog per instance, got by CPU (Cpu); a worker that waits for others is idle and late at once; take the policy away"
        in refused()
    )


def test_refuses_version_1_of_the_metadata(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    fleet = define_fleet(stack)
    resource: Any = fleet.launch_template.node.default_child
    resource.add_property_override("LaunchTemplateData.MetadataOptions.HttpTokens", "optional")
    assert (
        "Test/Worker: HttpTokens must be required, got optional; one forged request is enough for the role's credentials; leave it as it is"
        in refused()
    )


def test_refuses_ssh_from_the_world(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    vpc = network(stack, max_azs=2)
    group = ec2.SecurityGroup(stack, "Open", vpc=vpc)
    group.add_ingress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(22))
    define_fleet(stack, vpc=vpc, security_groups=[group])
    assert (
        "Test/Worker: security_groups must be closed to the world, got port 22 open to the world (Test/Open); take the rule away; instances.session_manager opens a shell without a port"
        in refused()
    )


def test_refuses_ssh_from_the_world_by_a_rule_of_its_own(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    fleet = define_fleet(stack)
    ec2.CfnSecurityGroupIngress(
        stack,
        "Rule",
        group_id=fleet.connections.security_groups[0].security_group_id,
        ip_protocol="tcp",
        from_port=22,
        to_port=22,
        cidr_ip="0.0.0.0/0",
    )
    assert (
        "Test/Worker: security_groups must be closed to the world, got port 22 open to the world" in refused()
    )


def test_refuses_calls_that_have_no_way_out(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    isolated = ec2.SubnetConfiguration(name="Data", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    define_fleet(stack, vpc=network(stack, max_azs=2, nat_gateways=0, subnet_configuration=[isolated]))
    assert (
        "Test/Worker: vpc must be a network with an endpoint for sqs, got one with neither it nor a NAT gateway: sqs:ReceiveMessage would hang; add the endpoint, or give the network a NAT gateway"
        in refused()
    )
