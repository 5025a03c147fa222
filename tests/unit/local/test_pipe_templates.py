"""What a pipe takes from a record."""

import json

from wellmade.local.extension.pipe_templates import settled


def test_parameters_of_a_target_are_taken_from_the_record() -> None:
    record = {"eventSource": "aws:sqs", "body": json.dumps({"customer": "a", "number": 7})}
    named = {"MessageGroupId": "$.body.customer", "PartitionKey": "$.body.number", "DetailType": "Sold"}

    assert settled(named, record) == {"MessageGroupId": "a", "PartitionKey": "7", "DetailType": "Sold"}
