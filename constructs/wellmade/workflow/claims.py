"""One execution for each piece of work, however often it is started."""

from collections.abc import Mapping
from typing import Any

from wellmade.foundation.on_demand_table import OnDemandTable
from wellmade.workflow.task import DISCARD, FORWARD_RETRY, State, integration, retry

CLAIM, DUPLICATE = "Claim", "Duplicate"


def claim_states(table: OnDemandTable, path: str, following: str) -> Mapping[str, State]:
    """Return the state that claims the work for this execution, and the end for whoever comes second.

    A redriven execution keeps its id, and so its claim.

    Args:
        table: Of claims; its partition key is `pk`.
        path: To what identifies the work.
        following: The state that comes next.
    """
    mine = {"S.$": "$$.Execution.Id"}
    parameters: dict[str, Any] = {
        "TableName": table.table_name,
        "Item": {"pk": {"S.$": path}, "execution": mine},
        "ConditionExpression": "attribute_not_exists(pk) OR #execution = :mine",
        "ExpressionAttributeNames": {"#execution": "execution"},
        "ExpressionAttributeValues": {":mine": mine},
    }
    taken = "DynamoDB.ConditionalCheckFailedException"
    return {
        CLAIM: {
            "Type": "Task",
            "Resource": integration("dynamodb:putItem"),
            "Parameters": parameters,
            "TimeoutSeconds": 30,
            "ResultPath": DISCARD,
            "Retry": [{"ErrorEquals": [taken], "MaxAttempts": 0}, retry(["States.ALL"], FORWARD_RETRY)],
            "Catch": [{"ErrorEquals": [taken], "ResultPath": "$.claim", "Next": DUPLICATE}],
            "Next": following,
        },
        DUPLICATE: {"Type": "Pass", "Result": "duplicate", "ResultPath": "$.outcome", "End": True},
    }
