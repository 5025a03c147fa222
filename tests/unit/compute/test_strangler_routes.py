"""Paths move from a monolith to a new service by one value, and back by the same."""

import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from tests.refusals import refusals_of
from tests.templates import of_type
from tests.unit.compute.conftest import define_service
from wellmade.compute import ListenerRule, LoadBalancedFunction, StranglerRoutes
from wellmade.foundation import RefusedError, monitor
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]
RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"


def define(stack: cdk.Stack, **options: Any) -> StranglerRoutes:
    shop = define_service(stack)
    inside = ListenerRule(shop.listener, priority=200, hosts=["next.internal"])
    invoices = LoadBalancedFunction(stack, "Invoices", function="invoice_lookup", ingress=inside)
    given = {"priority": 10, "paths": ["/invoices/*"], "service": invoices.targets, "weight": 10, **options}
    return StranglerRoutes(stack, "Routes", listener=shop.listener, monolith=shop.targets, **given)


def shared(template: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rules that share, in the order of their priorities."""
    rules = [each for each in of_type(template, RULE) if "ForwardConfig" in each["Actions"][0]]
    return sorted(rules, key=lambda each: int(each["Priority"]))


def weights(template: dict[str, Any]) -> list[int]:
    return [each["Weight"] for each in shared(template)[0]["Actions"][0]["ForwardConfig"]["TargetGroups"]]


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(define)


def test_shares_the_requests_of_a_path(template: dict[str, Any]) -> None:
    [rule] = shared(template)
    assert rule["Conditions"] == [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/invoices/*"]}}]
    assert weights(template) == [90, 10]
    sticky = rule["Actions"][0]["ForwardConfig"]["TargetGroupStickinessConfig"]
    assert sticky == {"DurationSeconds": 3600, "Enabled": True}


@pytest.mark.parametrize("weight", [0, 100])
def test_one_value_moves_all_and_takes_all_back(template: dict[str, Any], weight: int) -> None:
    moved = synthesize(lambda stack: define(stack, weight=weight))
    assert weights(moved) == [100 - weight, weight]
    # Nobody is held by a cookie at the side that has no share.
    sticky = shared(moved)[0]["Actions"][0]["ForwardConfig"].get("TargetGroupStickinessConfig", {})
    assert not sticky.get("Enabled")
    assert moved["Resources"].keys() == template["Resources"].keys()
    changed = [name for name, each in moved["Resources"].items() if each != template["Resources"][name]]
    assert [moved["Resources"][name]["Type"] for name in changed] == [RULE]


def test_many_paths_take_several_rules() -> None:
    paths = [f"/{number}/*" for number in range(7)]
    found = shared(
        synthesize(lambda stack: define(stack, paths=paths, hosts=["a.example.com", "b.example.com"]))
    )
    values = [each["Conditions"][0]["PathPatternConfig"]["Values"] for each in found]
    assert ([len(each) for each in values], [path for each in values for path in each]) == ([3, 3, 1], paths)
    assert [each["Priority"] for each in found] == [10, 11, 12]
    assert all(len(each["Conditions"][1]["HostHeaderConfig"]["Values"]) == 2 for each in found)


def test_tells_how_the_new_service_is(stack: cdk.Stack, template: dict[str, Any]) -> None:
    found = [
        each
        for each in of_type(template, "AWS::CloudWatch::Alarm")
        if "weight of its" in each["AlarmDescription"]
    ]
    assert sorted(each["MetricName"] for each in found) == ["HTTPCode_Target_5XX_Count", "UnHealthyHostCount"]
    assert all(
        {each["Name"] for each in alarm["Dimensions"]} == {"LoadBalancer", "TargetGroup"} for alarm in found
    )
    routes = define(stack, alarm_thresholds={"errors": 1, "unhealthy_targets": None})
    monitor(stack, routes)
    assert routes.alarms.by_name()["unhealthy_targets"] is None
    assert routes.metric_request_count().metric_name == "RequestCount"


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "strangler_routes")


def test_takes_what_is_imported(stack: cdk.Stack, synth: Synth) -> None:
    arn = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/{}/0123456789abcdef"
    old, new = (
        elbv2.ApplicationTargetGroup.from_target_group_attributes(
            stack, name, target_group_arn=arn.format(name)
        )
        for name in ("old", "new")
    )
    shop = define_service(stack)
    StranglerRoutes(
        stack,
        "Routes",
        listener=shop.listener,
        priority=10,
        paths=["/a"],
        monolith=old,
        service=new,
        stickiness=None,
    )
    assert weights(synth()) == [100, 0]


def test_the_new_service_and_its_routes_are_in_a_stack_of_their_own(stack: cdk.Stack) -> None:
    app = cast(cdk.App, stack.node.root)
    other = cdk.Stack(app, "Other")
    shop = define_service(stack)
    inside = ListenerRule(shop.listener, priority=200, hosts=["next.internal"])
    invoices = LoadBalancedFunction(other, "Invoices", function="invoice_lookup", ingress=inside)
    both: dict[str, Any] = {"monolith": shop.targets, "service": invoices.targets}
    StranglerRoutes(other, "Routes", listener=shop.listener, priority=10, paths=["/a"], weight=10, **both)
    template = app.synth().get_stack_by_name("Other").template
    assert weights(template) == [90, 10]
    assert stack.dependencies == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"weight": 101},
            "weight must be between 0 and 100, got 101; it is the percentage of the new service",
        ),
        ({"priority": 0}, "priority must be between 1 and 50000, got 0; no two rules have the same"),
        ({"paths": []}, "paths must be at least one pattern, got none; "),
        ({"hosts": ["a", "b", "c", "d", "e"]}, "hosts must be at most 4, got 5; "),
        (
            {"stickiness": cdk.Duration.days(8)},
            "stickiness in seconds must be between 1 and 604800, got 691200; ",
        ),
        (
            {"priority": 200},
            "priority must be another one for each rule of a listener, got 200, which Test/Invoices has; ",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(RefusedError, match=f"^Test/Routes: {re.escape(message)}"):
        define(stack, **options)


def test_refuses_a_weight_that_the_deployment_tells(stack: cdk.Stack) -> None:
    weight = cdk.CfnParameter(stack, "Weight", type="Number").value_as_number
    with pytest.raises(RefusedError, match="weight must be known when the app is synthesized, got one of"):
        define(stack, weight=weight)


def test_refuses_one_side_for_both(stack: cdk.Stack) -> None:
    shop = define_service(stack)
    both: dict[str, Any] = {"monolith": shop.targets, "service": shop.targets}
    with pytest.raises(
        RefusedError, match="service must be another one than monolith, got the same target group"
    ):
        StranglerRoutes(stack, "Routes", listener=shop.listener, priority=10, paths=["/a"], **both)


def test_an_override_with_an_action_of_another_kind_is_no_loss_of_shares(
    stack: cdk.Stack, synth: Synth
) -> None:
    routes = define(stack)
    resource = cast(elbv2.CfnListenerRule, routes.rules[0].node.default_child)
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
    resource.add_override("Properties.Actions", [answer])
    assert [answer] in [each["Actions"] for each in of_type(synth(), RULE)]


def test_refuses_an_override_that_leaves_nobody_a_share(stack: cdk.Stack) -> None:
    routes = define(stack)
    resource = cast(elbv2.CfnListenerRule, routes.rules[0].node.default_child)
    resource.add_override("Properties.Actions.0.ForwardConfig.TargetGroups.0.Weight", 0)
    resource.add_override("Properties.Actions.0.ForwardConfig.TargetGroups.1.Weight", 0)
    with pytest.raises(RuntimeError):
        cast(cdk.App, stack.node.root).synth()
    assert [error.rule for error in refusals_of(stack)] == ["forward-weight"]
