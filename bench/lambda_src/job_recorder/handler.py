"""Count how often each job was done: what the benchmark of long jobs looks at."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from wellmade_runtime.batch import ConcurrentBatchProcessor
from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.job_transactions import done_with
from wellmade_runtime.jobs import Done, Job, JobRejectedError, job_of, job_store

TABLE = os.environ["TABLE_NAME"]
logger = Logger()
jobs = job_store(dynamodb_client())


class PoisonError(Exception):
    """A job that always fails."""


def handler(event: dict[str, Any], context: Any) -> Any:
    """Do the jobs of a batch."""
    return process_partial_response(event, _process, ConcurrentBatchProcessor(logger=logger), context)


def _process(record: SQSRecord) -> None:
    jobs.run(job_of(record), _count)


def _count(job: Job) -> Done:
    """Count a job in the same transaction that ends it; counted once more it would show."""
    wanted = job.read()
    if wanted.get("poison"):
        raise PoisonError
    if wanted["number"] < 0:
        raise JobRejectedError("number must not be negative")
    count: Any = {
        "Update": {
            "TableName": TABLE,
            "Key": {"pk": {"S": job.key}},
            "UpdateExpression": "ADD done :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }
    return done_with({"square": wanted["number"] ** 2}, [count])
