"""What must hold of a stream's source as it was synthesized."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct

from wellmade.facts.kinesis import RECORD_AGE
from wellmade.kit.lookups import path_of
from wellmade.kit.numbers import number_of, unjudged
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized
from wellmade.streaming.stream_source import source_of

Retention = Callable[[Synthesized], Any]
"""Tells for how many seconds the stream keeps records, as it is written; None where nobody knows."""


@dataclass(frozen=True)
class StreamRules:
    """A source, and how long what it reads is kept."""

    scope: IConstruct
    mapping: lambda_.EventSourceMapping
    retention: Retention

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken."""
        source = synthesized.properties(source_of(self.mapping))
        yield from self._failures(source)
        yield from self._age(source, self.retention(synthesized))

    def _failures(self, source: Mapping[str, Any]) -> Iterator[RefusedError]:
        retries = source.get("MaximumRetryAttempts", -1)
        known = number_of(retries)
        if known is None:
            yield from self._unjudged("MaximumRetryAttempts", retries, "stream-endless-retries")
        elif known < 0:
            fix = "or one bad record holds up its shard until it expires"
            yield self._refusal(
                "maximum_retry_attempts", "0 to 10000", retries, fix, "stream-endless-retries"
            )
        if not (source.get("DestinationConfig") or {}).get("OnFailure"):
            fix = "or records that failed are gone without a trace"
            given = source.get("DestinationConfig")
            yield self._refusal("on_failure_queue", "a queue", given, fix, "stream-failure-destination")
        types = source.get("FunctionResponseTypes")
        if "ReportBatchItemFailures" not in (types or []):
            fix = "or one bad record sends its whole batch back"
            allowed = "['ReportBatchItemFailures']"
            yield self._refusal("function_response_types", allowed, types, fix, "partial-batch-response")

    def _age(self, source: Mapping[str, Any], retention: Any) -> Iterator[RefusedError]:
        given, kept = source.get("MaximumRecordAgeInSeconds", -1), number_of(retention)
        age = number_of(given)
        yield from self._unjudged("RetentionPeriodHours", retention, "stream-retention")
        if age is None:
            yield from self._unjudged("MaximumRecordAgeInSeconds", given, "stream-retention")
            return
        most = min(RECORD_AGE[1], kept) if kept is not None else RECORD_AGE[1]
        if not RECORD_AGE[0] <= age <= most:
            bound = "the stream's retention" if most == retention else "7 days"
            allowed = f"{RECORD_AGE[0]} s to {bound} of {most:.12g} s"
            fix = "or records expire before they are given up"
            yield self._refusal("max_record_age", allowed, f"{age:.12g} s", fix, "stream-retention")

    def _unjudged(self, name: str, value: Any, rule: str) -> Iterator[RefusedError]:
        return unjudged(self.scope, {name: value}, rule=rule, resource=source_of(self.mapping))

    def _refusal(self, option: str, allowed: str, got: object, fix: str, rule: str) -> RefusedError:
        resource = source_of(self.mapping)
        return refusal(path_of(self.scope), option, allowed, got, fix, rule=rule, resource=resource)
