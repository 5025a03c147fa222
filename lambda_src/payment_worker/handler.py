"""Charge and refund in the order of each customer, each once, and report back to the workflow: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from payment_worker.domain import RefusedRequestError, Request, parse
from payment_worker.store import Payments
from wellmade_runtime.batch import OrderedBatchProcessor
from wellmade_runtime.clients import dynamodb_client, stepfunctions_client
from wellmade_runtime.compensation import AlreadyCompensatedError
from wellmade_runtime.identity import ContradictionError
from wellmade_runtime.task_tokens import TaskNotWaitingError
from wellmade_runtime.variables import TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Payments(dynamodb_client(), stepfunctions_client(), os.environ[TABLE_NAME])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Work through a batch; after a failure the rest of that customer goes back, while others proceed."""
    return process_partial_response(event, _process, OrderedBatchProcessor(logger=logger), context)


def _process(record: SQSRecord) -> None:
    try:
        _answer(record.body)
    except TaskNotWaitingError:
        # The workflow gave up, and compensates the charge by a message behind this one.
        logger.info("the workflow does not wait for this answer any more")


def _answer(body: str) -> None:
    try:
        request = parse(body)
    except RefusedRequestError as wrong:
        # Answered at once: who waits learns the reason, and no delivery could make it right.
        logger.warning("refused", extra={"why": str(wrong)})
        store.refused(wrong.token, wrong)
        return
    try:
        _pay(request)
    except (AlreadyCompensatedError, ContradictionError) as refusal:
        # Refunded before it was charged, or charged with other contents: nobody is to pay.
        logger.warning("refused", extra={"why": type(refusal).__name__})
        store.refused(request.token, refusal)
    else:
        store.succeeded(request.token)


def _pay(request: Request) -> None:
    if request.action == "charge":
        store.charge(request.order)
    else:
        store.refund(request.order)
