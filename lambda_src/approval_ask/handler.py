"""Note a question that a workflow asks people, and tell them: the wiring."""

import os
import time
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from approval_ask.domain import question_of, words
from approval_ask.store import Questions
from wellmade_runtime.clients import dynamodb_client, sns_client
from wellmade_runtime.variables import KEPT_SECONDS, TABLE_NAME, TOPIC_ARN

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Questions(dynamodb_client(), sns_client(), os.environ[TABLE_NAME], os.environ[TOPIC_ARN])
_kept = int(os.environ[KEPT_SECONDS])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> None:  # noqa: ARG001 - Lambda gives both
    """Note the question before anybody is told of it; asking again is a new question with a new token."""
    question = question_of(event)
    store.note(question, expires=int(time.time()) + _kept)
    store.tell(words(question))
