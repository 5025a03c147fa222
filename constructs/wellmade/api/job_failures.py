"""What tells the caller of a job that it has failed, and keeps the job for a person."""

from typing import Any, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.facts.sqs import LONGEST_RETENTION
from wellmade.foundation.dead_letters import define_dead_letter_queue
from wellmade.foundation.durable_queue import DurableQueue, allow_send
from wellmade.foundation.function_alarms import FUNCTION_THRESHOLDS
from wellmade.foundation.function_option import handling
from wellmade.foundation.on_demand_table import OnDemandTable
from wellmade.foundation.python_function import PythonFunction
from wellmade.foundation.queue_source import Batching, poll
from wellmade.kit.lookups import seconds
from wellmade.kit.variables import set_variables
from wellmade_runtime.variables import JOBS_LEASE_SECONDS, JOBS_TTL_SECONDS, QUEUE_URL

FUNCTION_TIMEOUT = Duration.seconds(10)
RETENTION = Duration.seconds(LONGEST_RETENTION - 86400)
"""A day less than the dead-letter queue keeps it; a message keeps its age when SQS moves it."""
RECEIVES = 20
"""Enough to sit out a disturbance of the table; then the job is kept although its caller was not told."""


class JobFailures(Construct):
    """Take jobs whose receives are used up, mark them as failed, and keep them in a dead-letter queue.

    Args:
        scope: The pattern.
        construct_id: Its id, part of the contract.
        table: Of jobs.
        status_ttl: How long a job is remembered.
        encryption_key: The user's key for both queues.
        removal_policy: What happens to the queues when they leave the stack.
    """

    queue: DurableQueue
    """The dead-letter queue of the jobs' own."""
    dead_letter_queue: sqs.Queue
    """Where they are kept."""
    function: PythonFunction
    """What marks them."""
    source: lambda_.EventSourceMapping

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        table: OnDemandTable,
        status_ttl: Duration,
        encryption_key: Any,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letter_queue = define_dead_letter_queue(
            self, "DeadLetters", encryption_key=encryption_key, removal_policy=removal_policy
        )
        self.queue = DurableQueue(
            self,
            "Untold",
            visibility_timeout=Duration.seconds(6 * seconds(FUNCTION_TIMEOUT)),
            retention=RETENTION,
            max_receive_count=RECEIVES,
            dead_letter_queue=self.dead_letter_queue,
            encryption_key=encryption_key,
            removal_policy=removal_policy,
            alarm_thresholds={"dead_letters": None, "oldest_message": None},
        )
        # What it fails on waits, and the age of what waits has an alarm.
        self.function = PythonFunction(
            self,
            "Function",
            code="job_failures",
            timeout=FUNCTION_TIMEOUT,
            reserved_concurrency=2,
            encryption_key=encryption_key,
            alarm_thresholds=cast(Any, dict.fromkeys(FUNCTION_THRESHOLDS)),
        )
        self.source = poll(
            self, cast(sqs.IQueue, self.queue), handling(self, cast(Any, self.function)), Batching(), None
        )
        self._let_tell(table, status_ttl)

    def _let_tell(self, table: OnDemandTable, status_ttl: Duration) -> None:
        table.connect(self.function, actions=["dynamodb:UpdateItem"], prefix="JOBS_")
        allow_send(cast(sqs.IQueue, self.dead_letter_queue), self.function)
        told = {
            QUEUE_URL: self.dead_letter_queue.queue_url,
            JOBS_TTL_SECONDS: f"{seconds(status_ttl):.0f}",
            JOBS_LEASE_SECONDS: f"{seconds(FUNCTION_TIMEOUT):.12g}",
        }
        set_variables(self, self.function, told)
