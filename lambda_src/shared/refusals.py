"""What a function answers a workflow that asks for something that cannot be: an error would call a person."""

from aws_lambda_powertools import Logger

Refusal = dict[str, str]


def refusal(error: Exception, logger: Logger) -> Refusal:
    """Return the answer that a workflow goes back for."""
    answer = {"refused": type(error).__name__, "why": str(error)}
    logger.info("refused", extra=answer)
    return answer
