"""A stack's costs are told on the way to their limit, what exceeds it starts nothing new, and all of it has an owner."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs

from tests.templates import of_type, statements, the
from wellmade.facts.actions import exists
from wellmade.facts.cost_control import STARTS_CAPACITY
from wellmade.foundation import RefusedError, suppress
from wellmade.governance import CostGuard
from wellmade.prove.policy import Authorizer, Policy, Request
from wellmade.testing import synthesize

BUDGET, ACTION = "AWS::Budgets::Budget", "AWS::Budgets::BudgetsAction"
MONITOR, SUBSCRIPTION = "AWS::CE::AnomalyMonitor", "AWS::CE::AnomalySubscription"
TAGS = {"team": "shop", "environment": "prod", "service": "orders", "cost-center": "cc-42"}
ARN = "arn:aws:ce::111122223333:anomalymonitor/12345678-1234-1234-1234-123456789012"


def define(stack: cdk.Stack, **options: Any) -> CostGuard:
    return CostGuard(stack, "Cost", **{"monthly_limit": 400, "tags": TAGS, **options})


def synthesized(**options: Any) -> dict[str, Any]:
    return synthesize(lambda stack: define(stack, **options))


def notices(template: Mapping[str, Any]) -> list[tuple[str, float]]:
    given = the(template, BUDGET)["NotificationsWithSubscribers"]
    return [(each["Notification"]["NotificationType"], each["Notification"]["Threshold"]) for each in given]


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesized()


def test_counts_what_bears_the_tag_of_the_stack(template: dict[str, Any]) -> None:
    budget = the(template, BUDGET)["Budget"]
    assert budget["CostFilters"] == {"TagKeyValue": ["user:service$orders"]}
    assert budget["BudgetLimit"] == {"Amount": 400, "Unit": "USD"}
    assert budget["CostTypes"] == {"IncludeCredit": False, "IncludeRefund": False}
    specification = json.loads(the(template, MONITOR)["MonitorSpecification"])
    assert specification == {"Tags": {"Key": "service", "Values": ["orders"], "MatchOptions": ["EQUALS"]}}


def test_is_replaced_under_another_name_when_a_threshold_changes(template: dict[str, Any]) -> None:
    """CloudFormation replaces the budget then, and no two may have one name."""
    assert "BudgetName" not in the(template, BUDGET)["Budget"]


def test_tells_at_each_threshold_and_of_the_forecast(template: dict[str, Any]) -> None:
    assert notices(template) == [("ACTUAL", 50), ("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]
    assert notices(synthesized(thresholds=[90]))[0] == ("ACTUAL", 90)


def test_everything_is_told_on_the_topic_of_the_alarms(template: dict[str, Any]) -> None:
    [topic] = [name for name, r in template["Resources"].items() if r["Type"] == "AWS::SNS::Topic"]
    told = [each["Subscribers"] for each in the(template, BUDGET)["NotificationsWithSubscribers"]]
    told += [the(template, ACTION)["Subscribers"], the(template, SUBSCRIPTION)["Subscribers"]]
    assert [[each["Address"] for each in group] for group in told] == [[{"Ref": topic}]] * 6


@pytest.mark.parametrize("service", ["budgets.amazonaws.com", "costalerts.amazonaws.com"])
def test_who_tells_may_publish_and_use_the_key_for_this_account_alone(
    template: dict[str, Any], service: str
) -> None:
    topic, key = the(template, "AWS::SNS::TopicPolicy"), the(template, "AWS::KMS::Key")
    said = [*topic["PolicyDocument"]["Statement"], *key["KeyPolicy"]["Statement"]]
    found = [each for each in said if service in json.dumps(each.get("Principal"))]
    assert [each["Action"] for each in found] == ["sns:Publish", ["kms:Decrypt", "kms:GenerateDataKey*"]]
    this = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert [each["Condition"] for each in found] == [this, this]


def denied(template: Mapping[str, Any], action: str) -> bool:
    """Ask IAM's decision for an administrator to whom the policy is attached."""
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    attached = the(template, "AWS::IAM::ManagedPolicy")["PolicyDocument"]
    policies = [Policy.parse({"Statement": [everything]}, "Admin"), Policy.parse(attached, "Denial")]
    return not Authorizer(policies).decide(Request(action, "*")).allowed


def test_denies_what_begins_to_cost_by_the_hour_and_nothing_else(template: dict[str, Any]) -> None:
    assert [action for action in STARTS_CAPACITY if not exists(action)] == []
    assert all(denied(template, action) for action in STARTS_CAPACITY)
    others = (
        "lambda:UpdateFunctionCode",
        "ec2:TerminateInstances",
        "rds:DeleteDBInstance",
        "ecs:UpdateService",
    )
    assert not any(denied(template, action) for action in others)


def test_acts_on_the_role_that_cloudformation_deploys_with(template: dict[str, Any]) -> None:
    action = the(template, ACTION)
    assert action["ActionThreshold"] == {"Type": "PERCENTAGE", "Value": 100}
    assert (action["NotificationType"], action["ApprovalModel"]) == ("ACTUAL", "AUTOMATIC")
    [name] = action["Definition"]["IamActionDefinition"]["Roles"]
    assert name["Fn::Join"][1][0] == "cdk-hnb659fds-cfn-exec-role-"


def test_limits_the_role_of_the_qualifier_that_the_app_is_deployed_with() -> None:
    app = cdk.App(context={"@aws-cdk/core:bootstrapQualifier": "shop"}, analytics_reporting=False)
    define(cdk.Stack(app, "Test"))
    template = app.synth().get_stack_by_name("Test").template
    [name] = the(template, ACTION)["Definition"]["IamActionDefinition"]["Roles"]
    assert name["Fn::Join"][1][0] == "cdk-shop-cfn-exec-role-"
    assert "hnb659fds" not in json.dumps(template)


def test_the_role_attaches_that_policy_to_that_role_alone(template: dict[str, Any]) -> None:
    [may] = statements(template, "ActionRole")
    policy = the(template, ACTION)["Definition"]["IamActionDefinition"]["PolicyArn"]
    assert may["Action"] == ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
    assert may["Condition"] == {"ArnEquals": {"iam:PolicyARN": policy}}
    assert ":role/cdk-hnb659fds-cfn-exec-role-" in json.dumps(may["Resource"])
    [trust] = the(template, "AWS::IAM::Role")["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "budgets.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_limits_the_roles_that_are_given_once_somebody_approves() -> None:
    def build(stack: cdk.Stack) -> None:
        role = iam.Role(stack, "Builders", assumed_by=iam.AccountRootPrincipal())
        define(stack, limited_roles=[role], approval_model="MANUAL")

    action = the(synthesize(build), ACTION)
    [name] = action["Definition"]["IamActionDefinition"]["Roles"]
    assert name["Ref"].startswith("Builders")
    assert action["ApprovalModel"] == "MANUAL"


@pytest.mark.parametrize(("given", "least"), [(None, "40"), (0, "0"), (12.5, "12.5")])
def test_tells_of_anomalies_from_a_sum_on(given: float | None, least: str) -> None:
    subscription = the(synthesized(anomaly_threshold=given), SUBSCRIPTION)
    assert json.loads(subscription["ThresholdExpression"])["Dimensions"]["Values"] == [least]
    assert subscription["Frequency"] == "IMMEDIATE"


def test_takes_the_monitor_that_the_account_has() -> None:
    made = synthesized(anomaly_monitor=ARN)
    assert of_type(made, MONITOR) == []
    assert the(made, SUBSCRIPTION)["MonitorArnList"] == [ARN]


def test_tags_everything_in_the_stack() -> None:
    def build(stack: cdk.Stack) -> None:
        sqs.Queue(stack, "Queue")
        define(stack, tags={**TAGS, "owner": "mail"})

    tags = the(synthesize(build), "AWS::SQS::Queue")["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {**TAGS, "owner": "mail"}


@pytest.mark.parametrize("region", ["cn-north-1", "eu-west-1"])
def test_is_written_for_the_partition(region: str) -> None:
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    stack = cdk.Stack(app, "Test", env=cdk.Environment(account="111122223333", region=region))
    define(stack, currency="CNY")
    text = json.dumps(app.synth().get_stack_by_name("Test").template["Resources"])
    assert "arn:aws:" not in text
    assert '"Unit": "CNY"' in text


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "cost_guard")


OWNER = "so that each line of the bill has an owner"
ALL = "tags must be given for team, environment, service, cost-center"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"monthly_limit": 0}, "monthly_limit must be above 0, got 0; give what the stack may cost a month"),
        ({"tags": {**TAGS, "team": " "}}, f"{ALL}, got no team; add team=…, {OWNER}"),
        ({"tags": {"team": "shop"}}, f"{ALL}, got no environment; add environment=…, {OWNER}"),
        (
            {"counted_tag": "project"},
            "counted_tag must be one of team, environment, service, cost-center, got 'project'; "
            "name one of the tags",
        ),
        (
            {"tags": {**TAGS, "service": cdk.Aws.STACK_NAME}},
            "tag service must be known when the app is synthesized, "
            "got a value that is known at deployment only; write it as text: a budget compares texts",
        ),
        (
            {"thresholds": []},
            "thresholds must be between 1 and 9 different percentages, got []; leave it out for 50, 80 and 100",
        ),
        (
            {"thresholds": [80, 80]},
            "thresholds must be between 1 and 9 different percentages, got [80, 80]; "
            "leave it out for 50, 80 and 100",
        ),
        (
            {"thresholds": [0, 80]},
            "each of thresholds must be between 0.1 and 1000, got 0; give percentages of the limit",
        ),
        (
            {"anomaly_threshold": -1},
            "anomaly_threshold must be 0 or more, got -1; leave it out for a tenth of the limit",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(RefusedError, match=f"^{re.escape(f'Test/Cost: {message}')}$"):
        define(stack, **options)


LATER = -1.8881545897087827e289
"""How CDK writes a number that only the deployment knows, of a parameter for example."""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"monthly_limit": LATER},
            "given, got nothing; give it: a tenth of what is known at deployment only cannot be written",
        ),
        (
            {"anomaly_threshold": LATER},
            "known when the app is synthesized, got a value that is known at deployment only; "
            "write it as a number: it is part of a text",
        ),
    ],
)
def test_refuses_an_anomaly_that_nobody_can_compute(
    stack: cdk.Stack, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(
        RefusedError, match=f"^{re.escape(f'Test/Cost: anomaly_threshold must be {message}')}$"
    ):
        define(stack, **options)


def test_takes_a_limit_from_a_parameter() -> None:
    def limited(stack: cdk.Stack) -> None:
        limit = cdk.CfnParameter(stack, "Limit", type="Number").value_as_number
        define(stack, monthly_limit=limit, anomaly_threshold=40)

    budget = the(synthesize(limited), BUDGET)["Budget"]
    assert budget["BudgetLimit"]["Amount"] == {"Ref": "Limit"}


def test_refuses_at_synth_what_has_no_owner(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    define(stack)
    cdk.Tags.of(sqs.Queue(stack, "Queue")).remove("team", priority=900)
    message = (
        "Test/Cost: tags must be on everything that takes them: team, environment, service, cost-center, "
        "got AWS::SQS::Queue without team; take back what removes it from Test/Queue/Resource, "
        "or suppress untagged there"
    )
    assert message in refused()


def test_refuses_at_synth_overrides(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    group = logs.CfnLogGroup(stack, "Log", retention_in_days=7)
    define(stack)
    group.add_property_deletion_override("Tags")
    assert "got AWS::Logs::LogGroup without team, environment, service, cost-center; " in refused()


def test_takes_a_reason_for_what_has_no_tags(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    define(stack)
    queue = sqs.Queue(stack, "Queue")
    cdk.Tags.of(queue).remove("team", priority=900)
    suppress(queue, {"untagged": "Its tags are read by a tool of ours."})
    assert synth()
