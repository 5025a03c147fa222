"""What a function answers a workflow that asks for something that is not possible: a business error.

An exception would be retried and raise an alarm; a rejection makes the workflow compensate.
"""

from aws_lambda_powertools import Logger

Rejection = dict[str, str]


def rejection(error: Exception, logger: Logger) -> Rejection:
    """Return the answer upon which a workflow compensates the steps before."""
    answer = {"rejected": type(error).__name__, "why": str(error)}
    logger.info("rejected", extra={"rejected": answer["rejected"]})
    return answer
