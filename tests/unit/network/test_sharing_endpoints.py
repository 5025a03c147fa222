"""Endpoints of other stacks, of an imported network, of anybody's workloads, in other partitions."""

import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from tests.templates import of_type
from wellmade.compute import FargateWorker
from wellmade.foundation import PythonFunction
from wellmade.network import Network, PrivateEndpoints

Synth = Callable[[], dict[str, Any]]
TOPIC = "arn:aws:sns:eu-west-1:111111111111:orders"


def function(stack: cdk.Stack, vpc: ec2.IVpc, construct_id: str = "Function") -> lambda_.Function:
    """Return anybody's function."""
    return lambda_.Function(
        stack,
        construct_id,
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_inline("exports.handler = async () => {}"),
        vpc=vpc,
    )


def isolated(stack: cdk.Stack) -> ec2.IVpc:
    return ec2.Vpc.from_vpc_attributes(
        stack,
        "Theirs",
        vpc_id="vpc-1",
        availability_zones=["a", "b"],
        isolated_subnet_ids=["subnet-1", "subnet-2"],
        isolated_subnet_names=["private"],
        vpc_cidr_block="10.0.0.0/16",
    )


def services(template: dict[str, Any]) -> set[str]:
    return {
        str(each["ServiceName"]).rsplit(".", 1)[-1].strip("']}")
        for each in of_type(template, "AWS::EC2::VPCEndpoint")
        if each["VpcEndpointType"] == "Interface"
    }


def test_sees_what_grant_methods_and_attached_policies_give(stack: cdk.Stack) -> None:
    vpc = Network(stack, "Network", nat="none").vpc
    ours = PythonFunction(stack, "Ours", code="order_worker", vpc=vpc)
    sqs.Queue(stack, "Queue").grant_send_messages(ours)
    statement = iam.PolicyStatement(actions=["states:StartSyncExecution"], resources=["*"])
    iam.Policy(stack, "Policy", statements=[statement], roles=[cast(iam.IRole, ours.role)])
    made = PrivateEndpoints(stack, "Endpoints", vpc=vpc, workloads=[ours])
    assert set(made.endpoints) == {"sqs", "sync-states"}


def test_serves_anybodys_functions_and_services(stack: cdk.Stack, synth: Synth) -> None:
    vpc = Network(stack, "Network", nat="none").vpc
    theirs = function(stack, vpc)
    theirs.add_to_role_policy(iam.PolicyStatement(actions=["bedrock:InvokeModel"], resources=["*"]))
    task = ecs.FargateTaskDefinition(stack, "Task")
    task.add_to_task_role_policy(iam.PolicyStatement(actions=["ses:SendEmail"], resources=["*"]))
    task.add_container("Program", image=ecs.ContainerImage.from_registry("nginx"))
    cluster = ecs.Cluster(stack, "Cluster", vpc=vpc)
    service = ecs.FargateService(stack, "Service", cluster=cluster, task_definition=task)
    made = PrivateEndpoints(stack, "Endpoints", vpc=vpc, workloads=[theirs, service])
    assert set(made.endpoints) == {"bedrock-runtime", "email"}
    synth()


def test_what_a_source_calls_for_a_function_takes_no_endpoint(stack: cdk.Stack) -> None:
    vpc = Network(stack, "Network", nat="none").vpc
    theirs = function(stack, vpc)
    queue = sqs.Queue(stack, "Queue")
    theirs.add_event_source_mapping("Jobs", event_source_arn=queue.queue_arn)
    queue.grant_consume_messages(theirs)
    assert PrivateEndpoints(stack, "Endpoints", vpc=vpc, workloads=[theirs]).endpoints == {}


def test_refuses_what_anybodys_function_is_granted_later(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    vpc = Network(stack, "Network", nat="none").vpc
    theirs = function(stack, vpc)
    PrivateEndpoints(stack, "Endpoints", vpc=vpc, workloads=[theirs])
    theirs.add_to_role_policy(iam.PolicyStatement(actions=["sns:Publish"], resources=[TOPIC]))
    assert (
        "Test/Function: vpc must be a network with an endpoint for sns, got one with neither it nor a NAT "
        "gateway: sns:Publish would hang; add the endpoint, or give the network a NAT gateway"
    ) in refused()


def test_two_stacks_share_an_endpoint(stack: cdk.Stack) -> None:
    app = cast(cdk.App, stack.node.root)
    network = Network(stack, "Network", nat="none")
    first = PythonFunction(stack, "First", code="order_worker", vpc=network.vpc)
    first.allow(["sns:Publish"], [TOPIC])
    PrivateEndpoints(stack, "Endpoints", vpc=network.vpc, workloads=[first])
    other = cdk.Stack(app, "Other")
    second = PythonFunction(other, "Second", code="order_worker", vpc=network.vpc)
    second.allow(["sns:Publish", "sqs:SendMessage"], [TOPIC, TOPIC.replace("sns", "sqs")])
    made = PrivateEndpoints(other, "Endpoints", vpc=network.vpc, workloads=[second])
    assert set(made.endpoints) == {"sqs"}
    assembly = app.synth()
    assert services(assembly.get_stack_by_name("Test").template) == {"sns"}
    template = assembly.get_stack_by_name("Other").template
    assert services(template) == {"sqs"}
    into = [str(rule["GroupId"]) for rule in of_type(template, "AWS::EC2::SecurityGroupIngress")]
    assert any("ImportValue" in each for each in into)


def test_lies_in_the_network_s_stack_for_workloads_of_others(stack: cdk.Stack) -> None:
    app = cast(cdk.App, stack.node.root)
    network = Network(stack, "Network", nat="none")
    other = cdk.Stack(app, "Other")
    worker = FargateWorker(other, "Worker", vpc=network.vpc, image="invoice_worker")
    made = PrivateEndpoints(stack, "Endpoints", vpc=network.vpc, workloads=[worker])
    assert set(made.endpoints) == {"ecr.api", "ecr.dkr", "logs", "sqs"}
    assembly = app.synth()
    assert "Other" not in str(assembly.get_stack_by_name("Test").template["Resources"])
    assert of_type(assembly.get_stack_by_name("Other").template, "AWS::EC2::VPCEndpoint") == []


def test_counts_on_endpoints_that_an_imported_network_has(stack: cdk.Stack, synth: Synth) -> None:
    vpc = isolated(stack)
    worker = FargateWorker(stack, "Worker", vpc=vpc, image="invoice_worker")
    central = ["ecr.api", "ecr.dkr", "logs", "s3"]
    made = PrivateEndpoints(stack, "Endpoints", vpc=vpc, workloads=[worker], existing=central)
    assert set(made.endpoints) == {"sqs"}
    assert services(synth()) == {"sqs"}


def test_refuses_two_endpoints_with_one_private_name(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    network = Network(stack, "Network", nat="none")
    ours = PythonFunction(stack, "Ours", code="order_worker", vpc=network.vpc)
    ours.allow(["sns:Publish"], [TOPIC])
    PrivateEndpoints(stack, "Endpoints", vpc=network.vpc, workloads=[ours])
    network.vpc.add_interface_endpoint("Later", service=ec2.InterfaceVpcEndpointAwsService.SNS)
    assert (
        "Test/Endpoints: endpoints must be one with the private name of sns, got two: "
        "Test/Network/Vpc/Later/Resource and Test/Endpoints/Sns/Resource; "
        "define PrivateEndpoints after the other, so that it is shared, or leave one out"
    ) in refused()


def test_shares_an_endpoint_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    network = Network(stack, "Network", nat="none")
    network.vpc.add_interface_endpoint("Theirs", service=ec2.InterfaceVpcEndpointAwsService.SNS)
    ours = PythonFunction(stack, "Ours", code="order_worker", vpc=network.vpc)
    ours.allow(["sns:Publish"], [TOPIC])
    assert PrivateEndpoints(stack, "Endpoints", vpc=network.vpc, workloads=[ours]).endpoints == {}
    assert services(synth()) == {"sns"}


def test_names_services_as_the_partition_does(stack: cdk.Stack) -> None:
    app = cast(cdk.App, stack.node.root)
    china = cdk.Stack(app, "China", env=cdk.Environment(account="111111111111", region="cn-north-1"))
    network = Network(china, "Network", nat="none")
    ours = PythonFunction(china, "Ours", code="order_worker", vpc=network.vpc)
    ours.allow(["sqs:SendMessage", "sns:Publish"], ["arn:aws-cn:sqs:cn-north-1:111111111111:jobs"])
    PrivateEndpoints(china, "Endpoints", vpc=network.vpc, workloads=[ours])
    template = app.synth().get_stack_by_name("China").template
    named = {
        str(each["ServiceName"])
        for each in of_type(template, "AWS::EC2::VPCEndpoint")
        if each["VpcEndpointType"] == "Interface"
    }
    assert named == {"cn.com.amazonaws.cn-north-1.sqs", "com.amazonaws.cn-north-1.sns"}


def test_refuses_a_workload_that_is_in_no_network(stack: cdk.Stack) -> None:
    vpc = Network(stack, "Network", nat="none").vpc
    ours = PythonFunction(stack, "Ours", code="order_worker")
    message = (
        "Test/Endpoints: workloads must be services and functions in the network, got Test/Ours, "
        "which is in none; give it the vpc, or leave it out"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        PrivateEndpoints(stack, "Endpoints", vpc=vpc, workloads=[ours])


def test_refuses_a_call_that_no_endpoint_answers(stack: cdk.Stack) -> None:
    vpc = Network(stack, "Network", nat="none").vpc
    ours = PythonFunction(stack, "Ours", code="order_worker", vpc=vpc)
    ours.allow(["iam:GetRole"], ["arn:aws:iam::111111111111:role/x"])
    message = (
        "Test/Endpoints: workloads must be allowed calls that an endpoint answers, got iam:GetRole, "
        "for whose service none is known; give the network a NAT gateway, or name the service in existing= "
        "if it has an endpoint"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        PrivateEndpoints(stack, "Endpoints", vpc=vpc, workloads=[ours])
