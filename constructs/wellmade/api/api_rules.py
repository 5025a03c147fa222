"""What must hold of an API as it was synthesized."""

from collections.abc import Iterator, Mapping
from typing import Any

from constructs import IConstruct

from wellmade.api.http_gateway import HttpGateway
from wellmade.api.rest_gateway import RestGateway
from wellmade.facts.apigateway import HTTP_TIMEOUT, REST_TIMEOUT
from wellmade.facts.lambda_ import DEFAULT_TIMEOUT
from wellmade.foundation.function_option import Handling
from wellmade.kit.lookups import path_of
from wellmade.kit.numbers import number_of, unjudged
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized
from wellmade.kit.workload import resource_of

LONGEST = {"http": HTTP_TIMEOUT, "rest": REST_TIMEOUT}


class ApiRules:
    """An API, its routes and their functions.

    Args:
        scope: The pattern.
        gateway: The API.
        functions: By route.
        quota: Most seconds that it may wait.
    """

    def __init__(
        self,
        scope: IConstruct,
        gateway: HttpGateway | RestGateway,
        functions: Mapping[str, Handling],
        quota: float,
    ) -> None:
        self._path, self._gateway, self._functions, self._quota = path_of(scope), gateway, functions, quota

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken."""
        seen: set[str] = set()
        for route, resource in self._gateway.integrations.items():
            waits = self._gateway.timeout_of(synthesized.properties(resource))
            known = number_of(waits)
            if resource.node.path not in seen:
                values = {"TimeoutInMillis": waits}
                yield from unjudged(
                    self._gateway.stage, values, rule="api-integration-timeout", resource=resource
                )
            longest = LONGEST[self._gateway.kind] if known is None else known / 1000
            if longest > self._quota and resource.node.path not in seen:
                yield self._waits_too_long(longest, resource)
            function = self._functions[route]
            if function.given.node.path not in seen:
                yield from self._works_too_long(synthesized, function, longest)
            seen |= {resource.node.path, function.given.node.path}
        yield from self._unlimited(synthesized)

    def _waits_too_long(self, longest: float, resource: Any) -> RefusedError:
        return refusal(
            self._path,
            "integration timeout",
            f"at most {self._quota:.12g} s",
            f"{longest:.12g} s",
            "or API Gateway refuses it; answer 202 and work from a queue",
            rule="api-integration-timeout",
            resource=resource,
        )

    def _works_too_long(
        self, synthesized: Synthesized, function: Handling, longest: float
    ) -> Iterator[RefusedError]:
        resource = resource_of(function.given)
        if resource is None:
            return
        timeout = synthesized.properties(resource).get("Timeout", DEFAULT_TIMEOUT)
        runs = number_of(timeout)
        if runs is None:
            yield from unjudged(
                function.given, {"Timeout": timeout}, rule="api-function-timeout", resource=resource
            )
        elif runs > longest:
            yield refusal(
                self._path,
                f"timeout of {path_of(function.given)}",
                f"at most {longest:.12g} s, which is how long the API waits",
                f"{runs:.12g} s",
                "shorten it, or answer 202 and work from a queue",
                rule="api-function-timeout",
                resource=resource,
            )

    def _unlimited(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        limits = self._gateway.limits_of(synthesized.properties(self._gateway.stage))
        missing = [
            name for name in ("ThrottlingRateLimit", "ThrottlingBurstLimit") if limits.get(name) is None
        ]
        if missing:
            yield refusal(
                self._path,
                "throttle",
                "set on the stage",
                f"none for {' and '.join(missing)}",
                "or one caller uses up the limit of all APIs of the account",
                rule="api-throttle",
                resource=self._gateway.stage,
            )
