"""One dashboard and one composite alarm for any patterns."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, cast, runtime_checkable

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct

from wellmade.foundation.alarm_topic import alarm_action
from wellmade.foundation.alarms import alarms_below
from wellmade.foundation.graphs import Graph
from wellmade.kit.lookups import default_child, offers, outermost_stack, path_of, stack_of
from wellmade.kit.refusals import refusal

MOST_CHILDREN = 100
"""Alarms that a composite alarm may name, and a widget show.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html
"""
MOST_CHARACTERS = 10_240
"""Of its rule."""
RUNBOOK = "Something in this stack needs a person. See the dashboard."
PART = "Part of the alarm over this stack, which could not name all alarms at once."
AROUND_NAME = ' OR ALARM("arn:aws-us-gov:cloudwatch:ap-southeast-1:123456789012:alarm:")'
"""What its rule holds of an alarm beside the name, at most."""
_AnyAlarm = cloudwatch.Alarm | cloudwatch.CompositeAlarm


@runtime_checkable
class Monitored(Protocol):
    """A pattern or block that tells what to show of it."""

    graphs: Sequence[Graph]
    alarms: Iterable[cloudwatch.Alarm]


class Monitor(Construct):
    """What `monitor` defines.

    Defines: dashboard with the alarms first, then a row for each construct; composite alarm over all their
    alarms and over all that this library has defined in the scope so far, such as those of a pattern's own
    tables, and more composite alarms below it where they are too many for the rule of one.

    Raises:
        RefusedError: If there is nothing to show of a construct.
    """

    dashboard: cloudwatch.Dashboard
    composite_alarm: cloudwatch.CompositeAlarm | None
    """Fires when any of the alarms does; None where there is none."""

    def __init__(self, scope: Construct, construct_id: str, constructs: Sequence[IConstruct]) -> None:
        super().__init__(scope, construct_id)
        shown = [alarm for each in constructs for alarm in _alarms_of(each)]
        alarms = list({path_of(alarm): alarm for alarm in [*shown, *alarms_below(scope)]}.values())
        self.dashboard = cloudwatch.Dashboard(self, "Dashboard")
        if alarms:
            all_alarms = cast(Sequence[cloudwatch.IAlarm], alarms)
            for first in range(0, len(all_alarms), MOST_CHILDREN):
                part = all_alarms[first : first + MOST_CHILDREN]
                self.dashboard.add_widgets(
                    cloudwatch.AlarmStatusWidget(alarms=part, title="Alarms", width=24, height=3)
                )
        for each in constructs:
            self.dashboard.add_widgets(*_row(each.node.id, _graphs_of(self, each)))
        self.composite_alarm = self._define_composite(alarms) if alarms else None

    def _define_composite(self, alarms: Sequence[cloudwatch.Alarm]) -> cloudwatch.CompositeAlarm:
        """Define one alarm over all, and one over each part of them where a rule cannot name them all."""
        parts: list[Sequence[_AnyAlarm]] = list(_parts(alarms))
        below: Sequence[_AnyAlarm] = parts[0]
        level = 0
        while len(parts) > 1:
            level += 1
            below = [
                self._any_of(part, f"Part{level}x{number}", PART) for number, part in enumerate(parts, 1)
            ]
            parts = list(_parts(below))
        composite = self._any_of(below, "Alarm", RUNBOOK)
        composite.add_alarm_action(alarm_action(self))
        return composite

    def _any_of(
        self, alarms: Sequence[_AnyAlarm], construct_id: str, description: str
    ) -> cloudwatch.CompositeAlarm:
        states = [
            cloudwatch.AlarmRule.from_alarm(cast(cloudwatch.IAlarm, each), cloudwatch.AlarmState.ALARM)
            for each in alarms
        ]
        return cloudwatch.CompositeAlarm(
            self,
            construct_id,
            alarm_rule=cloudwatch.AlarmRule.any_of(*states),
            alarm_description=description,
        )


def monitor(scope: Construct, *constructs: IConstruct, construct_id: str = "Monitor") -> Monitor:
    """Define one dashboard and one composite alarm for any patterns, blocks, functions, queues and tables.

    Args:
        scope: Where they are defined, usually the stack, at its end: the alarm stands over all alarms that
            were defined in it before.
        constructs: What is shown, a row each, under the id of the construct.
        construct_id: Their id. Default: `Monitor`.

    Raises:
        RefusedError: If there is nothing to show of one of them.
    """
    return Monitor(scope, construct_id, constructs)


def _parts(alarms: Sequence[_AnyAlarm]) -> Iterator[list[_AnyAlarm]]:
    """Split alarms, in their order, into as few parts as rules that name each of them by its ARN can hold."""
    part: list[_AnyAlarm] = []
    length = 0
    for alarm in alarms:
        more = len(AROUND_NAME) + _longest_name(alarm)
        if len(part) == MOST_CHILDREN or length + more > MOST_CHARACTERS:
            yield part
            part, length = [], 0
        part.append(alarm)
        length += more
    yield part


def _longest_name(alarm: _AnyAlarm) -> int:
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
    fix = "pass a pattern or block of wellmade, a function, a queue, a table, or what watch() defines"
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
