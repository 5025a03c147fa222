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
from wellmade.kit.numbers import number_of, unjudged
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
        hidden, runs, waits = number_of(given), number_of(timeout), number_of(window)
        if hidden is None or runs is None or waits is None:
            yield from self._unjudged(given, timeout, window, queue)
            return
        least = least_visibility(runs, waits)
        if hidden < least:
            sum_of = f"6 x {runs:.12g} s of timeout + {waits:.12g} s of batching window"
            yield refusal(
                path_of(self.scope),
                "visibility_timeout",
                f"at least {least:.12g} s ({sum_of})",
                f"{hidden:.12g} s",
                "or a message is processed twice at once",
                rule="queue-visibility",
                resource=queue,
            )

    def _unjudged(
        self, given: Any, timeout: Any, window: Any, resource: sqs.CfnQueue | None
    ) -> Iterator[RefusedError]:
        values = {
            "VisibilityTimeout": given,
            "Timeout": timeout,
            "MaximumBatchingWindowInSeconds": window,
        }
        return unjudged(self.scope, values, rule="queue-visibility", resource=resource)

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
        most = number_of(reserved)
        if most is None:
            yield from self._uncounted({"ReservedConcurrentExecutions": reserved}, function)
            return
        sources = _queue_sources(synthesized.resources(self.mapping), source.get("FunctionName"))
        given = [_most_at_once(each) for each in sources]
        bounds = [found for each in given if (found := number_of(each)) is not None]
        if None in given:
            yield self._unbounded(most)
        elif len(bounds) < len(given):
            for each in given:
                yield from self._uncounted({"MaximumConcurrency": each}, None)
        elif sum(bounds) > most:
            yield self._too_many(most, bounds)

    def _uncounted(
        self, values: Mapping[str, Any], resource: lambda_.CfnFunction | None
    ) -> Iterator[RefusedError]:
        return unjudged(self.scope, values, rule="source-concurrency", resource=resource)

    def _unbounded(self, reserved: float) -> RefusedError:
        return refusal(
            path_of(self.scope),
            "max_concurrency",
            f"set on every queue that the function polls, since it reserves {reserved:.12g}",
            "none on one of them",
            "or throttled receives end in the dead-letter queue",
            rule="source-concurrency",
        )

    def _too_many(self, reserved: float, bounds: list[float]) -> RefusedError:
        return refusal(
            path_of(self.scope),
            "max_concurrency",
            f"at most {reserved:.12g}, the function's reservation, in sum over its queues",
            f"{sum(bounds):.12g} over {len(bounds)} queues",
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


def _most_at_once(source: Mapping[str, Any]) -> Any:
    """Return how many copies a source runs at most, as it is written; None where nothing bounds it."""
    pollers = source.get("ProvisionedPollerConfig", {}).get("MaximumPollers")
    if pollers is None:
        return source.get("ScalingConfig", {}).get("MaximumConcurrency")
    known = number_of(pollers)
    return pollers if known is None else known * INVOCATIONS_PER_POLLER
