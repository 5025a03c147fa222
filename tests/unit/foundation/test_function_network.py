import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs

from tests.templates import of_type, statements
from tests.unit.foundation.networks import network
from wellmade.api import LambdaApi, NoAuthorizer
from wellmade.compute import Ingress, WebService
from wellmade.foundation import OnDemandTable, PythonFunction
from wellmade.testing import synthesize

TOPIC = "arn:aws:sns:eu-west-1:111111111111:orders"


def define(stack: cdk.Stack, **options: Any) -> PythonFunction:
    return PythonFunction(stack, "Import", code="order_worker", vpc=network(stack, **options))


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


def by_attached_policy(stack: cdk.Stack, function: PythonFunction) -> None:
    assert function.role
    statement = iam.PolicyStatement(actions=["sns:Publish"], resources=[TOPIC])
    function.role.add_managed_policy(iam.ManagedPolicy(stack, "Policy", statements=[statement]))


def by_policy_that_names_it(stack: cdk.Stack, function: PythonFunction) -> None:
    assert function.role
    statement = iam.PolicyStatement(actions=["sns:Publish"], resources=[TOPIC])
    iam.ManagedPolicy(stack, "Policy", statements=[statement], roles=[function.role])


def by_policy_of_aws(_: cdk.Stack, function: PythonFunction) -> None:
    assert function.role
    function.role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name("AmazonSNSFullAccess"))


def by_api_without_signatures(stack: cdk.Stack, function: PythonFunction) -> None:
    everybody = NoAuthorizer("The sender signs its body.")
    LambdaApi(stack, "Api", function="order_intake", routes=["POST /o"], authorizer=everybody).connect(
        function
    )


def by_public_service(stack: cdk.Stack, function: PythonFunction) -> None:
    [vpc] = [each for each in stack.node.children if isinstance(each, ec2.Vpc)]
    arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1"
    certificate = acm.Certificate.from_certificate_arn(stack, "Certificate", arn)
    WebService(stack, "Shop", vpc=vpc, image="order_api", ingress=Ingress(certificate=certificate)).connect(
        function
    )


@pytest.mark.parametrize(
    "call",
    [
        by_attached_policy,
        by_policy_that_names_it,
        by_policy_of_aws,
        by_api_without_signatures,
        by_public_service,
    ],
)
def test_lets_tls_out_however_it_comes_to_call(call: Callable[[cdk.Stack, PythonFunction], None]) -> None:
    def calling(stack: cdk.Stack) -> None:
        call(stack, define(stack))

    template = synthesize(calling)
    [group] = [g for g in of_type(template, "AWS::EC2::SecurityGroup") if g["GroupDescription"] == "Import"]
    assert [(rule["FromPort"], rule["ToPort"]) for rule in group["SecurityGroupEgress"]] == [(443, 443)]


def test_refuses_a_call_from_subnets_without_the_way_out_that_others_have(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    kinds = {
        "public": ec2.SubnetType.PUBLIC,
        "private": ec2.SubnetType.PRIVATE_WITH_EGRESS,
        "isolated": ec2.SubnetType.PRIVATE_ISOLATED,
    }
    subnets = [ec2.SubnetConfiguration(name=name, subnet_type=kind) for name, kind in kinds.items()]
    vpc = network(stack, subnet_configuration=subnets)
    isolated = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    PythonFunction(stack, "Import", code="order_worker", vpc=vpc, vpc_subnets=isolated).allow(
        ["sns:Publish"], [TOPIC]
    )
    assert "sns:Publish would hang" in refused()


def test_grants_interfaces_in_its_own_subnets_and_group() -> None:
    granted = list(statements(synthesize(define), "ImportRole"))
    by_action = {str(s["Action"]): s["Resource"] for s in granted}
    assert len(by_action["ec2:CreateNetworkInterface"]) == 4
    changes = ["ec2:AssignPrivateIpAddresses", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"]
    assert "network-interface/*" in str(by_action[str(changes)])
    assert by_action[str(["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"])] == "*"


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


def test_opens_the_way_out_whatever_grants(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    sqs.Queue(stack, "Queue").grant_send_messages(define(stack))
    [group] = of_type(synth(), "AWS::EC2::SecurityGroup")
    assert [(rule["FromPort"], rule["ToPort"]) for rule in group["SecurityGroupEgress"]] == [(443, 443)]


def test_takes_subnets_and_groups_of_the_user(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Theirs",
        vpc_id="vpc-1",
        availability_zones=["a", "b"],
        private_subnet_ids=["subnet-1", "subnet-2"],
    )
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")
    only = ec2.SubnetSelection(availability_zones=["a"], subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
    function = PythonFunction(
        stack, "Import", code="order_worker", vpc=vpc, vpc_subnets=only, security_groups=[group]
    )
    function.allow(["sns:Publish"], [TOPIC])
    template = synth()
    [properties] = of_type(template, "AWS::Lambda::Function")
    assert properties["VpcConfig"] == {"SecurityGroupIds": ["sg-1"], "SubnetIds": ["subnet-1"]}
    assert of_type(template, "AWS::EC2::SecurityGroup") == []
    granted = {str(s["Action"]): s["Resource"] for s in statements(template, "ImportRole")}
    assert "subnet/subnet-1" in str(granted["ec2:CreateNetworkInterface"])
    assert "security-group/sg-1" in str(granted["ec2:CreateNetworkInterface"])


@pytest.mark.parametrize("option", ["vpc_subnets", "security_groups"])
def test_refuses_network_options_without_their_network(stack: cdk.Stack, option: str) -> None:
    given: dict[str, Any] = {"vpc_subnets": ec2.SubnetSelection(), "security_groups": []}
    message = f"Test/Import: {option} must be given with vpc, got it alone; give the vpc that it belongs to"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        PythonFunction(stack, "Import", code="order_worker", **{option: given[option]})
