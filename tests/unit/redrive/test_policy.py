import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from wellmade.cli import main
from wellmade.redrive.aws import explain

if TYPE_CHECKING:
    from .conftest import House

HOME = "arn:aws:sqs:eu-west-1:123456789012"


def statements(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return {each["Sid"]: each for each in json.loads(capsys.readouterr().out)["Statement"]}


def test_the_policy_names_both_queues_and_their_keys(
    house: "House", capsys: pytest.CaptureFixture[str]
) -> None:
    house.sqs.set_queue_attributes(QueueUrl=house.dead, Attributes={"KmsMasterKeyId": "alias/orders"})
    house.sqs.set_queue_attributes(QueueUrl=house.source, Attributes={"KmsMasterKeyId": "1234-key"})
    assert main(["redrive", "orders-dlq", "--policy"]) == 0
    found = statements(capsys)
    assert found["Target"]["Resource"] == f"{HOME}:orders"
    assert "sqs:SendMessage" in found["Target"]["Action"]
    assert found["DeadLetterQueue"]["Resource"] == f"{HOME}:orders-dlq"
    assert "sqs:SendMessage" not in found["DeadLetterQueue"]["Action"]
    assert found["DeadLetterQueueKey"]["Condition"] == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/orders"}
    }
    assert found["TargetKey"]["Resource"] == "arn:aws:kms:eu-west-1:123456789012:key/1234-key"
    assert found["TargetKey"]["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]


def test_the_service_s_own_key_needs_no_statement(house: "House", capsys: pytest.CaptureFixture[str]) -> None:
    house.sqs.set_queue_attributes(QueueUrl=house.dead, Attributes={"KmsMasterKeyId": "alias/aws/sqs"})
    assert main(["redrive", "orders-dlq", "--policy"]) == 0
    assert statements(capsys).keys() == {"DeadLetterQueue", "Target"}


def test_native_needs_its_own_actions(house: "House", capsys: pytest.CaptureFixture[str]) -> None:
    del house
    assert main(["redrive", "orders-dlq", "--policy", "--native"]) == 0
    assert "sqs:StartMessageMoveTask" in statements(capsys)["DeadLetterQueue"]["Action"]


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "KMS.DisabledException"])
def test_a_refusal_is_one_line_that_names_the_policy(code: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": "not\nallowed"}}, "SendMessageBatch")
    assert explain(error) == f"SendMessageBatch: {code}: not allowed (--policy prints what is needed)"
