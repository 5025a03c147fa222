"""What a task that runs to its end promises, grants and looks like."""

import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds

from tests.templates import actions, ids_of, of_type, statements
from tests.unit.compute.conftest import network
from wellmade.compute import Container, FargateTask, TaskSize
from wellmade.foundation import OnDemandTable, monitor
from wellmade.kit.refusals import RefusedError
from wellmade.testing import synthesize
from wellmade.workflow import RunTask, Step, Workflow

Synth = Callable[[], dict[str, Any]]


def define_task(stack: cdk.Stack, **options: Any) -> FargateTask:
    place = {} if "cluster" in options else {"vpc": network(stack)}
    return FargateTask(stack, "Receipts", **{"image": "file_receiver", **place, **options})


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(define_task)


def test_keeps_nothing_running(template: dict[str, Any]) -> None:
    assert ids_of(template, "AWS::ECS::Service") == []
    [cluster] = of_type(template, "AWS::ECS::Cluster")
    assert cluster["CapacityProviders"] == ["FARGATE", "FARGATE_SPOT"]


def test_lets_the_program_out_over_tls_alone(template: dict[str, Any]) -> None:
    [group] = of_type(template, "AWS::EC2::SecurityGroup")
    assert [(rule["IpProtocol"], rule["FromPort"]) for rule in group["SecurityGroupEgress"]] == [("tcp", 443)]


def test_grants_the_program_nothing_by_itself(template: dict[str, Any]) -> None:
    assert actions(template, "ReceiptsRole") == set()


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "fargate_task")


def test_a_workflow_runs_it_where_it_belongs(stack: cdk.Stack, synth: Synth) -> None:
    task = define_task(stack)
    run = RunTask(task.cluster, task.task_definition, task.security_groups, vpc_subnets=task.vpc_subnets)
    Workflow(stack, "Work", steps=[Step("Receive", run)])
    template = synth()
    assert {"ecs:RunTask", "iam:PassRole"} <= actions(template, "WorkRole")


def test_is_a_workload(stack: cdk.Stack, synth: Synth) -> None:
    task = define_task(stack, size=TaskSize(cpu=1024, memory=2048))
    OnDemandTable(stack, "Table", partition_key="pk").connect(task, actions=["dynamodb:PutItem"])
    database = rds.DatabaseInstance(
        stack,
        "Database",
        engine=rds.DatabaseInstanceEngine.POSTGRES,
        vpc=cast(ec2.IVpc, stack.node.find_child("Vpc")),
    )
    task.connections.allow_to_default_port(database)
    template = synth()
    assert actions(template, "ReceiptsRole") == {"dynamodb:PutItem"}
    [definition] = of_type(template, "AWS::ECS::TaskDefinition")
    assert definition["Cpu"] == "1024"
    assert "TABLE_NAME" in {each["Name"] for each in definition["ContainerDefinitions"][0]["Environment"]}
    assert ids_of(template, "AWS::EC2::SecurityGroupEgress")


def test_lets_others_start_it_in_its_cluster_alone(stack: cdk.Stack, synth: Synth) -> None:
    role = iam.Role(stack, "Operator", assumed_by=cast(iam.IPrincipal, iam.AccountRootPrincipal()))
    define_task(stack).grant_run(role)
    run, hand_over = statements(synth(), "Operator")
    assert (run["Action"], hand_over["Action"]) == ("ecs:RunTask", "iam:PassRole")
    assert "ecs:cluster" in run["Condition"]["ArnEquals"]
    assert hand_over["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


def test_takes_a_cluster_and_groups_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    vpc = network(stack)
    cluster = ecs.Cluster(stack, "Mine", vpc=vpc)
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    task = define_task(stack, cluster=cluster, security_groups=[group], encryption_key=kms.Key(stack, "Key"))
    assert list(task.security_groups) == [group]
    template = synth()
    assert len(ids_of(template, "AWS::ECS::Cluster")) == 1
    [log] = of_type(template, "AWS::Logs::LogGroup")
    assert "KmsKeyId" in log


def test_shows_what_it_uses(stack: cdk.Stack, synth: Synth) -> None:
    monitor(stack, define_task(stack))
    assert "CpuUtilized" in str(of_type(synth(), "AWS::CloudWatch::Dashboard"))


def test_a_folder_that_may_be_written_is_space_of_the_task(stack: cdk.Stack, synth: Synth) -> None:
    define_task(stack, image=Container("file_receiver", writable_folders=["/tmp", "/var/cache/films"]))  # noqa: S108 - of the image
    [definition] = of_type(synth(), "AWS::ECS::TaskDefinition")
    [container] = definition["ContainerDefinitions"]
    assert container["ReadonlyRootFilesystem"] is True
    mounted = {each["SourceVolume"]: each["ContainerPath"] for each in container["MountPoints"]}
    assert mounted == {"file_receiver-tmp": "/tmp", "file_receiver-var-cache-films": "/var/cache/films"}  # noqa: S108 - as above
    assert [each["Name"] for each in definition["Volumes"]] == list(mounted)


@pytest.mark.parametrize("folder", ["tmp", "/", "/work/../etc", "/work/"])
def test_refuses_a_folder_that_is_none(stack: cdk.Stack, folder: str) -> None:
    said = f"Test/Receipts: writable_folders must be absolute paths of folders below the root, got '{folder}'; name it as in '/tmp'"
    with pytest.raises(RefusedError, match=f"^{re.escape(said)}$"):
        define_task(stack, image=Container("file_receiver", writable_folders=[folder]))
