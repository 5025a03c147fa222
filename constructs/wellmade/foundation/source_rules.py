"""What must hold of a function's source as it was synthesized."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import IConstruct

from wellmade.facts.lambda_ import DEFAULT_TIMEOUT
from wellmade.facts.sqs import DEFAULT_VISIBILITY, INVOCATIONS_PER_POLLER, least_visibility
from wellmade.foundation.function_option import Handling
from wellmade.foundation.queue_rules import resource_of as queue_resource
from wellmade.kit.lookups import default_child, path_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized
from wellmade.kit.workload import resource_of as function_resource

_MAPPING = "AWS::Lambda::EventSourceMapping"


@dataclass(frozen=True)
class SourceRules:
    """A queue, the function that polls it, and the mapping between the two."""

    scope: IConstruct
    queue: sqs.IQueue
    handling: Handling
    mapping: lambda_.EventSourceMapping
    visibility: float | None
    """What the user said, of a queue that the template does not hold."""

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken."""
        resource = cast(lambda_.CfnEventSourceMapping, default_child(self.mapping))
        source = synthesized.properties(resource)
        yield from self._hidden_long_enough(synthesized, source)
        yield from self._failures(source, resource)
        yield from self._window(source, resource)
        yield from self._concurrency(synthesized, source)

    def _hidden_long_enough(
        self, synthesized: Synthesized, source: Mapping[str, Any]
    ) -> Iterator[RefusedError]:
        queue, function = queue_resource(self.queue), function_resource(self.handling.given)
        given: Any = self.visibility
        if queue is not None:
            given = synthesized.properties(queue).get("VisibilityTimeout", DEFAULT_VISIBILITY)
        timeout: Any = self.handling.timeout
        if function is not None:
            timeout = synthesized.properties(function).get("Timeout", DEFAULT_TIMEOUT)
        window = source.get("MaximumBatchingWindowInSeconds") or 0
        if not all(isinstance(each, int | float) for each in (given, timeout, window)):
            return
        least = least_visibility(timeout, window)
        if given < least:
            sum_of = f"6 x {timeout:.12g} s of timeout + {window:.12g} s of batching window"
            yield refusal(
                path_of(self.scope),
                "visibility_timeout",
                f"at least {least:.12g} s ({sum_of})",
                f"{given:.12g} s",
                "or a message is processed twice at once",
                rule="queue-visibility",
                resource=queue,
            )

    def _failures(
        self, source: Mapping[str, Any], resource: lambda_.CfnEventSourceMapping
    ) -> Iterator[RefusedError]:
        if "ReportBatchItemFailures" not in (source.get("FunctionResponseTypes") or []):
            yield refusal(
                path_of(self.scope),
                "function_response_types",
                "['ReportBatchItemFailures']",
                source.get("FunctionResponseTypes"),
                "or one bad message sends its whole batch back",
                rule="partial-batch-response",
                resource=resource,
            )

    def _window(
        self, source: Mapping[str, Any], resource: lambda_.CfnEventSourceMapping
    ) -> Iterator[RefusedError]:
        window = source.get("MaximumBatchingWindowInSeconds")
        if self.queue.fifo and window:
            yield refusal(
                path_of(self.scope),
                "max_batching_window",
                "absent on a FIFO queue",
                f"{window} s",
                "leave it out: SQS refuses it there",
                rule="fifo-batching-window",
                resource=resource,
            )

    def _concurrency(self, synthesized: Synthesized, source: Mapping[str, Any]) -> Iterator[RefusedError]:
        function = function_resource(self.handling.given)
        reserved = (
            synthesized.properties(function).get("ReservedConcurrentExecutions")
            if function is not None
            else self.handling.reserved
        )
        if not isinstance(reserved, int):
            return
        sources = _queue_sources(synthesized.resources(self.mapping), source.get("FunctionName"))
        bounds = [_most_at_once(each) for each in sources]
        if None in bounds:
            yield self._unbounded(reserved)
        elif sum(each for each in bounds if each) > reserved:
            yield self._too_many(reserved, [each for each in bounds if each])

    def _unbounded(self, reserved: int) -> RefusedError:
        return refusal(
            path_of(self.scope),
            "max_concurrency",
            f"set on every queue that the function polls, since it reserves {reserved}",
            "none on one of them",
            "or throttled receives end in the dead-letter queue",
            rule="source-concurrency",
        )

    def _too_many(self, reserved: int, bounds: list[int]) -> RefusedError:
        return refusal(
            path_of(self.scope),
            "max_concurrency",
            f"at most {reserved}, the function's reservation, in sum over its queues",
            f"{sum(bounds)} over {len(bounds)} queues",
            "or throttled receives end in the dead-letter queue",
            rule="source-concurrency",
        )


def _queue_sources(resources: Mapping[str, Any], function: object) -> list[Mapping[str, Any]]:
    """Return the mappings of a template by which a function polls queues."""
    return [
        each["Properties"]
        for each in resources.values()
        if each["Type"] == _MAPPING
        and each["Properties"].get("FunctionName") == function
        and "StartingPosition" not in each["Properties"]
    ]


def _most_at_once(source: Mapping[str, Any]) -> int | None:
    """Return how many copies a source runs at most; None where nothing bounds it."""
    pollers = source.get("ProvisionedPollerConfig", {}).get("MaximumPollers")
    found = source.get("ScalingConfig", {}).get("MaximumConcurrency")
    if isinstance(pollers, int):
        return pollers * INVOCATIONS_PER_POLLER
    return found if isinstance(found, int) else None
