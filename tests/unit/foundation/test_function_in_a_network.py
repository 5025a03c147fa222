import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2

from tests.unit.compute.conftest import network, of_type, statements
from wellmade.foundation import OnDemandTable, PythonFunction
from wellmade.testing import synthesize

TOPIC = "arn:aws:sns:eu-west-1:111111111111:orders"


def define(stack: cdk.Stack, **options: Any) -> PythonFunction:
    return PythonFunction(stack, "Import", package="order_worker", vpc=network(stack, **options))


def isolated(stack: cdk.Stack) -> PythonFunction:
    kind = ec2.SubnetType.PRIVATE_ISOLATED
    return define(stack, subnet_configuration=[ec2.SubnetConfiguration(name="isolated", subnet_type=kind)])


def test_promises_private_subnets_and_a_group_that_lets_nothing_out() -> None:
    template = synthesize(define)
    [function] = of_type(template, "AWS::Lambda::Function")
    assert all("Private" in subnet["Ref"] for subnet in function["VpcConfig"]["SubnetIds"])
    [group] = of_type(template, "AWS::EC2::SecurityGroup")
    assert [rule["CidrIp"] for rule in group["SecurityGroupEgress"]] == ["255.255.255.255/32"]
    assert "SecurityGroupIngress" not in group


def test_lets_tls_out_once_the_handler_calls_a_service() -> None:
    def calling(stack: cdk.Stack) -> None:
        function = define(stack)
        function.allow(["sns:Publish"], [TOPIC])
        function.allow(["sns:Publish"], [f"{TOPIC}-2"])

    [group] = of_type(synthesize(calling), "AWS::EC2::SecurityGroup")
    assert [(rule["FromPort"], rule["ToPort"]) for rule in group["SecurityGroupEgress"]] == [(443, 443)]


def test_grants_interfaces_in_its_own_subnets_and_group() -> None:
    granted = statements(synthesize(define), "ImportRole")
    by_action = {str(s["Action"]): s["Resource"] for s in granted}
    assert len(by_action["ec2:CreateNetworkInterface"]) == 4
    assert "network-interface/*" in str(by_action["ec2:DeleteNetworkInterface"])
    assert by_action["ec2:DescribeNetworkInterfaces"] == "*"


def test_refuses_a_call_that_has_no_way_out(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    isolated(stack).allow(["sns:Publish"], [TOPIC])
    message = "Test/Import: vpc must be a network with an endpoint for sns, got one with neither it nor a NAT gateway: sns:Publish would hang; add the endpoint, or give the network a NAT gateway"
    assert message in refused()


def test_takes_a_gateway_endpoint_for_a_way(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    function = isolated(stack)
    function.allow(["dynamodb:PutItem"], [OnDemandTable(stack, "Table", partition_key="pk").table_arn])
    [vpc] = [c for c in stack.node.children if isinstance(c, ec2.Vpc)]
    vpc.add_gateway_endpoint("Tables", service=ec2.GatewayVpcEndpointAwsService.DYNAMODB)
    assert of_type(synth(), "AWS::EC2::VPCEndpoint")


def test_refuses_to_be_let_in_without_a_network(stack: cdk.Stack) -> None:
    function = PythonFunction(stack, "Import", package="order_worker")
    message = "Test/Import: vpc must be given before others let the function in, got None; give the network whose resources it is to reach"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        _ = function.connections
