"""Smaller files to Lambda, larger ones through Step Functions to a task."""

import json
from collections.abc import Sequence
from functools import reduce
from typing import Any, cast

from aws_cdk import Annotations, Size
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from wellmade.facts.lambda_ import LONGEST_TIMEOUT
from wellmade.foundation.graphs import Graph
from wellmade.ingest.file_pipeline import FilePipeline
from wellmade.ingest.file_stores import FileStores
from wellmade.ingest.grants import PrincipalGrants, WorkloadGrants
from wellmade.ingest.handler_grants import allow_files
from wellmade.ingest.size_alarms import SizeAlarms, SizeThresholds, define_size_alarms
from wellmade.ingest.size_rules import (
    SizeRules,
    WorstCase,
    refuse_express,
    refuse_wrong_threshold,
    worst_cases,
)
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import offers
from wellmade.kit.synth_checks import check_at_synth
from wellmade.kit.template_metadata import record
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, resource_of, timeout_of, workload_of
from wellmade_runtime import variables as named

DEFAULT_THRESHOLD = Size.mebibytes(100)
PREFIX = "LARGE_FILES_"


class SizeRouter(Construct):
    """Leave files that are too large for a pipeline's function to a workflow, such as one of a Fargate task.

    Defines: the pipeline's permission to start the workflow, its variables, an alarm on runs of the function
    that come near its timeout, and alarms on executions that fail or time out where the workflow has none.

    The function looks at the size that the event of S3 tells. Up to the threshold it reads the file itself;
    of a larger one it starts an execution called after bucket, key and etag, so that an event that comes
    twice starts one. The execution gets `bucket`, `key`, `etag`, `version` and `size`. Handlers that travel
    with the library do so by `wellmade_runtime.file_inbox`; your own by `wellmade_runtime.large_files`, or by
    the variables `LARGE_FILES_ABOVE_BYTES`, `LARGE_FILES_SUFFIXES` and `LARGE_FILES_STATE_MACHINE_ARN`.
    What works on larger files is connected with `connect`.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        pipeline = FilePipeline(self, "Files", function="file_receipts")
        task = FargateTask(self, "Receiver", image="file_receiver", vpc=vpc)
        file = {f"FILE_{name.upper()}.$": f"$.{name}" for name in ("bucket", "key", "etag", "version")}
        run = RunTask(task.cluster, task.task_definition, task.security_groups, environment=file)
        workflow = Workflow(self, "LargeFiles", steps=[Step("Receive", run)])
        router = SizeRouter(
            self, "Sizes", pipeline=pipeline, workflow=workflow, worst_case=Duration.minutes(1)
        )
        router.connect(task)

    Args:
        pipeline: What files arrive in, and whose function reads the smaller ones.
        workflow: What processes a larger file: a `Workflow`, any `sfn.StateMachine`, or an imported one; a
            Standard one, whose executions have names.
        worst_case: How long the function takes at worst for a file of the threshold's size, for all files or
            by suffix. What takes longer than Lambda runs, or than the function's timeout, is refused.
        threshold: Size of the largest file that the function reads. Default: 100 MiB.
        task_suffixes: What names of files end with that go to the workflow whatever their size. Default:
            none.
        alarm_thresholds: By alarm (`long_runs` in milliseconds, `failed_executions`, `timed_out_executions`)
            the line above which it fires, or None to leave it out. Default: 80 % of the function's timeout,
            0, 0.

    Raises:
        RefusedError: If an option is out of bounds, or the stated worst case is over 15 minutes; at synth
            also if it is over the function's timeout.
    """

    threshold: Size
    """Size of the largest file that the function reads."""
    pipeline: FilePipeline
    """What files arrive in."""
    workflow: sfn.IStateMachine
    """What processes larger files."""
    alarms: SizeAlarms
    """`long_runs`, `failed_executions` and `timed_out_executions`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        pipeline: FilePipeline,
        workflow: sfn.IStateMachine | sfn.StateMachine,
        worst_case: WorstCase,
        threshold: Size = DEFAULT_THRESHOLD,
        task_suffixes: Sequence[str] = (),
        alarm_thresholds: SizeThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        refuse_elsewhere(self, "workflow", workflow)
        refuse_express(self, workflow)
        self.pipeline, self.workflow = pipeline, workflow
        self.threshold = threshold
        refuse_wrong_threshold(self, threshold)
        stated = worst_cases(self, pipeline.suffixes, task_suffixes, worst_case)
        self._route(task_suffixes)
        resource = resource_of(pipeline.function)
        if resource is not None:
            entries = [
                {"work": f"files *{suffix} of up to {threshold.to_bytes():.0f} bytes", "seconds": longest}
                for suffix, longest in stated.items()
            ]
            record(resource, "wellmade", "worstCases", entries)
            check_at_synth(self, SizeRules(self, resource, stated).broken)
        timeout = timeout_of(pipeline.function) or LONGEST_TIMEOUT
        self.alarms = define_size_alarms(self, pipeline.function, self.workflow, timeout, alarm_thresholds)

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let what processes larger files read them and write what they became.

        Sets where in its variables `RESULTS_BUCKET`, `QUARANTINE_BUCKET` and `TABLE_NAME`.

        Args:
            workload: What the workflow runs, such as a `FargateTask`.
            prefix: Before the variables' names. Default: nothing.

        Raises:
            RefusedError: If something else has set the variables.
        """
        set_variables(self, workload, self._stores.variables, prefix=prefix)
        allow_files(
            WorkloadGrants(workload_of(self, workload)),
            self.pipeline.inbox,
            self._stores,
            self.pipeline.prefix,
        )

    def grant_process(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee`, such as the role of a task of your own, do what `connect` lets a workload do."""
        grants = PrincipalGrants(grantee)
        allow_files(grants, self.pipeline.inbox, self._stores, self.pipeline.prefix)
        return reduce(iam.Grant.combine, grants.granted)

    def metric_large_files(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of files left to the workflow; options as for `cloudwatch.Metric`."""
        return self.workflow.metric_started(**options)

    def metric_failed_files(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of larger files that failed; options as for `cloudwatch.Metric`."""
        return self.workflow.metric_failed(**options)

    def metric_longest_run(self, **options: Any) -> cloudwatch.Metric:
        """Return the longest run of the function in milliseconds; options as for `cloudwatch.Metric`."""
        return self.pipeline.function.metric_duration(**{"statistic": "Maximum", **options})

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [
            Graph("larger files", [self.metric_large_files(), self.metric_failed_files()]),
            Graph("longest run", [self.metric_longest_run()]),
        ]

    @property
    def _stores(self) -> FileStores:
        pipeline = self.pipeline
        return FileStores(pipeline.results, pipeline.quarantine, pipeline.table, pipeline.idempotency_table)

    def _route(self, task_suffixes: Sequence[str]) -> None:
        """Let the function start the workflow, and tell it for which files."""
        variables = {
            named.LARGE_FILES_ABOVE_BYTES: f"{self.threshold.to_bytes():.0f}",
            named.LARGE_FILES_SUFFIXES: json.dumps(list(task_suffixes)),
        }
        if resource_of(self.pipeline.function) is None:
            self._allow_start()
            self._tell_of({**variables, named.LARGE_FILES_STATE_MACHINE_ARN: "the workflow's ARN"})
            return
        set_variables(self, self.pipeline, variables)
        if offers(self.workflow, "connect"):
            # By a name that is known early, so that the workflow's stack may depend on the pipeline's.
            cast(Any, self.workflow).connect(self.pipeline, prefix=PREFIX)
            return
        arn = {named.LARGE_FILES_STATE_MACHINE_ARN: self.workflow.state_machine_arn}
        set_variables(self, self.pipeline, arn)
        self._allow_start()

    def _allow_start(self) -> None:
        self.pipeline.allow(["states:StartExecution"], [self.workflow.state_machine_arn])

    def _tell_of(self, variables: dict[str, str]) -> None:
        listed = ", ".join(f"{name} ({value})" for name, value in variables.items())
        Annotations.of(self).add_warning_v2(
            "wellmade:imported-function-sizes",
            f"the variables {listed} must be set where the imported function is defined, with a timeout that "
            "is no shorter than the stated worst case",
        )
