"""What must hold of an API for long jobs: of its options, and of what it answers as it was synthesized."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aws_cdk import Duration
from constructs import IConstruct

from wellmade.api.job_gateway import JobGateway
from wellmade.facts.apigateway import hides_failures
from wellmade.facts.sqs import LONGEST_RETENTION, UNWINDOWED_BATCH_SIZE
from wellmade.foundation.function_option import Handling
from wellmade.kit.lookups import path_of, seconds
from wellmade.kit.refusals import RefusedError, refusal, require_between
from wellmade.kit.synth_checks import Synthesized

_PATH = re.compile(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*")
DAY = 86400


def refuse_wrong_jobs(
    scope: IConstruct, *, path: str, schema: Mapping[str, Any] | None, batch_size: int, status_ttl: Duration
) -> None:
    """Raise where options of an API for long jobs cannot work.

    Raises:
        RefusedError: If they cannot.
    """
    if not _PATH.fullmatch(path):
        fix = "write it as 'jobs' or 'v1/reports'"
        raise refusal(scope, "path", "a path without outer slashes and parameters", repr(path), fix)
    if schema and schema.get("type", "object") != "object":
        fix = "put what is sent into an object"
        raise refusal(scope, "request_schema", "one of an object", f"one of {schema['type']}", fix)
    fix = "1 gives each job the whole time of an invocation"
    require_between(scope, "batch_size", batch_size, 1, UNWINDOWED_BATCH_SIZE, fix, rule="service-limit")
    least = 2 * LONGEST_RETENTION
    if seconds(status_ttl) < least:
        allowed = f"at least {least // DAY} days, in which a message can come once more"
        fix = "leave it out for 29 days; a job that was forgotten would be done again"
        raise refusal(scope, "status_ttl", allowed, status_ttl, fix)


class JobRules:
    """An API for long jobs, as it was synthesized.

    Args:
        scope: The pattern.
        gateway: Its front.
    """

    def __init__(self, scope: IConstruct, gateway: JobGateway) -> None:
        self._path, self._gateway = path_of(scope), gateway

    @staticmethod
    def lease_of(scope: IConstruct, worker: Handling) -> float:
        """Return how long one delivery of a job may work on it: as long as the function runs.

        Raises:
            RefusedError: If that cannot be read.
        """
        if worker.timeout is None:
            fix = "define it in this app, with a timeout that is a number"
            raise refusal(scope, "function", "one whose timeout can be read", "one without", fix)
        return worker.timeout

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each method that would answer a failed call as a good one."""
        for route, resource in self._gateway.integrations.items():
            integration = synthesized.properties(resource).get("Integration", {})
            missing = hides_failures(integration.get("IntegrationResponses") or [])
            if missing:
                yield refusal(
                    self._path,
                    f"integration responses of {route}",
                    "such that no failure of the service gets the default answer",
                    f"none for status {missing}",
                    "give one with SelectionPattern [45]\\d{2}, or callers hear that a lost job was taken",
                    rule="integration-failures",
                    resource=resource,
                )
            if integration.get("PassthroughBehavior") != "NEVER":
                yield refusal(
                    self._path,
                    f"passthrough behavior of {route}",
                    "NEVER",
                    integration.get("PassthroughBehavior", "WHEN_NO_MATCH"),
                    "or a body of another content type is sent to the service as the caller wrote it",
                    rule="integration-passthrough",
                    resource=resource,
                )
