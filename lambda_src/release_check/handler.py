"""Ask a new version before it gets traffic, and tell CodeDeploy whether it may: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from release_check.domain import check_of, deployment_of, fault_of
from release_check.store import Deployments, NotAskedError, UnreadableAnswerError, Version
from wellmade_runtime.clients import codedeploy_client, lambda_client
from wellmade_runtime.variables import RELEASE_ANSWER_SECONDS, RELEASE_CHECK, RELEASED_VERSION

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
check = check_of(os.environ[RELEASE_CHECK])
version = Version(
    lambda_client(longest_answer=float(os.environ[RELEASE_ANSWER_SECONDS])), os.environ[RELEASED_VERSION]
)
deployments = Deployments(codedeploy_client())


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> None:
    """Report in every case: a deployment whose hook says nothing waits for an hour."""
    del context
    deployment = deployment_of(event)
    fault = _fault()
    deployments.report(deployment, is_good=fault is None)
    if fault:
        logger.error("the release is ended", extra={"fault": fault, "version": version.arn})
    else:
        logger.info("the release goes on", extra={"version": version.arn})


def _fault() -> str | None:
    try:
        return fault_of(check, version.ask(check.event))
    except NotAskedError:
        logger.exception("the new version was not asked")
        return "the new version was not asked, or did not answer in time"
    except UnreadableAnswerError:
        return "the new version answered with something that is no JSON"
