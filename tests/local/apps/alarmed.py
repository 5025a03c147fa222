"""What `watch` looks at, made to fail: functions, a queue, state machines, and what their failures go to."""

from typing import Any, cast

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as elbv2_targets
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from wellmade.api import LambdaApi, NoAuthorizer, Route
from wellmade.foundation import monitor
from wellmade.observability import Watch, watch

_HANDLER = """
import time


def handler(event, context):
    time.sleep(event.get("seconds", 0))
    if event.get("fails") or "Records" in event or "requestContext" in event:
        raise ValueError("as the test wants it")
"""
NOBODY = "127.0.0.9"
"""An address of this machine where nothing answers."""
NOTHING = {"errors": None, "throttles": None, "duration": None}


class AlarmedStack(cdk.Stack):
    """Each thing with its alarms, one alarm over all, and two queues that the test takes away."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.watched: dict[str, Watch] = {}
        self._define_functions()
        self._define_stream()
        failed = sqs.DeadLetterQueue(queue=sqs.Queue(self, "Failed"), max_receive_count=1)
        jobs = sqs.Queue(self, "Jobs", visibility_timeout=cdk.Duration.seconds(1), dead_letter_queue=failed)
        self._watch("Jobs", jobs, oldest_message=1, waiting_messages=1)
        self._output("JobsUrl", jobs.queue_url)
        self._define_machines()
        self._define_fronts()
        shown = monitor(self, *self.watched.values())
        assert shown.composite_alarm is not None
        self._output("CompositeName", shown.composite_alarm.alarm_name)

    def _define_functions(self) -> None:
        busy = self._function("Busy", reserved_concurrent_executions=2)
        # On AWS it fires after five minutes at the reservation; a test waits for the first.
        self._watch("Busy", busy)
        concurrency = self.watched["Busy"].alarms.concurrency.node.default_child
        cast(cloudwatch.CfnAlarm, concurrency).evaluation_periods = 1
        gone = sqs.Queue(self, "Gone")
        self._output("GoneUrl", gone.queue_url)
        self._watch("Dead", self._function("Dead", dead_letter_queue=gone, retry_attempts=0), **NOTHING)
        kept: Any = destinations.SqsDestination(gone)
        self._watch("Lost", self._function("Lost", on_failure=kept, retry_attempts=0), **NOTHING)

    def _define_stream(self) -> None:
        clicks = kinesis.Stream(self, "Clicks", shard_count=1)
        reader = self._function("Reader")
        start = lambda_.StartingPosition.TRIM_HORIZON
        reader.add_event_source(sources.KinesisEventSource(clicks, starting_position=start, retry_attempts=1))
        self._watch("Reader", reader, iterator_age=1, **NOTHING)
        self._output("StreamName", clicks.stream_name)

    def _define_machines(self) -> None:
        states = {
            "Broken": sfn.Fail(self, "Fail", error="Broken"),
            "Slow": sfn.Wait(self, "Wait", time=sfn.WaitTime.duration(cdk.Duration.minutes(5))),
        }
        for name, state in states.items():
            body = sfn.DefinitionBody.from_chainable(cast(sfn.IChainable, state))
            machine = sfn.StateMachine(self, name, definition_body=body, timeout=cdk.Duration.seconds(2))
            self._watch(name, machine)
            self._output(f"{name}Arn", machine.state_machine_arn)

    def _define_fronts(self) -> None:
        """Define an API whose function fails, and a load balancer before it and before nobody."""
        failing = self._function("Failing")
        api = LambdaApi(
            self, "Front", function=failing, routes={"GET /": Route(authorizer=NoAuthorizer("Test."))}
        )
        self._output("FrontApiId", api.api_id)
        self._output("FrontServerErrors", api.alarms.server_errors.alarm_name)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=0, restrict_default_security_group=False)
        inside = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        balancer = elbv2.ApplicationLoadBalancer(self, "Balancer", vpc=vpc, vpc_subnets=inside)
        self._output("BalancerName", balancer.load_balancer_name)
        targets: Any = [elbv2_targets.LambdaTarget(cast(lambda_.IFunction, failing))]
        listener = balancer.add_listener("Listener", port=80, open=False)
        listener.add_targets("Functions", targets=targets)
        nobody: Any = [elbv2_targets.IpTarget(NOBODY, 9, "all")]
        condition = elbv2.ListenerCondition.path_patterns(["/nobody"])
        group = listener.add_targets("Nobody", port=80, targets=nobody, conditions=[condition], priority=1)
        self._watch("Balancer", balancer)
        self._watch("Nobody", group)

    def _function(self, name: str, **options: Any) -> lambda_.Function:
        function = lambda_.Function(
            self,
            name,
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(_HANDLER),
            timeout=cdk.Duration.seconds(5),
            **options,
        )
        self._output(f"{name}Name", function.function_name)
        return function

    def _watch(self, name: str, resource: Construct, **thresholds: Any) -> None:
        self.watched[name] = watch(self, resource, alarm_thresholds=thresholds)
        for alarm, defined in self.watched[name].alarms.by_name().items():
            if defined:
                self._output(f"{name}{alarm.title().replace('_', '')}", defined.alarm_name)

    def _output(self, name: str, value: str) -> None:
        cdk.CfnOutput(self, f"Out{name}", value=value).override_logical_id(name)
