"""A function that sends a message back to its own queue: by mistake, or to wait."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import FUNCTION, MAPPING, QUEUE, ROLE, WITH_ROLE, findings

SENDS = "sqs.send_message(QueueUrl=url, MessageBody=body)"
WAITS = "sqs.send_message(QueueUrl=url, MessageBody=body, DelaySeconds=60)"


@pytest.mark.parametrize(("code", "is_found"), [(SENDS, True), (WAITS, False)])
def test_code_that_waits_by_its_queue_is_no_loop(tmp_path: Path, code: str, *, is_found: bool) -> None:
    inline = WITH_ROLE % f", Code: {{ZipFile: '{code}'}}"
    resources = (
        FUNCTION % inline
        + MAPPING % "!GetAtt Orders.Arn"
        + QUEUE % ""
        + ROLE % ("'sqs:SendMessage'", "!GetAtt Orders.Arn")
    )
    assert bool(findings(tmp_path, "event-loop", resources)) is is_found
