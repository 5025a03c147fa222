"""Jobs that callers ask for over HTTP: each is done once, and whoever asked is told how it ended.

A message names the job and its owner, whom API Gateway has seen; its body is what the caller sent. The item
of a job is `working`, then `done` with a result or `failed` with an error. A job that failed is taken up
again when it is asked for again, or sent back from the dead-letter queue; one that is done never is.
"""

import json
import os
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from wellmade_runtime.identity import FINGERPRINT, fingerprint, partition_key
from wellmade_runtime.messages import InvalidMessageError, read_object
from wellmade_runtime.variables import JOBS_LEASE_SECONDS, JOBS_TABLE_NAME, JOBS_TTL_SECONDS

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_dynamodb import DynamoDBClient

WORKING, DONE, FAILED = "working", "done", "failed"
MOST_RESULT_BYTES = 350_000
"""Of a result: with its other attributes the item must stay below DynamoDB's 400 KB."""

_FREE = (
    "attribute_not_exists(id) OR (fingerprint = :fingerprint AND "
    "((job_status = :failed AND NOT contains(given_up, :message)) OR "
    "(job_status = :working AND lease_until < :now)))"
)
"""When a delivery may take a job up: it is new, it failed, or whoever worked on it has stopped.

A message that was given up and starts after all, since its invocation had to wait, takes up nothing: nobody
would be left to tell the end.
"""


class JobRejectedError(Exception):
    """A job that can never be done; its text is told to whoever asked for it."""


class JobBusyError(Exception):
    """Another delivery works on this job; this one comes back later."""


class ResultTooLargeError(Exception):
    """A result that does not fit into an item; keep it elsewhere, and its key in the result."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one caller asked for."""

    key: str
    """Of its item: the owner's and the job's."""
    job_id: str
    """What the caller calls it."""
    body: str
    message_id: str

    def read(self) -> Mapping[str, Any]:
        """Return what the caller sent.

        Raises:
            InvalidMessageError: If it is no JSON object.
        """
        return read_object(self.body)


Write = Callable[["DynamoDBClient", Any], None]
"""Writes the end of a job, and what must happen with it."""


def update_alone(dynamodb: "DynamoDBClient", update: Any) -> None:
    """Write the end of a job, and nothing else."""
    dynamodb.update_item(**update)


@dataclass(frozen=True, slots=True)
class Done:
    """How a job ended well: what the caller is told, and how that is written.

    `job_transactions.done_with` writes more in the same transaction, for work that must not be done twice.
    """

    result: Mapping[str, Any]
    write: Write = update_alone


def job_of(record: SQSRecord) -> Job:
    """Return the job that a message asks for.

    Raises:
        InvalidMessageError: If the message does not name one, so that nobody waits for it.
        KeyTooLongError: If no table takes the name.
    """
    named = record.raw_event.get("messageAttributes") or {}
    owner, job_id = (named.get(each, {}).get("stringValue") for each in ("owner", "job_id"))
    if not owner or not job_id:
        raise InvalidMessageError("a message must have the attributes owner and job_id")
    return Job(partition_key("job", owner, job_id), job_id, record.body, record.message_id)


@dataclass(frozen=True, slots=True)
class JobStore:
    """The table of jobs.

    Args:
        dynamodb: The client.
        table: Its name; the partition key is `id`.
        ttl_seconds: How long a job is remembered.
        lease_seconds: How long one delivery may work on a job: the timeout of the function that does.
    """

    dynamodb: "DynamoDBClient"
    table: str
    ttl_seconds: int
    lease_seconds: float

    def run(self, job: Job, work: Callable[[Job], Done]) -> None:
        """Do a job unless it has been done, and tell its caller the end of it.

        Args:
            job: What is asked for.
            work: Does it, and raises `JobRejectedError` or `InvalidMessageError` where nobody ever can.

        Raises:
            JobBusyError: If another delivery works on it.
            ResultTooLargeError: If the result does not fit.
        """
        attempt = self._take_up(job)
        if attempt is None:
            return
        try:
            done = work(job)
        except (JobRejectedError, InvalidMessageError) as error:
            self._write(job, FAILED, {"job_error": str(error)}, attempt=attempt)
        else:
            self._write(job, DONE, {"job_result": done.result}, attempt=attempt, write=done.write)

    def fail(self, job: Job, why: str) -> None:
        """Tell the caller that a job will not be done, unless it was.

        Args:
            job: What was asked for.
            why: What the caller reads.

        Raises:
            JobBusyError: If a delivery works on it.
        """
        self._take_up(job, FAILED, {"job_error": {"S": json.dumps(why)}})

    def _take_up(
        self, job: Job, status: str = WORKING, more: Mapping[str, Any] = MappingProxyType({})
    ) -> str | None:
        """Claim a job; return the name of the attempt, or None where its caller has been told the end."""
        attempt, now = uuid.uuid4().hex, time.time()
        sets: dict[str, Any] = {
            "job_status": {"S": status},
            "attempt": {"S": attempt},
            "lease_until": {"N": f"{now + self.lease_seconds:.3f}"},
            FINGERPRINT: {"S": _fingerprint(job)},
            "expiration": {"N": self._expiration()},
            **more,
        }
        values: dict[str, Any] = {
            ":working": {"S": WORKING},
            ":failed": {"S": FAILED},
            ":now": {"N": f"{now:.3f}"},
            ":message": {"S": job.message_id},
        }
        adds = " ADD given_up :given_up" if status == FAILED else ""
        values |= {":given_up": {"SS": [job.message_id]}} if adds else {}
        try:
            self.dynamodb.update_item(
                TableName=self.table,
                Key={"id": {"S": job.key}},
                UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in sets) + adds,
                ConditionExpression=_FREE,
                ExpressionAttributeValues={**values, **{f":{name}": value for name, value in sets.items()}},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException as error:
            return self._is_taken(job, attempt, error)
        return attempt

    def _is_taken(self, job: Job, attempt: str, error: "ClientError") -> str | None:
        kept: Any = error.response.get("Item", {})
        if kept.get("attempt", {}).get("S") == attempt:
            return attempt  # the first answer was lost, and the SDK has asked again
        if kept.get(FINGERPRINT, {}).get("S") != _fingerprint(job):
            self._note_contradiction(job)
            return None
        if kept["job_status"]["S"] == WORKING:
            raise JobBusyError("another delivery works on this job; this one comes back later")
        return None

    def _note_contradiction(self, job: Job) -> None:
        """Tell the caller that it asked for two things under one name; the first one stands."""
        self.dynamodb.update_item(
            TableName=self.table,
            Key={"id": {"S": job.key}},
            UpdateExpression="SET contradicted = :yes",
            ExpressionAttributeValues={":yes": {"S": "true"}},
        )

    def _write(
        self, job: Job, status: str, outcome: Mapping[str, Any], *, attempt: str, write: Write = update_alone
    ) -> None:
        """Write the end of an attempt, unless another one has taken the job over since."""
        [(name, value)] = outcome.items()
        text = json.dumps(value)
        if len(text) > MOST_RESULT_BYTES:
            raise ResultTooLargeError(f"{name} must have at most {MOST_RESULT_BYTES} bytes")
        update: Any = {
            "TableName": self.table,
            "Key": {"id": {"S": job.key}},
            "UpdateExpression": f"SET job_status = :status, {name} = :{name}, expiration = :expiration",
            "ConditionExpression": "job_status = :working AND attempt = :attempt",
            "ExpressionAttributeValues": {
                ":status": {"S": status},
                f":{name}": {"S": text},
                ":working": {"S": WORKING},
                ":attempt": {"S": attempt},
                ":expiration": {"N": self._expiration()},
            },
        }
        write(self.dynamodb, update)

    def _expiration(self) -> str:
        return str(int(time.time()) + self.ttl_seconds)


def job_store(client: "DynamoDBClient") -> JobStore:
    """Return the table that `AsyncApi` tells a function of in its variables."""
    table, ttl, lease = (os.environ[name] for name in (JOBS_TABLE_NAME, JOBS_TTL_SECONDS, JOBS_LEASE_SECONDS))
    return JobStore(client, table, int(ttl), float(lease))


def _fingerprint(job: Job) -> str:
    """Return a hash of what is asked for; the order of fields does not count."""
    try:
        return fingerprint(job.read())
    except InvalidMessageError:
        return fingerprint(job.body)
