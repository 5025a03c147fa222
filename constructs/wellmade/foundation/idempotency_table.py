"""Table that makes a second delivery harmless."""

from collections.abc import Iterator
from typing import Any, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.facts.sqs import LONGEST_RETENTION, RETENTION
from wellmade.foundation.on_demand_table import OnDemandTable, allow_table
from wellmade.foundation.queue_rules import resource_of
from wellmade.foundation.table_alarms import TableThresholds
from wellmade.kit.lookups import path_of, seconds
from wellmade.kit.numbers import number_of, unjudged
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized, check_at_synth
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload
from wellmade_runtime.variables import IDEMPOTENCY_TABLE, IDEMPOTENCY_TTL_SECONDS

DAY = 86400
TTL = Duration.seconds(2 * LONGEST_RETENTION + DAY)
"""Longer than a message can wait in a queue and then in its dead-letter queue before it is sent back."""
WRITES = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]


class IdempotencyTable(OnDemandTable):
    """Remember which work is claimed and which is done, for longer than the source can redeliver it.

    Defines: table with the key `id` and the time-to-live attribute `expiration`, as Powertools for AWS
    Lambda lays them out; alarms on throttled reads and writes.

    A conditional write is the lock: of two deliveries at once one claims the work, the other is refused and
    comes back later. A claim expires with the invocation that made it, so that a redelivery finishes what
    a crash left; a completed one holds the result, which a duplicate is answered with.

    Example:
        worker = QueueWorker(self, "Orders", function="tabular_ingest")
        claims = IdempotencyTable(self, "Claims")
        claims.connect(worker)

    Args:
        ttl: How long completed work is remembered; at least as long as the queues of connected workers and
            their dead-letter queues keep a message, together. Default: 29 days, enough for any queue.
        encryption_key: Your own key. Default: the one that AWS keeps for DynamoDB.
        removal_policy: What happens to the table when it leaves the stack. Default: it is retained.
        alarm_thresholds: By alarm (`read_throttles`, `write_throttles`) the count in a minute above which it
            fires, or None to leave it out. Default: 0 each.

    Raises:
        RefusedError: At synth, if `ttl` is shorter than a connected worker's queues keep a message.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        ttl: Duration | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: TableThresholds | None = None,
    ) -> None:
        self.ttl: Duration = ttl or TTL
        super().__init__(
            scope,
            construct_id,
            partition_key="id",
            time_to_live_attribute="expiration",
            encryption_key=encryption_key,
            removal_policy=removal_policy,
            alarm_thresholds=alarm_thresholds,
        )

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:  # type: ignore[override]
        """Let a handler claim, complete and give back work, and tell it where.

        Sets `IDEMPOTENCY_TABLE` and `IDEMPOTENCY_TTL_SECONDS` and allows the three writes that Powertools
        makes; it reads nothing, since a refused claim brings the stored item along.

        Args:
            workload: What claims work.
            prefix: Before the variables' names. Default: nothing.

        Raises:
            RefusedError: If something else has set the variables; at synth if the worker's queues keep a
                message for longer than this table remembers it.
        """
        variables = {
            IDEMPOTENCY_TABLE: self.table_name,
            IDEMPOTENCY_TTL_SECONDS: f"{seconds(self.ttl):.0f}",
        }
        set_variables(self, workload, variables, prefix=prefix)
        allow_table(self, workload, WRITES)
        queues = [getattr(workload, name, None) for name in ("queue", "_dead_letters")]
        known = [queue for queue in queues if isinstance(queue, sqs.Queue)]
        if known:
            check_at_synth(self, lambda synthesized: self._forgets(known, synthesized))

    def _forgets(self, queues: list[sqs.Queue], synthesized: Synthesized) -> Iterator[RefusedError]:
        resources = [resource for queue in queues if (resource := resource_of(cast(Any, queue)))]
        given = [synthesized.properties(each).get("MessageRetentionPeriod", RETENTION) for each in resources]
        kept = [found for each in given if (found := number_of(each)) is not None]
        for each, resource in zip(given, resources, strict=True):
            yield from unjudged(self, {"MessageRetentionPeriod": each}, resource=resource)
        if seconds(self.ttl) >= sum(kept):  # what is known may be too long alone
            return
        names = " and ".join(path_of(each) for each in queues)
        yield refusal(
            path_of(self),
            "ttl",
            f"at least {sum(kept):.12g} s, as long as {names} keep a message",
            self.ttl,
            "a late delivery would be taken for new work",
            resource=self.resource,
        )
