"""One page that tells whether work gets done."""

from collections.abc import Mapping, Sequence
from typing import cast

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from wellmade.foundation.queue_consumer import QueueConsumer


def define_dashboard(
    scope: Construct, construct_id: str, *, workers: Mapping[str, QueueConsumer]
) -> cloudwatch.Dashboard:
    """Define a dashboard with the alarms first, then a row a worker: what waits, what failed, how long.

    Args:
        scope: Where it is defined.
        construct_id: Its id.
        workers: The workers by the heading of their row.
    """
    alarms = [alarm for worker in workers.values() for alarm in worker.alarms]
    dashboard = cloudwatch.Dashboard(scope, construct_id)
    dashboard.add_widgets(
        cloudwatch.AlarmStatusWidget(
            alarms=cast(Sequence[cloudwatch.IAlarm], alarms), title="Alarms", width=24, height=3
        )
    )
    for name, worker in workers.items():
        dashboard.add_widgets(*_row(name, worker))
    return dashboard


def _row(name: str, worker: QueueConsumer) -> list[cloudwatch.IWidget]:
    function = worker.function.function
    graphs = {
        "waiting and set aside": [
            worker.queue.metric_approximate_number_of_messages_visible(label="waiting"),
            worker.dead_letter_queue.metric_approximate_number_of_messages_visible(label="set aside"),
        ],
        "failures": [function.metric_errors(), function.metric_throttles()],
        "duration": [function.metric_duration(statistic="p50"), function.metric_duration(statistic="p99")],
    }
    return [
        cast(
            cloudwatch.IWidget,
            cloudwatch.GraphWidget(
                title=f"{name}: {title}", left=cast(Sequence[cloudwatch.IMetric], metrics), width=8
            ),
        )
        for title, metrics in graphs.items()
    ]
