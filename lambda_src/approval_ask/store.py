"""Open questions, and the topic that people read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from approval_ask.domain import Question

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient


@dataclass(frozen=True, slots=True)
class Questions:
    """The table of questions by id, and the topic."""

    dynamodb: "DynamoDBClient"
    sns: "SNSClient"
    table: str
    topic: str

    def note(self, question: Question, *, expires: int) -> None:
        """Keep a question until it expires, in seconds since 1970; noting it again changes nothing."""
        self.dynamodb.put_item(
            TableName=self.table,
            Item={
                "pk": {"S": question.question_id},
                "question": {"S": question.question},
                "about": {"S": question.about},
                "token": {"S": question.token},
                "expiration": {"N": str(expires)},
            },
        )

    def tell(self, words: str) -> None:
        """Tell people."""
        self.sns.publish(TopicArn=self.topic, Message=words)
