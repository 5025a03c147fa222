"""Pass a person's answer on to the workflow that waits for it: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from approval_answer.domain import answer_of
from approval_answer.store import NoOpenQuestionError, Questions
from wellmade_runtime.clients import dynamodb_client, stepfunctions_client
from wellmade_runtime.messages import InvalidMessageError
from wellmade_runtime.task_tokens import TaskNotWaitingError
from wellmade_runtime.variables import TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Questions(dynamodb_client(), stepfunctions_client(), os.environ[TABLE_NAME])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, str]:  # noqa: ARG001 - Lambda gives both
    """Return `taken`, `noted`, or what is wrong with the answer, for the tool that people use."""
    try:
        answer = answer_of(event)
        if answer.kind == "seen":
            store.seen(answer)
        else:
            store.decide(answer)
    except InvalidMessageError as error:
        return {"outcome": "refused", "why": str(error)}
    except NoOpenQuestionError:
        return {"outcome": "refused", "why": "there is no such open question"}
    except TaskNotWaitingError:
        # Not refused: should the first attempt's answer have been lost, it has taken effect.
        return {"outcome": "noted", "why": "the workflow has the answer already, or its time is over"}
    return {"outcome": "taken"}
