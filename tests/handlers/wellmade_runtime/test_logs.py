import json

import pytest

from tests.handlers.support import Context
from wellmade_runtime.logs import json_logger


def test_a_line_is_one_object_with_service_time_and_request(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "orders")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    logger = json_logger()

    @logger.inject_lambda_context
    def handler(event: object, context: Context) -> None:  # noqa: ARG001 - as Lambda calls it
        logger.info("taken", extra={"order_id": "o-1"})

    handler({}, Context())
    line = json.loads(capsys.readouterr().out)
    assert (line["service"], line["message"], line["order_id"]) == ("orders", "taken", "o-1")
    assert line["timestamp"].endswith("+0000")
    assert line["function_request_id"] == Context.aws_request_id
