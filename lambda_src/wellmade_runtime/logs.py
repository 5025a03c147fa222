"""Logs of one JSON object a line, which CloudWatch Logs Insights searches by field."""

from aws_lambda_powertools import Logger


def json_logger() -> Logger:
    """Return Powertools' logger: times in UTC, the service that `POWERTOOLS_SERVICE_NAME` names.

    The level is that of the function's logging settings, or of `POWERTOOLS_LOG_LEVEL`. Decorate the handler
    with `@logger.inject_lambda_context`, and give it to the batch processors, which name each message that
    failed.
    """
    return Logger(utc=True)
