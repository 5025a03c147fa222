"""One dashboard and one composite alarm for any patterns."""

from collections.abc import Iterable, Sequence
from typing import Protocol, cast, runtime_checkable

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct

from wellmade.foundation.alarm_topic import alarm_action
from wellmade.foundation.graphs import Graph
from wellmade.kit.lookups import default_child, offers, outermost_stack, stack_of
from wellmade.kit.refusals import refusal

MOST_CHILDREN = 100
"""Alarms that a composite alarm may name.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html
"""
MOST_CHARACTERS = 10_240
"""Of its rule."""
AROUND_NAME = ' OR ALARM("arn:aws-us-gov:cloudwatch:ap-southeast-1:123456789012:alarm:")'
"""What its rule holds of an alarm beside the name, at most."""


@runtime_checkable
class Monitored(Protocol):
    """A pattern or block that tells what to show of it."""

    graphs: Sequence[Graph]
    alarms: Iterable[cloudwatch.Alarm]


class Monitor(Construct):
    """What `monitor` defines.

    Defines: dashboard with the alarms first, then a row for each construct; composite alarm over all their
    alarms.

    Raises:
        RefusedError: If there is nothing to show of a construct, or there are more alarms than a composite
            alarm may name.
    """

    dashboard: cloudwatch.Dashboard
    composite_alarm: cloudwatch.CompositeAlarm | None
    """Fires when any of the alarms does; None where there is none."""

    def __init__(self, scope: Construct, construct_id: str, constructs: Sequence[IConstruct]) -> None:
        super().__init__(scope, construct_id)
        alarms = [alarm for each in constructs for alarm in _alarms_of(each)]
        self.dashboard = cloudwatch.Dashboard(self, "Dashboard")
        if alarms:
            shown = cast(Sequence[cloudwatch.IAlarm], alarms)
            self.dashboard.add_widgets(
                cloudwatch.AlarmStatusWidget(alarms=shown, title="Alarms", width=24, height=3)
            )
        for each in constructs:
            self.dashboard.add_widgets(*_row(each.node.id, _graphs_of(self, each)))
        self.composite_alarm = self._define_composite(alarms) if alarms else None

    def _define_composite(self, alarms: list[cloudwatch.Alarm]) -> cloudwatch.CompositeAlarm:
        if len(alarms) > MOST_CHILDREN:
            fix = "call monitor once for each group of them, with an id of its own"
            allowed = f"with at most {MOST_CHILDREN} alarms in all"
            raise refusal(self, "constructs", allowed, len(alarms), fix)
        self._refuse_long_rule(alarms)
        states = [
            cloudwatch.AlarmRule.from_alarm(cast(cloudwatch.IAlarm, each), cloudwatch.AlarmState.ALARM)
            for each in alarms
        ]
        composite = cloudwatch.CompositeAlarm(
            self,
            "Alarm",
            alarm_rule=cloudwatch.AlarmRule.any_of(*states),
            alarm_description="Something in this stack needs a person. See the dashboard.",
        )
        composite.add_alarm_action(alarm_action(self))
        return composite

    def _refuse_long_rule(self, alarms: Sequence[cloudwatch.Alarm]) -> None:
        """Raise where the rule, which names each alarm by its ARN, is longer than CloudWatch takes."""
        length = sum(len(AROUND_NAME) + _longest_name(each) for each in alarms)
        if length > MOST_CHARACTERS:
            fix = "call monitor once for each group of them, with an id of its own"
            allowed = f"such that a rule over their alarms has at most {MOST_CHARACTERS:,} characters"
            raise refusal(self, "constructs", allowed, f"{len(alarms)} alarms, {length:,}", fix)


def monitor(scope: Construct, *constructs: IConstruct, construct_id: str = "Monitor") -> Monitor:
    """Define one dashboard and one composite alarm for any patterns, blocks, functions, queues and tables.

    Args:
        scope: Where they are defined, usually the stack.
        constructs: What is shown, a row each, under the id of the construct.
        construct_id: Their id. Default: `Monitor`.

    Raises:
        RefusedError: If there is nothing to show of one of them, or there are more alarms than a composite
            alarm may name.
    """
    return Monitor(scope, construct_id, constructs)


def _longest_name(alarm: cloudwatch.Alarm) -> int:
    """Return the characters of the name that CloudFormation makes: stack, logical id, and 13 of its own."""
    stack = stack_of(alarm)
    resource = cast(cloudwatch.CfnAlarm, default_child(alarm))
    given = stack.resolve(resource.alarm_name)
    if isinstance(given, str):
        return len(given)
    made = f"{outermost_stack(stack).stack_name}-{stack.resolve(resource.logical_id)}-"
    return min(255, len(made) + 13)


def _alarms_of(construct: IConstruct) -> Iterable[cloudwatch.Alarm]:
    found: Iterable[cloudwatch.Alarm] = getattr(construct, "alarms", ())
    return found


def _graphs_of(scope: Construct, construct: IConstruct) -> Sequence[Graph]:
    found = getattr(construct, "graphs", None)
    if found is not None:
        return cast(Sequence[Graph], found)
    if offers(construct, "function_arn"):
        return graphs_of_function(cast(lambda_.IFunction, construct))
    if offers(construct, "queue_arn"):
        return graphs_of_queue(cast(sqs.IQueue, construct))
    if offers(construct, "table_arn"):
        return graphs_of_table(cast(dynamodb.ITable, construct))
    fix = "pass a pattern or block of wellmade, a function, a queue or a table"
    raise refusal(scope, "constructs", "something to monitor", type(construct).__name__, fix)


def graphs_of_function(function: lambda_.IFunction) -> list[Graph]:
    """Return what is shown of a function."""
    return [
        Graph("calls", [function.metric_invocations()]),
        Graph("failures", [function.metric_errors(), function.metric_throttles()]),
        Graph("duration", [function.metric_duration(statistic=each) for each in ("p50", "p99")]),
    ]


def graphs_of_queue(queue: sqs.IQueue) -> list[Graph]:
    """Return what is shown of a queue."""
    return [
        Graph("messages", [queue.metric_approximate_number_of_messages_visible()]),
        Graph("oldest message", [queue.metric_approximate_age_of_oldest_message()]),
    ]


def graphs_of_table(table: dynamodb.ITable) -> list[Graph]:
    """Return what is shown of a table."""
    return [
        Graph(
            "consumed",
            [table.metric_consumed_read_capacity_units(), table.metric_consumed_write_capacity_units()],
        ),
    ]


def _row(name: str, graphs: Sequence[Graph]) -> list[cloudwatch.IWidget]:
    width = 24 // max(1, len(graphs))
    return [
        cast(
            cloudwatch.IWidget,
            cloudwatch.GraphWidget(
                title=f"{name}: {graph.title}",
                left=cast(Sequence[cloudwatch.IMetric], list(graph.metrics)),
                width=width,
            ),
        )
        for graph in graphs
    ]
