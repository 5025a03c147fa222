"""The memory that makes a second delivery harmless."""

from aws_cdk import Duration, RemovalPolicy
from constructs import Construct

from wellmade.foundation.caller import Caller
from wellmade.foundation.on_demand_table import OnDemandTable
from wellmade.foundation.refusal import refusal
from wellmade.foundation.tree import path_of, seconds


class IdempotencyTable(OnDemandTable):
    """Remember which work is claimed and which is done, until no delivery of it can come any more.

    Defines: table with the key `id` and the time-to-live attribute `expiration`, as Powertools for AWS
    Lambda lays them out.

    A conditional write is the lock: of two deliveries at once one claims the work, the other is refused and
    comes back later. A claim expires with the invocation that made it, so that a redelivery finishes what
    a crash left; a completed one holds the result, which a duplicate is answered with.

    Example:
        worker = QueueWorker(self, "Orders", package="tabular_ingest")
        claims = IdempotencyTable(self, "Claims")
        claims.serve(worker.function)

    Args:
        source_retention: How long the source can deliver the same work again. Default: 14 days, the longest
            that a queue keeps a message.
        remember_for: How long completed work is remembered. Default: a day longer than `source_retention`.
        removal_policy: What happens to the table when it leaves the stack. Default: it is retained.

    Raises:
        ValueError: If `remember_for` is shorter than `source_retention`.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        source_retention: Duration | None = None,
        remember_for: Duration | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        source = source_retention or Duration.days(14)
        self.remember_for = remember_for or source.plus(Duration.days(1))
        if seconds(self.remember_for) < seconds(source):
            raise refusal(
                f"{path_of(scope)}/{construct_id}",
                "remember_for",
                f"at least the source's retention of {seconds(source):.12g} s",
                self.remember_for,
                "a late delivery would be taken for new work",
            )
        super().__init__(
            scope,
            construct_id,
            partition_key="id",
            time_to_live_attribute="expiration",
            removal_policy=removal_policy,
        )

    def serve(self, caller: Caller) -> None:
        """Let a handler claim, complete and give back work, and tell it where.

        Sets `IDEMPOTENCY_TABLE` and `IDEMPOTENCY_TTL_SECONDS` and allows the three writes that Powertools
        makes; it reads nothing, since a refused claim brings the stored item along.
        """
        caller.add_environment("IDEMPOTENCY_TABLE", self.table_name)
        caller.add_environment("IDEMPOTENCY_TTL_SECONDS", f"{seconds(self.remember_for):.0f}")
        actions = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]
        caller.allow(actions, [self.table_arn])
