"""What a stack may cost a month: who is told on the way there, and what happens then."""

import json
from collections.abc import Mapping, Sequence
from typing import Literal

from aws_cdk import Tags
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_ce as ce
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from wellmade.foundation.alarm_topic import alarm_topic
from wellmade.foundation.encrypted_topic import let_service_publish
from wellmade.governance.cost_guard_rules import TagRules, refuse_wrong_limits, refuse_wrong_tags
from wellmade.governance.spending_stop import define_stop
from wellmade.kit.lookups import settle, stack_of
from wellmade.kit.synth_checks import check_at_synth

BUDGETS, ANOMALIES = "budgets.amazonaws.com", "costalerts.amazonaws.com"
THRESHOLDS = (50, 80, 100)


class CostGuard(Construct):
    """Tell what a stack costs before the bill does, and start no new capacity once its limit is reached.

    Defines: monthly budget of what bears the stack's tag, with notices at 50, 80 and 100 % and where the
    forecast is over the limit; action at 100 %, its role and the policy that it attaches; anomaly monitor of
    the same costs and its subscription; tags of everything in the stack. All of it publishes to the topic
    that the stack's alarms publish to.

    The action attaches a denial of what begins to cost by the hour, such as `ec2:RunInstances` and
    `rds:CreateDBInstance`, to the role that CloudFormation deploys with: what runs goes on running and
    scaling, deployments that add no such capacity go on, and those that do, or that change a group of
    instances, fail with the name of the policy.

    A budget sees a tag once it is activated for cost allocation, by the account that pays, and from then on
    only; figures come 8 to 12 hours late. So a guard is no brake for a loop of functions: a maximum
    concurrency is. AWS lets the account that pays alone define an anomaly monitor by tag: in another account
    give the monitor of services that it has.

    Runbook:
        50 % or 80 % early in the month: open Cost Explorer for the tag, by service and by day, and compare
        with `wellmade cost`. A forecast over the limit is AWS's guess from the days before: look for what
        changed, not for the sum.
        100 %: the action ran, and deployments of new capacity fail with an explicit deny of the statement
        `BudgetIsSpent`. Raise `monthly_limit` and deploy, or take the action back on the
        page of the budget ("Reverse action"): it also ends by itself when the next month begins.
        An anomaly: the message has the service, the account, the region and the usage that rose.
        Nothing was told: the tag is not activated, or the topic has no confirmed subscription.

    Example:
        tags = {"team": "shop", "environment": "prod", "service": "orders", "cost-center": "cc-42"}
        CostGuard(self, "Cost", monthly_limit=400, tags=tags)

    Args:
        monthly_limit: What the stack may cost a month.
        tags: Of everything in the stack: `team`, `environment`, `service` and `cost-center`, and more.
        counted_tag: Which of them tells what the budget counts; with `environment` it counts all stacks of
            one. Default: `service`.
        thresholds: At which percentages of the limit somebody is told, the action's own included; nine at
            most. Default: 50, 80 and 100.
        limited_roles: What the action attaches the denial to. Default: the role that CloudFormation deploys
            with for the CDK, of the qualifier in the app's context, else `hnb659fds`.
        approval_model: `AUTOMATIC`, or `MANUAL` where somebody approves the action first. Default:
            `AUTOMATIC`.
        anomaly_monitor: ARN of an anomaly monitor that the account has. Default: one of the counted tag is
            defined, which the account that pays alone can.
        anomaly_threshold: From which sum above what was expected an anomaly is told. Default: a tenth of
            the limit.
        currency: Of the sums; `CNY` in China. Default: `USD`.

    Raises:
        RefusedError: If a tag is missing, the limit or a threshold cannot be; at synth also if something in
            the stack that takes tags lacks them.
    """

    budget: budgets.CfnBudget
    """The budget; CloudFormation names it, since a change of its thresholds makes a new one."""
    action: budgets.CfnBudgetsAction
    """What happens at 100 %."""
    denial: iam.ManagedPolicy
    """The policy that the action attaches."""
    subscription: ce.CfnAnomalySubscription
    """Whom anomalies are told."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        monthly_limit: float,
        tags: Mapping[str, str],
        counted_tag: str = "service",
        thresholds: Sequence[float] = THRESHOLDS,
        limited_roles: Sequence[iam.IRole | iam.Role] = (),
        approval_model: Literal["AUTOMATIC", "MANUAL"] = "AUTOMATIC",
        anomaly_monitor: str | None = None,
        anomaly_threshold: float | None = None,
        currency: str = "USD",
    ) -> None:
        super().__init__(scope, construct_id)
        settle(self, scope, construct_id)
        refuse_wrong_limits(self, monthly_limit, thresholds, anomaly_threshold)
        refuse_wrong_tags(self, tags, counted_tag)
        self._counted = counted_tag, tags[counted_tag]
        self._topic = _told_by(self, BUDGETS, ANOMALIES)
        self.budget = self._budget(
            budgets.CfnBudget.SpendProperty(amount=monthly_limit, unit=currency), thresholds
        )
        self.denial, self.action = define_stop(
            self, budget=self.budget, topic=self._topic, roles=limited_roles, approval_model=approval_model
        )
        least = monthly_limit / 10 if anomaly_threshold is None else anomaly_threshold
        self.subscription = self._subscription(anomaly_monitor or self._monitor().attr_monitor_arn, least)
        for key, value in tags.items():
            Tags.of(stack_of(self)).add(key, value)
        check_at_synth(self, TagRules(self, tuple(tags)).broken)

    def _budget(
        self, limit: budgets.CfnBudget.SpendProperty, thresholds: Sequence[float]
    ) -> budgets.CfnBudget:
        key, value = self._counted
        return budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=limit,
                cost_filters={"TagKeyValue": [f"user:{key}${value}"]},
                # Credits and refunds would hide what is used until they are used up.
                cost_types=budgets.CfnBudget.CostTypesProperty(include_credit=False, include_refund=False),
            ),
            notifications_with_subscribers=[
                *(self._notice("ACTUAL", each) for each in thresholds),
                self._notice("FORECASTED", 100),
            ],
        )

    def _notice(self, kind: str, threshold: float) -> budgets.CfnBudget.NotificationWithSubscribersProperty:
        subscriber = budgets.CfnBudget.SubscriberProperty(
            address=self._topic.topic_arn, subscription_type="SNS"
        )
        return budgets.CfnBudget.NotificationWithSubscribersProperty(
            notification=budgets.CfnBudget.NotificationProperty(
                comparison_operator="GREATER_THAN",
                notification_type=kind,
                threshold=threshold,
                threshold_type="PERCENTAGE",
            ),
            subscribers=[subscriber],
        )

    def _monitor(self) -> ce.CfnAnomalyMonitor:
        key, value = self._counted
        return ce.CfnAnomalyMonitor(
            self,
            "Anomalies",
            monitor_name=f"{key} {value}",
            monitor_type="CUSTOM",
            monitor_specification=json.dumps(
                {"Tags": {"Key": key, "Values": [value], "MatchOptions": ["EQUALS"]}}
            ),
        )

    def _subscription(self, monitor: str, least: float) -> ce.CfnAnomalySubscription:
        over = {
            "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
            "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
            "Values": [f"{least:.12g}"],
        }
        subscriber = ce.CfnAnomalySubscription.SubscriberProperty(address=self._topic.topic_arn, type="SNS")
        return ce.CfnAnomalySubscription(
            self,
            "AnomalyMessages",
            subscription_name=" ".join(self._counted),
            frequency="IMMEDIATE",  # the only one that a topic takes
            monitor_arn_list=[monitor],
            subscribers=[subscriber],
            threshold_expression=json.dumps({"Dimensions": over}),
        )


def _told_by(scope: Construct, *services: str) -> sns.ITopic:
    """Return the alarm topic of the stack, which these services may publish to."""
    topic = alarm_topic(scope)
    for service in services:
        let_service_publish(topic, service)
    return topic
