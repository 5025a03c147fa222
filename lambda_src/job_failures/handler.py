"""Tell callers that their jobs have failed, and keep the jobs for a person: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from job_failures.store import Kept
from wellmade_runtime.batch import ConcurrentBatchProcessor
from wellmade_runtime.clients import dynamodb_client, sqs_client
from wellmade_runtime.identity import InvalidKeyError
from wellmade_runtime.jobs import job_of, job_store
from wellmade_runtime.messages import InvalidMessageError
from wellmade_runtime.variables import QUEUE_URL

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

WHY = "it failed each time that it was tried; send it again later, or ask who runs this API"

logger = Logger()
jobs = job_store(dynamodb_client())
kept = Kept(sqs_client(), os.environ[QUEUE_URL])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Mark the jobs of a batch as failed, and report those that could not be."""
    return process_partial_response(event, _process, ConcurrentBatchProcessor(logger=logger), context)


def _process(record: SQSRecord) -> None:
    try:
        job = job_of(record)
    except (InvalidMessageError, InvalidKeyError) as error:
        # Nobody waits for it: it did not come by the API, or no table takes its name.
        logger.warning("no job", extra={"why": str(error), "message_id": record.message_id})
    else:
        jobs.fail(job, WHY)
    kept.keep(record)
