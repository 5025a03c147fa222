"""Open questions, and the workflows that wait for them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from approval_answer.domain import Answer
from wellmade_runtime.task_tokens import task_token_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_stepfunctions import SFNClient


class NoOpenQuestionError(Exception):
    """There is no such question, or it has another answer."""


@dataclass(frozen=True, slots=True)
class Questions:
    """The table of questions by id."""

    dynamodb: "DynamoDBClient"
    stepfunctions: "SFNClient"
    table: str

    def seen(self, answer: Answer) -> None:
        """Say that somebody is at it, so that the workflow keeps waiting.

        Raises:
            NoOpenQuestionError: If there is none.
            TaskNotWaitingError: If the workflow does not wait any more.
        """
        found = self.dynamodb.get_item(
            TableName=self.table, Key={"pk": {"S": answer.question_id}}, ConsistentRead=True
        ).get("Item", {})
        if "token" not in found or "answer" in found:
            raise NoOpenQuestionError(answer.question_id)
        with task_token_errors():
            self.stepfunctions.send_task_heartbeat(taskToken=found["token"]["S"])

    def decide(self, answer: Answer) -> None:
        """Note the answer with who gave it, unless there is another, and pass it on; again is harmless.

        Raises:
            NoOpenQuestionError: If there is none.
            TaskNotWaitingError: If the workflow does not wait any more.
        """
        token = self._note(answer)
        with task_token_errors():
            if answer.kind == "approve":
                self.stepfunctions.send_task_success(taskToken=token, output="{}")
            else:
                self.stepfunctions.send_task_failure(
                    taskToken=token, error="RefusedByPerson", cause=f"refused by {answer.by}"
                )

    def _note(self, answer: Answer) -> str:
        """Return the token; the same answer may come again, since passing it on may have failed."""
        try:
            noted = self.dynamodb.update_item(
                TableName=self.table,
                Key={"pk": {"S": answer.question_id}},
                UpdateExpression="SET #answer = :answer, #by = if_not_exists(#by, :by)",
                ConditionExpression="attribute_exists(#token) AND "
                "(attribute_not_exists(#answer) OR #answer = :answer)",
                ExpressionAttributeNames={"#answer": "answer", "#by": "by", "#token": "token"},
                ExpressionAttributeValues={":answer": {"S": answer.kind}, ":by": {"S": answer.by}},
                ReturnValues="ALL_NEW",
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException as error:
            raise NoOpenQuestionError(answer.question_id) from error
        return noted["Attributes"]["token"]["S"]
