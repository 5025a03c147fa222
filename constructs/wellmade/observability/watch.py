"""Alarms and graphs of any resource."""

from collections.abc import Callable, Sequence
from typing import Any

from constructs import Construct, IConstruct

from wellmade.foundation.alarms import Alarms, Thresholds, define_alarms
from wellmade.foundation.graphs import Graph
from wellmade.kit.lookups import node_of, offers
from wellmade.kit.refusals import refusal
from wellmade.observability.functions import watched_function
from wellmade.observability.services import (
    watched_balancer,
    watched_machine,
    watched_service,
    watched_targets,
)
from wellmade.observability.stores import watched_queue, watched_stream, watched_table
from wellmade.observability.watched import Watched

_KINDS: dict[tuple[str, ...], Callable[[Any], Watched]] = {
    ("function_arn",): watched_function,
    ("queue_arn",): watched_queue,
    ("table_arn", "table_name"): watched_table,
    ("stream_arn", "stream_name"): watched_stream,
    ("state_machine_arn",): watched_machine,
    ("service_name", "cluster"): watched_service,
    ("target_group_arn", "metrics", "register_listener"): watched_targets,
    ("load_balancer_arn", "metrics", "ip_address_type"): watched_balancer,
}
"""By the attributes that each kind of resource is known by."""


class Watch(Construct):
    """Watch a resource that was defined without this library, or in another app; `watch` defines it.

    Defines: by what the resource is, alarms with runbooks that publish to the alarm topic of the stack.

    - function: `errors`, `throttles`, `duration` (80 % of the timeout), `concurrency` (90 % of its
      reservation); where it reads a stream `iterator_age`, where its failures go somewhere
      `dead_letter_errors` or `destination_failures`
    - queue: `oldest_message`; `dead_letters` where its dead-letter queue is known; `waiting_messages` where a
      threshold is given
    - table: `read_throttles`, `write_throttles`
    - Kinesis stream: `read_throttles`, `write_throttles`, `iterator_age` (a quarter of its retention)
    - state machine: `failed_executions`, `timed_out_executions`, `throttled_executions`
    - ECS service: `cpu`, `memory` (90 % for five minutes)
    - application load balancer: `unserved_requests`, `target_errors`, `rejected_connections`
    - target group: `healthy_hosts` (none for three minutes), `unhealthy_hosts`, `target_errors`

    Example:
        failed = sqs.Queue(self, "Failed")
        dead_letters = sqs.DeadLetterQueue(queue=failed, max_receive_count=3)
        jobs = sqs.Queue(self, "Jobs", dead_letter_queue=dead_letters)
        monitor(self, watch(self, jobs, alarm_thresholds={"waiting_messages": 1000}))

    Args:
        resource: An L2 of the CDK, or an imported one.
        alarm_thresholds: By alarm the line above which it fires (`healthy_hosts`: below), or None to leave
            it out. Default: as above.

    Raises:
        RefusedError: If it is nothing of these, has alarms of its own, or a line cannot be computed and none
            is given.
    """

    alarms: Alarms
    """By name, as above."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        resource: IConstruct,
        alarm_thresholds: Thresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        watched = self._watched(resource)
        for name, reason in watched.asked.items():
            if name not in (alarm_thresholds or {}):
                fix = "give a threshold, or None to leave the alarm out"
                raise refusal(self, f"alarm_thresholds[{name!r}]", f"given where {reason}", None, fix)
        self._graphs = watched.graphs
        self.alarms = define_alarms(Alarms, self, watched.specs, alarm_thresholds)

    @property
    def graphs(self) -> Sequence[Graph]:
        """What `monitor` shows of it."""
        return self._graphs

    def _watched(self, resource: IConstruct) -> Watched:
        if isinstance(getattr(resource, "alarms", None), Alarms):
            allowed, fix = "without alarms of its own", "pass it to monitor, which takes those that it has"
            raise refusal(self, "resource", allowed, type(resource).__name__, fix)
        for attributes, watched in _KINDS.items():
            if all(offers(resource, each) for each in attributes):
                return watched(resource)
        allowed = "a function, queue, table, stream, state machine, service, load balancer or target group"
        fix = "define alarms on what nothing is known of with cloudwatch.Alarm"
        raise refusal(self, "resource", allowed, type(resource).__name__, fix)


def watch(
    scope: Construct,
    resource: IConstruct,
    *,
    construct_id: str | None = None,
    alarm_thresholds: Thresholds | None = None,
) -> Watch:
    """Define alarms on a resource that has none; see `Watch`.

    Args:
        scope: Where they are defined, usually the stack.
        resource: What they look at.
        construct_id: Their id. Default: that of the resource, and `Watch`.
        alarm_thresholds: By alarm the line above which it fires, or None to leave it out. Default: see
            `Watch`.

    Raises:
        RefusedError: If it is nothing that `Watch` knows, has alarms of its own, or a line cannot be computed
            and none is given.
    """
    name = construct_id or f"{node_of(resource).id}Watch"
    return Watch(scope, name, resource=resource, alarm_thresholds=alarm_thresholds)
