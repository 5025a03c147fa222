"""One run of a scheduled job at a time, and each of them once: a lease by conditional write.

EventBridge Scheduler starts a job at least once, also while the run before is still at work. A run that
finds another one's lease ends at once. A lease ends with the time that its run may take, so that a crash
keeps nobody waiting longer than that. Its number, the fence, grows with each run: writes that name it fail
once another run has taken over, however late they come.
"""

import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wellmade_runtime.metrics import count
from wellmade_runtime.transactions import transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

SKIPPED, REPEATED = "SkippedRuns", "RepeatedRuns"
"""Metrics in the namespace `Wellmade`, by job: the run before was still at work; this run was done before."""


_REFUSED = "ConditionalCheckFailed"


class LeaseLostError(Exception):
    """The run took longer than its lease, and another one has taken over: it must write nothing more."""


@dataclass(frozen=True, slots=True)
class Run:
    """One start of a job, as its schedule tells it."""

    job: str
    scheduled_time: str
    """Such as `2027-03-28T01:30:00Z`; the same for each delivery of the start."""


def run_of(event: "Mapping[str, Any]") -> Run:
    """Read which run an event starts, as `ScheduledJob` has it sent.

    Raises:
        KeyError: If the event is of something else.
    """
    schedule = event["schedule"]
    return Run(job=schedule["job"], scheduled_time=schedule["scheduled_time"])


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work, until another run takes over."""

    dynamodb: "DynamoDBClient"
    table: str
    run: Run
    fence: int
    """Grows with each run."""

    def write(self, *writes: "TransactWriteItemTypeDef") -> bool:
        """Do writes together; return False where a condition of theirs fails.

        Needs `dynamodb:ConditionCheckItem`.

        Raises:
            LeaseLostError: If another run has taken over.
            TransactionCanceledException: If other transactions hold an item.
        """
        try:
            transact(self.dynamodb, [self._check(), *writes])
        except self.dynamodb.exceptions.TransactionCanceledException as error:
            reasons: Any = error.response["CancellationReasons"]
            codes = [each["Code"] for each in reasons]
            if codes[0] == _REFUSED:
                raise LeaseLostError(f"another run of {self.run.job} has taken over") from None
            if set(codes) <= {_REFUSED, "None"}:
                return False
            raise
        return True

    def _check(self) -> "TransactWriteItemTypeDef":
        return {
            "ConditionCheck": {
                "TableName": self.table,
                "Key": {"pk": {"S": self.run.job}},
                "ConditionExpression": "#fence = :fence",
                "ExpressionAttributeNames": {"#fence": "fence"},
                "ExpressionAttributeValues": {":fence": {"N": str(self.fence)}},
            }
        }

    def end(self, *, done: bool) -> None:
        """Let the next run begin; a run that is done is not repeated.

        Raises:
            LeaseLostError: If another run has taken over.
        """
        changed = "SET #done = :run REMOVE expires" if done else "REMOVE expires"
        values = {":run": {"S": self.run.scheduled_time}} if done else {}
        try:
            self.dynamodb.update_item(
                TableName=self.table,
                Key={"pk": {"S": self.run.job}},
                UpdateExpression=changed,
                ConditionExpression="#fence = :fence",
                ExpressionAttributeNames={"#fence": "fence", **({"#done": "done"} if done else {})},
                ExpressionAttributeValues={":fence": {"N": str(self.fence)}, **values},
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            raise LeaseLostError(f"another run of {self.run.job} has taken over") from None


@dataclass(frozen=True, slots=True)
class RunLeases:
    """The leases of scheduled jobs, an item for each job; needs `dynamodb:UpdateItem`.

    Args:
        dynamodb: The client.
        table: The table, whose partition key is `pk`; `ScheduledJob` names it in `LEASE_TABLE`.
    """

    dynamodb: "DynamoDBClient"
    table: str
    _clock: Any = field(default=time.time, repr=False)

    @contextmanager
    def hold(self, run: Run, seconds: float) -> "Iterator[Lease | None]":
        """Hold the lease while a run works; None where it must end at once, which a metric counts.

        A run that fails gives the lease back and may be tried again; one that succeeds is not repeated.

        Args:
            run: See `run_of`.
            seconds: Most time that the run may take: what is left of the invocation, or the task's timeout.

        Raises:
            LeaseLostError: At the end, if the run took longer and another one has taken over.
        """
        lease = self._take(run, seconds)
        if lease is None:
            yield None
            return
        try:
            yield lease
        except BaseException:
            self._release(lease)
            raise
        lease.end(done=True)

    def _take(self, run: Run, seconds: float) -> Lease | None:
        attempt, now = uuid.uuid4().hex, self._clock()
        try:
            written = self.dynamodb.update_item(
                TableName=self.table,
                Key={"pk": {"S": run.job}},
                UpdateExpression="SET expires = :until, #run = :run, attempt = :attempt ADD #fence :one",
                ConditionExpression=(
                    "(attribute_not_exists(expires) OR expires <= :now) "
                    "AND (attribute_not_exists(#done) OR #done < :run)"
                ),
                ExpressionAttributeNames={"#run": "run", "#fence": "fence", "#done": "done"},
                ExpressionAttributeValues={
                    ":until": {"N": f"{now + seconds:.3f}"},
                    ":now": {"N": f"{now:.3f}"},
                    ":run": {"S": run.scheduled_time},
                    ":attempt": {"S": attempt},
                    ":one": {"N": "1"},
                },
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException as error:
            item: Mapping[str, Any] = error.response.get("Item", {})  # type: ignore[assignment] # as asked for
            if item.get("attempt", {}).get("S") == attempt:
                # The first answer was lost, and the SDK has asked again: this run has the lease.
                return self._lease(run, item)
            is_done = item.get("done", {}).get("S", "") >= run.scheduled_time
            count(REPEATED if is_done else SKIPPED, job=run.job)
            return None
        return self._lease(run, written["Attributes"])

    def _lease(self, run: Run, item: "Mapping[str, Any]") -> Lease:
        return Lease(self.dynamodb, self.table, run, int(item["fence"]["N"]))

    def _release(self, lease: Lease) -> None:
        """Give a lease back after a failure, which is what must be raised."""
        try:
            lease.end(done=False)
        except LeaseLostError:
            count("LostLeases", job=lease.run.job)
