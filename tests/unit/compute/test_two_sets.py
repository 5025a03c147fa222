"""Services whose releases move requests between two sets of tasks: what counts, scales and tests both."""

import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from tests.templates import ids_of, of_type, the
from tests.unit.compute.conftest import define_service, network
from wellmade.compute import Ingress, ListenerRule, LoadBalancedFunction
from wellmade.foundation import monitor
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]
REQUESTS = "AWS::ElasticLoadBalancingV2::ListenerRule"
FIXED = elbv2.ListenerAction.fixed_response(404)


def balancer(stack: cdk.Stack, vpc: ec2.IVpc) -> elbv2.ApplicationLoadBalancer:
    return elbv2.ApplicationLoadBalancer(stack, "Theirs", vpc=vpc, internet_facing=True)


def listeners(stack: cdk.Stack, vpc: ec2.IVpc) -> tuple[elbv2.ApplicationListener, ...]:
    """What serves and what tests, on one load balancer of the user's."""
    theirs = balancer(stack, vpc)
    return tuple(
        theirs.add_listener(
            f"On{port}", port=port, protocol=elbv2.ApplicationProtocol.HTTP, default_action=FIXED
        )
        for port in (80, 9443)
    )


def imported(stack: cdk.Stack) -> ec2.IVpc:
    return ec2.Vpc.from_vpc_attributes(
        stack,
        "Theirs",
        vpc_id="vpc-1",
        vpc_cidr_block="10.0.0.0/16",
        availability_zones=["eu-west-1a", "eu-west-1b"],
        private_subnet_ids=["subnet-1", "subnet-2"],
        public_subnet_ids=["subnet-3", "subnet-4"],
    )


def test_counts_its_own_requests_and_not_those_of_the_whole_load_balancer(stack: cdk.Stack) -> None:
    vpc = network(stack)
    service = define_service(stack, vpc=vpc, load_balancer=balancer(stack, vpc))
    for metric in (service.metric_request_count(), service.metric_target_response_time()):
        assert isinstance(metric, cdk.aws_cloudwatch.Metric)
        assert set(metric.dimensions or {}) == {"LoadBalancer", "TargetGroup"}


def test_counts_both_sets_of_tasks(stack: cdk.Stack, synth: Synth) -> None:
    service = define_service(stack, deployment="blue-green")
    monitor(stack, service)
    count = service.metric_request_count(period=cdk.Duration.minutes(1), label="requests")
    assert isinstance(count, cdk.aws_cloudwatch.MathExpression)
    own = f"requestcount_sum_{service.node.addr[-8:]}"
    assert count.expression == f"SUM([FILL(blue_{own}, 0), FILL(green_{own}, 0)])"
    shown = str(the(synth(), "AWS::CloudWatch::Dashboard")["DashboardBody"])
    assert all(f"MAX([FILL(blue_targetresponsetime_{each}" in shown for each in ("p50", "p99"))
    assert "GreenTargets" in shown


def test_dimensions_that_are_given_are_counted_once(stack: cdk.Stack) -> None:
    service = define_service(stack, deployment="blue-green")
    given = {"LoadBalancer": "app/theirs/1", "AvailabilityZone": "eu-west-1a"}
    metric = service.metric_request_count(dimensions_map=given)
    assert isinstance(metric, cdk.aws_cloudwatch.Metric)
    assert metric.dimensions == given


def test_scales_by_the_requests_of_whichever_set_has_them() -> None:
    template = synthesize(lambda stack: define_service(stack, deployment="blue-green"))
    policies = [
        each["TargetTrackingScalingPolicyConfiguration"]
        for each in of_type(template, "AWS::ApplicationAutoScaling::ScalingPolicy")
    ]
    assert "ALBRequestCountPerTarget" not in str(policies)
    [tracked] = [each for each in policies if "CustomizedMetricSpecification" in each]
    *sets, answer = tracked["CustomizedMetricSpecification"]["Metrics"]
    assert tracked["TargetValue"] == 1000
    assert answer["Expression"] == "FILL(blue, 0) + FILL(green, 0)"
    assert {each["MetricStat"]["Metric"]["MetricName"] for each in sets} == {"RequestCountPerTarget"}


def test_a_load_balancer_of_the_users_has_a_listener_for_tests_too(stack: cdk.Stack, synth: Synth) -> None:
    vpc = network(stack)
    define_service(stack, vpc=vpc, load_balancer=balancer(stack, vpc), deployment="blue-green")
    template = synth()
    [mapping] = the(template, "AWS::ECS::Service")["LoadBalancers"]
    assert "TestListenerRule" in mapping["AdvancedConfiguration"]
    assert {each["Port"] for each in of_type(template, "AWS::ElasticLoadBalancingV2::Listener")} == {
        443,
        8443,
    }
    rules = [
        rule
        for group in of_type(template, "AWS::EC2::SecurityGroup")
        for rule in group.get("SecurityGroupIngress", [])
    ]
    assert [each["CidrIp"] for each in rules if each["FromPort"] == 8443] != ["0.0.0.0/0"]


@pytest.mark.parametrize(("port", "found"), [(9443, {80, 9443}), (None, {80})])
def test_the_port_for_tests_is_another_one_or_none(
    stack: cdk.Stack, synth: Synth, port: int | None, found: set[int]
) -> None:
    ingress = Ingress(public=False, test_port=port)
    define_service(stack, vpc=network(stack), ingress=ingress, deployment="blue-green")
    template = synth()
    assert {each["Port"] for each in of_type(template, "AWS::ElasticLoadBalancingV2::Listener")} == found
    [mapping] = the(template, "AWS::ECS::Service")["LoadBalancers"]
    assert ("TestListenerRule" in mapping["AdvancedConfiguration"]) is (port is not None)


@pytest.mark.parametrize(
    ("port", "message"),
    [
        (443, "ingress.test_port must be another one than those that serve, got 443; 8443 is usual"),
        (70_000, "ingress.test_port must be between 1 and 65535, got 70000; 8443 is usual"),
    ],
)
def test_refuses_a_port_for_tests_that_cannot_be(stack: cdk.Stack, port: int, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape('Test/Service: ' + message)}$"):
        define_service(stack, ingress=Ingress(public=False, test_port=port), deployment="blue-green")


def test_refuses_a_port_for_tests_where_nothing_would_listen_on_it(stack: cdk.Stack) -> None:
    message = (
        "Test/Service: ingress.test_port must be left out where requests do not move between two sets of tasks, "
        "got 9443; a service has two with deployment='blue-green' or a GradualRelease"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_service(stack, ingress=Ingress(public=False, test_port=9443))


def test_refuses_a_load_balancer_that_has_something_on_the_port_for_tests(stack: cdk.Stack) -> None:
    vpc = network(stack)
    theirs = balancer(stack, vpc)
    theirs.add_listener("Mine", port=8443, protocol=elbv2.ApplicationProtocol.HTTP, default_action=FIXED)
    message = (
        "Test/Service: load_balancer must be one without a listener on 8443, got one with such a listener; "
        "give another ingress.test_port, or share both: ingress=ListenerRule(…, test_listener=…)"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_service(stack, vpc=vpc, load_balancer=theirs, deployment="blue-green")


def test_tests_a_release_on_a_listener_that_others_share(stack: cdk.Stack, synth: Synth) -> None:
    vpc = network(stack)
    serving, testing = listeners(stack, vpc)
    rule = ListenerRule(serving, priority=7, hosts=["shop.example.com"], test_listener=testing)
    define_service(stack, vpc=vpc, ingress=rule, deployment="blue-green")
    template = synth()
    one, other = of_type(template, REQUESTS)
    assert one["ListenerArn"] != other["ListenerArn"]
    assert (one["Priority"], one["Conditions"]) == (other["Priority"], other["Conditions"])
    [mapping] = the(template, "AWS::ECS::Service")["LoadBalancers"]
    named = str(mapping["AdvancedConfiguration"])
    assert all(each in named for each in ids_of(template, REQUESTS))


UNUSED = (
    "ingress.test_listener must be left out where requests do not move between two sets of tasks, got one; "
    "a service has two with deployment='blue-green' or a GradualRelease"
)


def test_refuses_a_listener_for_tests_without_a_use(stack: cdk.Stack) -> None:
    vpc = network(stack)
    serving, testing = listeners(stack, vpc)
    rule = ListenerRule(serving, priority=7, test_listener=testing)
    with pytest.raises(ValueError, match=f"^{re.escape(f'Test/Service: {UNUSED}')}$"):
        define_service(stack, vpc=vpc, ingress=rule)
    with pytest.raises(ValueError, match=f"^{re.escape(f'Test/Lookup: {UNUSED}')}$"):
        LoadBalancedFunction(stack, "Lookup", function="invoice_lookup", ingress=rule)


@pytest.mark.parametrize(("which", "got"), [(0, "the one that serves"), (1, "one of another")])
def test_refuses_to_test_where_it_serves_or_on_another_load_balancer(
    stack: cdk.Stack, which: int, got: str
) -> None:
    vpc = network(stack)
    serving, _ = listeners(stack, vpc)
    elsewhere = elbv2.ApplicationLoadBalancer(stack, "Others", vpc=vpc).add_listener(
        "On9443", port=9443, protocol=elbv2.ApplicationProtocol.HTTP, default_action=FIXED
    )
    rule = ListenerRule(serving, priority=7, test_listener=(serving, elsewhere)[which])
    message = (
        "Test/Service: ingress.test_listener must be another one of the same load balancer, "
        f"got {got}; give one of another port, such as 8443"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_service(stack, vpc=vpc, ingress=rule, deployment="blue-green")


def test_rules_of_others_on_its_listener_come_before_its_own_for_every_path(
    stack: cdk.Stack, synth: Synth
) -> None:
    service = define_service(stack, deployment="blue-green")
    own = ListenerRule(service.listener, priority=1, paths=["/invoices/*"])
    LoadBalancedFunction(stack, "Lookup", function="invoice_lookup", ingress=own)
    priorities = {str(each["Conditions"]): each["Priority"] for each in of_type(synth(), REQUESTS)}
    assert sorted(priorities.values()) == [1, 50_000]


@pytest.mark.parametrize("deployment", ["rolling", "blue-green"])
def test_lets_further_ranges_of_an_imported_network_in(
    stack: cdk.Stack, synth: Synth, deployment: Any
) -> None:
    ingress = Ingress(public=False, further_cidrs=["100.64.0.0/16"])
    define_service(stack, vpc=imported(stack), ingress=ingress, deployment=deployment)
    rules = [
        rule
        for group in of_type(synth(), "AWS::EC2::SecurityGroup")
        for rule in group.get("SecurityGroupIngress", [])
    ]
    ports = {80} if deployment == "rolling" else {80, 8443}
    assert {each["FromPort"] for each in rules if each["CidrIp"] == "100.64.0.0/16"} == ports
    assert {each["FromPort"] for each in rules if each["CidrIp"] == "10.0.0.0/16"} == ports


@pytest.mark.parametrize("given", ["100.64.0.0", "0.0.0.0/0", "0.0.0.0/1"])
def test_refuses_a_range_of_no_network(stack: cdk.Stack, given: str) -> None:
    message = (
        f"Test/Service: ingress.further_cidrs must be ranges such as 100.64.0.0/16, got '{given}'; "
        "describe-vpcs lists those of a network"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_service(stack, ingress=Ingress(public=False, further_cidrs=[given]))
