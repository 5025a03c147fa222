"""What a template does not tell is assumed or not priced, by name; it is never nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from wellmade.cli import main

PARAMETER = {"Ref": "Unknown"}


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Be where no capacity.yaml is."""
    monkeypatch.chdir(tmp_path)


def document(capsys: pytest.CaptureFixture[str], folder: Path, **resources: Any) -> dict[str, Any]:
    file = folder / "app.template.json"
    body = {"Parameters": {"Unknown": {"Type": "Number"}}, "Resources": resources}
    file.write_text(json.dumps(body))
    assert main(["cost", str(file), "--format", "json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def of(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


@pytest.mark.parametrize(
    ("resource", "assumed"),
    [
        (of("AWS::Lambda::Function", MemorySize=PARAMETER), "MemorySize is 128"),
        (of("AWS::Lambda::Function", EphemeralStorage={"Size": -5}), "EphemeralStorage.Size is 512"),
        (of("AWS::Kinesis::Stream", ShardCount=PARAMETER), "ShardCount is 1"),
        (of("AWS::CloudWatch::Alarm", Period=PARAMETER), "Period is 60"),
        (of("AWS::ElastiCache::ReplicationGroup", NumNodeGroups=PARAMETER), "NumNodeGroups is 1"),
    ],
)
def test_is_assumed_and_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, resource: dict[str, Any], assumed: str
) -> None:
    said = json.dumps(document(capsys, tmp_path, X=resource))
    assert f"X: {assumed} (the template does not tell it)" in said


@pytest.mark.parametrize(
    ("resource", "why"),
    [
        (of("AWS::DynamoDB::Table", ProvisionedThroughput={"ReadCapacityUnits": PARAMETER}), "ReadCapacity"),
        (of("AWS::RDS::DBInstance", Engine="postgres", AllocatedStorage=PARAMETER), "GB of its storage"),
        (of("AWS::EC2::Instance", InstanceType=PARAMETER), "a type of instance that the template does not"),
        (of("AWS::EC2::Instance", InstanceType="x9.nano"), "x9.nano hours"),
    ],
)
def test_is_not_priced_and_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, resource: dict[str, Any], why: str
) -> None:
    found = document(capsys, tmp_path, X=resource)
    assert found["at_least"]
    assert why in json.dumps(found["not_priced"])


@pytest.mark.parametrize(("cpu", "memory"), [("1024", "2048"), ("1 vCPU", "2 GB"), ("1vcpu", "2GB")])
def test_a_task_is_priced_however_its_size_is_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, cpu: str, memory: str
) -> None:
    task = of("AWS::ECS::TaskDefinition", Cpu=cpu, Memory=memory)
    service = of("AWS::ECS::Service", TaskDefinition={"Ref": "Task"}, DesiredCount=1, LaunchType="FARGATE")
    total = document(capsys, tmp_path, Task=task, Service=service)["loads"]["stated"]["total"]
    assert total == pytest.approx(730 * (0.04048 + 2 * 0.004445), rel=0.001)


def test_an_instance_is_priced_and_its_volumes_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = document(capsys, tmp_path, X=of("AWS::EC2::Instance", InstanceType="t3.medium"))
    assert found["loads"]["stated"]["total"] == pytest.approx(730 * 0.0416, rel=0.001)
    assert "GB of the volume that it starts from" in json.dumps(found["not_priced"])


def test_nodes_of_eks_are_as_many_as_a_group_begins_with(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    sizes = {"MinSize": 2, "DesiredSize": 4, "MaxSize": 6}
    group = of("AWS::EKS::Nodegroup", InstanceTypes=["m7g.large"], ScalingConfig=sizes)
    found = document(capsys, tmp_path, Group=group)
    assert found["loads"]["stated"]["total"] == pytest.approx(4 * 0.0816 * 730, rel=0.001)
    assert "GB of the nodes' volumes" in json.dumps(found["not_priced"])


@pytest.mark.parametrize(
    ("version", "policy", "hour"),
    [("1.33", None, 0.6), ("1.29", "EXTENDED", 0.6), ("1.33", "STANDARD", 0.1), ("1.36", None, 0.1)],
)
def test_a_cluster_in_extended_support_costs_more(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, version: str, policy: str | None, hour: float
) -> None:
    kept = {"UpgradePolicy": {"SupportType": policy}} if policy else {}
    found = document(capsys, tmp_path, Cluster=of("AWS::EKS::Cluster", Version=version, **kept))
    assert found["loads"]["stated"]["total"] == pytest.approx(hour * 730)


def test_tasks_on_instances_of_another_stack_are_not_free(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    task = of("AWS::ECS::TaskDefinition", RequiresCompatibilities=["EC2"], Cpu="256", Memory="512")
    service = of("AWS::ECS::Service", TaskDefinition={"Ref": "Task"}, CapacityProviderStrategy=[])
    alone = document(capsys, tmp_path, Task=task, Service=service)
    assert alone["at_least"]
    assert "which are not of these templates" in json.dumps(alone["not_priced"])
    group = of("AWS::AutoScaling::AutoScalingGroup")
    beside = document(capsys, tmp_path, Task=task, Service=service, Group=group)
    assert "which are not of these templates" not in json.dumps(beside["not_priced"])


def test_instances_that_ecs_manages_are_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    managed = of("AWS::ECS::CapacityProvider", ManagedInstancesProvider={"InfrastructureRoleArn": "r"})
    own = of("AWS::ECS::CapacityProvider", AutoScalingGroupProvider={"AutoScalingGroupArn": "g"})
    assert "the fee on them" in json.dumps(document(capsys, tmp_path, Managed=managed)["not_priced"])
    assert not document(capsys, tmp_path, Own=own)["at_least"]


def test_a_simple_table_of_sam_is_on_demand(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    found = document(capsys, tmp_path, X=of("AWS::Serverless::SimpleTable"))
    assert (found["not_priced"], found["loads"]["stated"]["total"]) == ([], 0)


def test_a_custom_resource_costs_nothing_itself(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert document(capsys, tmp_path, X=of("Custom::Setup"))["not_priced"] == []


def test_a_price_file_without_prices_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "prices.csv").touch()
    (tmp_path / "a.json").write_text(json.dumps({"Resources": {"Q": of("AWS::SQS::Queue")}}))
    assert main(["cost", str(tmp_path / "a.json"), "--prices", str(tmp_path / "prices.csv")]) == 2
    assert "prices.csv: must have a price at least, got none" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["AWS::ApiGateway::VpcLink", "AWS::ApiGatewayV2::VpcLink"])
def test_a_link_into_a_network_costs_nothing_beside_its_load_balancer(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str
) -> None:
    found = document(capsys, tmp_path, Link=of(kind, Name="a"))
    assert (found["not_priced"], found["total"]["fixed"] if "total" in found else 0) == ([], 0)


def test_what_a_function_may_send_is_assumed_and_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": {"Fn::GetAtt": ["Jobs", "Arn"]}}
    rights = [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": [send]}}]
    (tmp_path / "capacity.yaml").write_text("arrivals: {Source: {per_second: 10}}\n")
    source = {"EventSourceArn": {"Fn::GetAtt": ["Source", "Arn"]}, "FunctionName": {"Ref": "Worker"}}
    found = document(
        capsys, tmp_path, Source=of("AWS::SQS::Queue"), Jobs=of("AWS::SQS::Queue"), Role=of("AWS::IAM::Role", Policies=rights),
        Worker=of("AWS::Lambda::Function", Role={"Fn::GetAtt": ["Role", "Arn"]}, MemorySize=128, Timeout=3),
        Mapping=of("AWS::Lambda::EventSourceMapping", **source),
    )  # fmt: skip
    assert "Worker: sends one message to Jobs for each item" in found["assumptions"]
