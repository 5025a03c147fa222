"""A function that reads a stream, and what becomes of records that it cannot process."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import jsii
from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.alarms import define_alarm
from wellmade.foundation.dead_letters import define_dead_letters
from wellmade.foundation.python_function import PythonFunction
from wellmade.foundation.refusal import refusal, refusal_message, require_between
from wellmade.foundation.synth_check import check_at_synth
from wellmade.foundation.tree import seconds

RETRIES = 3
BATCH_SIZE = 100
WINDOW = Duration.seconds(1)


@jsii.implements(iam.IGrantable)
class StreamConsumer(Construct):
    """What every pattern is that reads a stream: function, mapping, and where failed records go."""

    function: PythonFunction
    """What processes the records."""
    source: lambda_.CfnEventSourceMapping
    """What hands records of the stream to the function."""
    failures: sqs.Queue
    """Tells which records were given up, as their places in the stream; the records stay there."""
    alarms: list[cloudwatch.Alarm]
    """On records given up, on the age of what is read, on errors and on throttles."""

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The function's role, so that a resource's own `grant_…` methods take this construct."""
        return self.function.grant_principal

    def _define_function(
        self,
        package: str | Path,
        environment: Mapping[str, str] | None,
        timeout: Duration | None,
        concurrency: int,
    ) -> PythonFunction:
        self.function = PythonFunction(
            self, "Worker", package=package, environment=environment, timeout=timeout, concurrency=concurrency
        )
        return self.function

    def _read(
        self,
        source_arn: str,
        *,
        maximum_record_age: Duration,
        retention: Duration | None,
        parallelization: int,
        **more: Any,
    ) -> None:
        """Read a stream; the function must have been set."""
        self._refuse_wrong(maximum_record_age, retention, parallelization)
        self._retention = retention
        self.failures, given_up = define_dead_letters(
            self, "Failures", meaning="Records were given up after 3 retries. The message tells their place."
        )
        self.function.allow(
            ["sqs:SendMessage"],
            [self.failures.queue_arn],
            called_by="the event source, to tell which records were given up",
        )
        self.source = lambda_.CfnEventSourceMapping(
            self,
            "Source",
            function_name=self.function.function.function_name,
            event_source_arn=source_arn,
            starting_position="TRIM_HORIZON",
            batch_size=BATCH_SIZE,
            maximum_batching_window_in_seconds=seconds(WINDOW),
            parallelization_factor=parallelization,
            maximum_retry_attempts=RETRIES,
            maximum_record_age_in_seconds=seconds(maximum_record_age),
            bisect_batch_on_function_error=True,
            function_response_types=["ReportBatchItemFailures"],
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(
                    destination=self.failures.queue_arn
                )
            ),
            **more,
        )
        # The mapping is refused where the role cannot read the stream yet.
        self.source.node.add_dependency(self.function.role)
        self.alarms = [given_up, self._define_age_alarm(maximum_record_age), *self.function.alarms]
        check_at_synth(self, self._broken)

    def _refuse_wrong(
        self, maximum_record_age: Duration, retention: Duration | None, parallelization: int
    ) -> None:
        age = seconds(maximum_record_age)
        require_between(self, "parallelization", parallelization, 1, 10, "1 keeps up with most streams")
        require_between(self, "maximum_record_age in seconds", age, 60, 604800, "24 hours outlast an outage")
        if retention and age > seconds(retention):
            fix = "raise the stream's retention, or lower the age: a record that expires first is lost"
            allowed = f"at most the stream's retention of {seconds(retention):.12g} s"
            raise refusal(self, "maximum_record_age", allowed, maximum_record_age, fix)

    def _define_age_alarm(self, maximum_record_age: Duration) -> cloudwatch.Alarm:
        return define_alarm(
            self,
            "IteratorAge",
            metric="IteratorAge",
            namespace="AWS/Lambda",
            dimensions={"FunctionName": self.function.function.function_name},
            # While there is time to act: a quarter of what records may wait before they are given up.
            above=seconds(maximum_record_age) * 1000 / 4,
            description="The consumer falls behind. Raise parallelization, or see what it waits for.",
        )

    def _broken(self) -> list[str]:
        """Return a sentence for each rule that somebody broke who reached through to the mapping."""
        retries = cast(float | None, self.source.maximum_retry_attempts)
        age = cast(float | None, self.source.maximum_record_age_in_seconds)
        found: list[tuple[str, str, object, str]] = []
        if retries is None or retries < 0:
            fix = "or one bad record holds up its shard until it expires"
            found.append(("maximum_retry_attempts", "0 to 10000", retries, fix))
        if self.source.destination_config is None:
            fix = "or given up records are gone without a trace"
            found.append(("destination_config", "one with an on-failure destination", None, fix))
        if "ReportBatchItemFailures" not in (self.source.function_response_types or []):
            fix = "or one bad record sends its whole batch back"
            given = self.source.function_response_types
            found.append(("function_response_types", "['ReportBatchItemFailures']", given, fix))
        if self._retention and (age is None or not 60 <= age <= seconds(self._retention)):
            allowed = f"60 to {seconds(self._retention):.12g}, the stream's retention in seconds"
            found.append(
                ("maximum_record_age_in_seconds", allowed, age, "or records expire before they are given up")
            )
        return [refusal_message(self, *each) for each in found]
