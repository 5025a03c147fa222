"""A job that is still at work when its next start is due."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from wellmade.foundation import OnDemandTable
from wellmade.workflow import ScheduledJob

HERE = Path(__file__).parent
SECONDS = 65


class SlowJobStack(cdk.Stack):
    """Starts each minute, and takes longer."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        job = ScheduledJob(
            self,
            "Slow",
            schedule=scheduler.ScheduleExpression.rate(cdk.Duration.minutes(1)),
            function=HERE / "slow_job",
            timeout=cdk.Duration.seconds(90),
            input={"seconds": SECONDS},
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        runs = OnDemandTable(self, "Runs", partition_key="pk", removal_policy=cdk.RemovalPolicy.DESTROY)
        runs.connect(job, actions=["dynamodb:UpdateItem"])
        outputs = {"RunsTableName": runs.table_name, "SkippedAlarm": job.alarms.skipped_runs.alarm_name}
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)
