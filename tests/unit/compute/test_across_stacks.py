"""A service whose network, cluster and load balancer are in another stack."""

from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_lambda as lambda_

from tests.templates import actions, of_type, the
from tests.unit.compute.conftest import define_service, network
from wellmade.compute import FargateWorker, ListenerRule
from wellmade.foundation import monitor


def templates(app: cdk.App) -> dict[str, dict[str, Any]]:
    return {stack.stack_name: stack.template for stack in app.synth().stacks}


@pytest.fixture
def platform(stack: cdk.Stack) -> cdk.Stack:
    return cdk.Stack(cast(cdk.App, stack.node.root), "Platform")


def test_everything_is_defined_on_the_side_that_depends(stack: cdk.Stack, platform: cdk.Stack) -> None:
    vpc = network(platform)
    cluster = ecs.Cluster(platform, "Cluster", vpc=vpc)
    balancer = elbv2.ApplicationLoadBalancer(platform, "Balancer", vpc=vpc)
    listener = balancer.add_listener(
        "Listener", port=80, default_action=elbv2.ListenerAction.fixed_response(404)
    )
    define_service(stack, vpc=None, cluster=cluster, ingress=ListenerRule(listener, priority=1))
    found = templates(cast(cdk.App, stack.node.root))
    assert of_type(found["Platform"], "AWS::ElasticLoadBalancingV2::ListenerRule") == []
    assert "ImportValue" in str(
        the(found["Test"], "AWS::ElasticLoadBalancingV2::ListenerRule")["ListenerArn"]
    )
    [into] = of_type(found["Test"], "AWS::EC2::SecurityGroupIngress")
    [out] = of_type(found["Test"], "AWS::EC2::SecurityGroupEgress")
    assert into["FromPort"] == out["FromPort"] == 8080


def test_a_function_of_another_stack_sends_to_a_worker(stack: cdk.Stack, platform: cdk.Stack) -> None:
    worker = FargateWorker(stack, "Worker", vpc=network(stack), image="invoice_worker")
    function = lambda_.Function(
        platform,
        "Sender",
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_inline("exports.handler = async () => {}"),
    )
    worker.connect(function)
    template = templates(cast(cdk.App, stack.node.root))["Platform"]
    assert "QUEUE_URL" in the(template, "AWS::Lambda::Function")["Environment"]["Variables"]
    assert actions(template, "Sender") == {"sqs:SendMessage"}


def test_works_in_a_nested_stack(stack: cdk.Stack) -> None:
    nested = cdk.NestedStack(stack, "Nested")
    worker = FargateWorker(nested, "Worker", vpc=network(stack), image="invoice_worker")
    worker.connect(define_service(stack, vpc=worker.cluster.vpc))
    assert templates(cast(cdk.App, stack.node.root))["Test"]


def test_is_shown_on_a_dashboard(stack: cdk.Stack) -> None:
    service = define_service(stack)
    worker = service.add_worker("Invoices", image="invoice_worker")
    shown = monitor(stack, service, worker)
    assert shown.composite_alarm is not None
    template = templates(cast(cdk.App, stack.node.root))["Test"]
    board = str(the(template, "AWS::CloudWatch::Dashboard")["DashboardBody"])
    assert all(title in board for title in ("Service: requests", "Invoices: messages"))
