import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from tests.templates import ids_of, of_type, statements, the
from tests.unit.compute.conftest import network, public
from wellmade.compute import Ingress, ListenerRule, LoadBalancedFunction
from wellmade.foundation import OnDemandTable, PythonFunction
from wellmade.testing import synthesize

GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"


def define(stack: cdk.Stack, **options: Any) -> LoadBalancedFunction:
    vpc = options.pop("vpc") if "vpc" in options else network(stack)
    entry = options.pop("ingress") if "ingress" in options else public(stack)
    given = {"vpc": vpc, "ingress": entry, "function": "invoice_lookup", **options}
    return LoadBalancedFunction(stack, "Invoices", **given)


def their_listener(stack: cdk.Stack, **options: Any) -> elbv2.ApplicationListener:
    balancer = elbv2.ApplicationLoadBalancer(stack, "Theirs", vpc=network(stack), **options)
    answer = elbv2.ListenerAction.fixed_response(404)
    return balancer.add_listener("Web", port=80, open=False, default_action=answer)


def plain(stack: cdk.Stack, timeout: int = 30) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Plain",
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_inline("exports.handler = () => 1"),
        timeout=cdk.Duration.seconds(timeout),
    )


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    def with_table(stack: cdk.Stack) -> None:
        function = define(stack)
        table = OnDemandTable(stack, "Table", partition_key="pk")
        table.connect(function, actions=["dynamodb:GetItem"])

    return synthesize(with_table)


def test_all_values_of_a_header_come_and_the_function_is_not_asked_how_it_is(
    template: dict[str, Any],
) -> None:
    [group] = of_type(template, GROUP)
    attributes = {each["Key"]: each["Value"] for each in group["TargetGroupAttributes"]}
    assert attributes["lambda.multi_value_headers.enabled"] == "true"
    assert group["HealthCheckEnabled"] is False
    assert group["TargetType"] == "lambda"


def test_one_load_balancer_lets_in_one_target_group_and_before_it_is_registered(
    template: dict[str, Any],
) -> None:
    [permission] = of_type(template, "AWS::Lambda::Permission")
    [name] = ids_of(template, "AWS::Lambda::Permission")
    [group] = [each for each in template["Resources"].values() if each["Type"] == GROUP]
    assert permission["Principal"] == "elasticloadbalancing.amazonaws.com"
    assert f":targetgroup/{group['Properties']['Name']}/*" in str(permission["SourceArn"])
    assert name in group["DependsOn"]
    assert group["Properties"]["Targets"] == [{"Id": permission["FunctionName"]}]


def test_the_load_balancer_waits_longer_than_the_function_runs() -> None:
    entry = Ingress(public=False, longest_request=cdk.Duration.minutes(4))
    made = synthesize(lambda stack: define(stack, ingress=entry))
    attributes = the(made, BALANCER)["LoadBalancerAttributes"]
    assert {"Key": "idle_timeout.timeout_seconds", "Value": "245"} in attributes
    assert the(made, "AWS::Lambda::Function")["Timeout"] == 240


def test_asks_how_it_is_where_it_is_to() -> None:
    entry = Ingress(public=False, health_check_path="/up")
    [group] = of_type(synthesize(lambda stack: define(stack, ingress=entry, health_check=True)), GROUP)
    assert (group["HealthCheckEnabled"], group["HealthCheckPath"]) == (True, "/up")
    assert group["HealthCheckTimeoutSeconds"] < group["HealthCheckIntervalSeconds"]


def test_grants_one_action_on_one_table(template: dict[str, Any]) -> None:
    granted = [each for each in statements(template, "InvoicesHandlerRole") if "dynamodb" in str(each)]
    assert [each["Action"] for each in granted] == ["dynamodb:GetItem"]


def test_connect_tells_a_caller_and_opens_the_way_inside_the_network() -> None:
    def build(stack: cdk.Stack) -> None:
        vpc = network(stack)
        function = define(stack, vpc=vpc, ingress=Ingress(public=False))
        caller = PythonFunction(stack, "Caller", code="order_intake", vpc=vpc)
        function.connect(caller, prefix="INVOICES_")

    made = synthesize(build)
    [caller] = [each for each in of_type(made, "AWS::Lambda::Function") if "VpcConfig" in each]
    assert "INVOICES_SERVICE_URL" in caller["Environment"]["Variables"]
    assert [each["ToPort"] for each in of_type(made, "AWS::EC2::SecurityGroupIngress")] == [80]


def test_shares_a_listener_with_services() -> None:
    def build(stack: cdk.Stack) -> None:
        rule = ListenerRule(their_listener(stack), priority=7, paths=["/invoices/*"])
        LoadBalancedFunction(stack, "Invoices", function=plain(stack), ingress=rule)

    made = synthesize(build)
    assert len(of_type(made, BALANCER)) == 1
    rule = the(made, "AWS::ElasticLoadBalancingV2::ListenerRule")
    assert rule["Actions"][0]["TargetGroupArn"] == {"Ref": ids_of(made, GROUP)[0]}
    for alarm in of_type(made, "AWS::CloudWatch::Alarm"):
        if alarm["Namespace"] == "AWS/ApplicationELB":
            assert {each["Name"] for each in alarm["Dimensions"]} == {"LoadBalancer", "TargetGroup"}


def test_takes_a_load_balancer_and_a_key_of_ones_own() -> None:
    def build(stack: cdk.Stack) -> None:
        vpc = network(stack)
        balancer = elbv2.ApplicationLoadBalancer(stack, "Theirs", vpc=vpc)
        define(
            stack,
            vpc=None,
            load_balancer=balancer,
            ingress=Ingress(public=False),
            encryption_key=kms.Key(stack, "Key"),
        )

    made = synthesize(build)
    assert len(of_type(made, BALANCER)) == 1
    assert "KmsKeyArn" in the(made, "AWS::Lambda::Function")


def test_takes_an_alias_and_an_imported_function() -> None:
    def build(stack: cdk.Stack) -> None:
        listener = their_listener(stack)
        alias = lambda_.Alias(stack, "Live", alias_name="live", version=plain(stack).current_version)
        arn = "arn:aws:lambda:eu-west-1:111111111111:function:theirs"
        imported = lambda_.Function.from_function_arn(stack, "Imported", arn)
        for number, function in enumerate((alias, imported), start=1):
            rule = ListenerRule(listener, priority=number, paths=[f"/{number}"])
            LoadBalancedFunction(stack, f"Function{number}", function=function, ingress=rule)

    made = synthesize(build)
    targets = [each["Targets"][0]["Id"] for each in of_type(made, GROUP)]
    assert "arn:aws:lambda:eu-west-1:111111111111:function:theirs" in targets
    assert {"Ref": ids_of(made, "AWS::Lambda::Alias")[0]} in targets


def test_the_listener_may_be_of_another_stack_and_the_function_too() -> None:
    app = cdk.App()
    one, two, three = (cdk.Stack(app, name) for name in ("One", "Two", "Three"))
    rule = ListenerRule(their_listener(one), priority=1, paths=["/x"])
    LoadBalancedFunction(three, "Invoices", function=plain(two), ingress=rule)
    made = app.synth()
    assert not of_type(made.get_stack_by_name("Two").template, "AWS::Lambda::Permission")
    assert the(made.get_stack_by_name("Three").template, "AWS::Lambda::Permission")


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_names_the_partition(region: str, partition: str) -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "Shop", env=cdk.Environment(account="111122223333", region=region))
    define(stack, ingress=Ingress(public=False))
    [permission] = of_type(app.synth().get_stack_by_name("Shop").template, "AWS::Lambda::Permission")
    assert partition in str(permission["SourceArn"]) or "AWS::Partition" in str(permission["SourceArn"])


def test_keeps_its_name_in_a_stage() -> None:
    def name(scope: cdk.App | cdk.Stage) -> str:
        stack = cdk.Stack(scope, "Shop", stack_name="shop")
        define(stack, ingress=Ingress(public=False))
        synth = scope.synth()
        [group] = of_type(synth.get_stack_artifact(stack.artifact_id).template, GROUP)
        assert len(group["Name"]) <= 32
        return cast(str, group["Name"])

    assert name(cdk.App()) == name(cdk.Stage(cdk.App(), "Test"))


REFUSED: dict[str, tuple[Callable[[cdk.Stack], object], str]] = {
    "no network": (
        lambda stack: define(stack, vpc=None),
        "Test/Invoices: vpc must be given where a load balancer is defined, got None; "
        "or give load_balancer, or ingress=ListenerRule(listener, priority=…)",
    ),
    "no certificate": (
        lambda stack: define(stack, ingress=Ingress()),
        "Test/Invoices: ingress must be given a certificate, or a domain with its hosted zone, "
        "got neither; give one of them, or public=False for a service inside the network",
    ),
    "too long": (
        lambda stack: define(stack, ingress=Ingress(public=False, longest_request=cdk.Duration.minutes(16))),
        "Test/Invoices: ingress.longest_request must be between 1 and 900, got 960; "
        "answer 202 and hand longer work to a queue: AsyncApi",
    ),
    "no path": (
        lambda stack: define(stack, ingress=Ingress(public=False, health_check_path="up")),
        "Test/Invoices: ingress.health_check_path must be a path such as /health, got 'up'; begin it with /",
    ),
    "function outlasts": (
        lambda stack: define(stack, function=plain(stack, timeout=90), ingress=Ingress(public=False)),
        "Test/Invoices: timeout of Test/Plain must be at most 35 s, which is how long the load "
        "balancer waits, got 90 s; shorten it, or raise the load balancer's idle timeout",
    ),
    "their load balancer waits less": (
        lambda stack: LoadBalancedFunction(
            stack,
            "Invoices",
            function=plain(stack, timeout=70),
            ingress=ListenerRule(their_listener(stack), priority=1),
        ),
        "Test/Invoices: timeout of Test/Plain must be at most 60 s, which is how long the load "
        "balancer waits, got 70 s; shorten it, or raise the load balancer's idle timeout",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    build, message = REFUSED[case]
    with pytest.raises(Exception, match=re.escape(message)):
        synthesize(lambda stack: cast(None, build(stack)))


def test_an_override_is_judged_too() -> None:
    def build(stack: cdk.Stack) -> None:
        made = define(stack, ingress=Ingress(public=False))
        resource = cast(lambda_.CfnFunction, made.function.node.default_child)
        resource.add_property_override("Timeout", 36)

    with pytest.raises(Exception, match="must be at most 35 s"):
        synthesize(build)


def test_alarms_have_thresholds_and_can_be_left_out() -> None:
    found = {}

    def build(stack: cdk.Stack) -> None:
        made = define(
            stack, ingress=Ingress(public=False), alarm_thresholds={"latency": 3, "failed_requests": None}
        )
        found.update(made.alarms.by_name())
        assert [graph.title for graph in made.graphs] == ["requests", "response time", "function"]

    made = synthesize(build)
    assert found["failed_requests"] is None
    [latency] = [
        each
        for each in of_type(made, "AWS::CloudWatch::Alarm")
        if each.get("MetricName") == "TargetResponseTime"
    ]
    assert (latency["Threshold"], latency["ExtendedStatistic"]) == (3, "p99")


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "load_balanced_function")
