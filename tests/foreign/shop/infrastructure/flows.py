"""Workflows over the shop's own functions, queues and tasks."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infrastructure.services import SERVICES, image_function, node_function, own_queue
from wellmade.foundation import OnDemandTable, PythonFunction, suppress
from wellmade.workflow import (
    CallAwsService,
    Choice,
    HumanApproval,
    Invoke,
    Parallel,
    RequestApproval,
    RunTask,
    ScheduledJob,
    SendMessageWithTaskToken,
    Step,
    Wait,
    Workflow,
)


class Saga(cdk.Stack):
    """Steps over functions of all kinds, compensated where one fails."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        reserve = Invoke(node_function(self), {"action": "reserve"})
        release = Invoke(node_function(self, "Release"))
        workflow = Workflow(
            self,
            "Orders",
            steps=[
                Step("Reserve", reserve, release),
                Step(
                    "Both",
                    Parallel(
                        [
                            [Step("Report", Invoke(image_function(self)))],
                            [Step("Pause", Wait(cdk.Duration.minutes(1)))],
                        ]
                    ),
                ),
            ],
            encryption_key=kms.Key(self, "Key", enable_key_rotation=True),
        )
        workflow.connect(node_function(self, "Starter"))


class WithChoices(cdk.Stack):
    """A choice, a call of AWS, and a person who is asked."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        approval = HumanApproval(self, "Large", timeout=cdk.Duration.days(1))
        queue = own_queue(self, cdk.Duration.minutes(2))
        send = CallAwsService(
            "sqs",
            "sendMessage",
            iam_resources=[queue.queue_arn],
            parameters={"QueueUrl": queue.queue_url, "MessageBody": "done"},
        )
        ask = RequestApproval(approval, "Ship this order?")
        large = {"Variable": "$.total", "NumericGreaterThan": 1000}
        Workflow(
            self,
            "Orders",
            steps=[Step("Ask", Choice([Step("AskSomebody", ask, when=large)])), Step("Tell", send)],
        )


class ByQueue(cdk.Stack):
    """A worker of the shop's own does a step and reports back."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        queue = own_queue(self, cdk.Duration.minutes(2))
        pay = SendMessageWithTaskToken(queue, {"order.$": "$.order_id"}, timeout=cdk.Duration.minutes(30))
        caller = PythonFunction(self, "Caller", code=SERVICES / "gate")
        workflow = Workflow(self, "Orders", steps=[Step("Pay", pay)], idempotency_key_path="$.order_id")
        workflow.grant_start(caller)


class ExpressFlow(cdk.Stack):
    """Short work that runs often."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        Workflow(self, "Quick", steps=[Step("Notify", Invoke(node_function(self)))], express=True)


class Jobs(cdk.Stack):
    """Jobs by the clock: a function of the shop's own, and a task that takes longer, under one table of leases."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        nightly = scheduler.ScheduleExpression.cron(
            hour="4", minute="15", time_zone=cdk.TimeZone.AMERICA_NEW_YORK
        )
        leases = OnDemandTable(self, "Leases", partition_key="pk")
        function = node_function(self)
        job = ScheduledJob(self, "Prices", schedule=nightly, function=function, lease_table=leases)
        job.grant_run(node_function(self, "Console"))
        hourly = scheduler.ScheduleExpression.rate(cdk.Duration.hours(1))
        ScheduledJob(self, "Report", schedule=hourly, task=self._report(), lease_table=leases)

    def _report(self) -> RunTask:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        suppress(vpc, {"AwsSolutions::AwsSolutions-VPC7": "The shop records no flows."})
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc, container_insights_v2=ecs.ContainerInsights.ENABLED)
        definition = ecs.FargateTaskDefinition(self, "Task")
        image = ecs.ContainerImage.from_asset(str(SERVICES / "report"))
        lines = logs.LogGroup(self, "Lines", retention=logs.RetentionDays.ONE_MONTH)
        suppress(lines, {"CKV_AWS_158": "The report names no person."})
        log = ecs.LogDrivers.aws_logs(stream_prefix="report", log_group=lines)
        definition.add_container("main", image=image, logging=log)
        suppress(definition, {"AwsSolutions::AwsSolutions-ECS2": "It is told the names of resources."})
        policy = definition.obtain_execution_role().node.find_child("DefaultPolicy")
        suppress(
            policy, {"AwsSolutions::AwsSolutions-IAM5[Resource::*]": "A login to ECR names no resource."}
        )
        group = ec2.SecurityGroup(self, "Group", vpc=vpc, description="reports", allow_all_outbound=True)
        return RunTask(cluster, definition, [group], timeout=cdk.Duration.hours(2))
