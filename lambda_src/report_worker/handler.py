"""Build the reports that callers have asked for, each of them once: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from report_worker.domain import build, parse
from report_worker.store import Catalogue
from wellmade_runtime.batch import ConcurrentBatchProcessor
from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.jobs import Done, Job, job_of, job_store
from wellmade_runtime.variables import TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
jobs = job_store(dynamodb_client())
catalogue = Catalogue(jobs.dynamodb, os.environ[TABLE_NAME])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Build the reports of a batch, and report those that failed."""
    return process_partial_response(event, _process, ConcurrentBatchProcessor(logger=logger), context)


def _process(record: SQSRecord) -> None:
    jobs.run(job_of(record), _report)


def _report(job: Job) -> Done:
    return Done(build(parse(job.read()), catalogue.products()).as_json())
