"""A queue with a function that fails, and a state machine that waits; each takes minutes on AWS."""

from collections.abc import Callable, Mapping
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

FAILING = "def handler(event, context):\n    raise ValueError('no')\n"
MINUTE = cdk.Duration.minutes(1)


class SlowStack(cdk.Stack):
    """Whatever happens here takes a minute or more, unless time goes faster."""

    def __init__(self, scope: Construct, construct_id: str, *, visibility: cdk.Duration) -> None:
        super().__init__(scope, construct_id)
        handler = self._function()
        dead = sqs.Queue(self, "Dead", delivery_delay=MINUTE)
        queue = sqs.Queue(
            self,
            "Queue",
            visibility_timeout=visibility,
            delivery_delay=MINUTE,
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=3, queue=dead),
        )
        window = cdk.Duration.seconds(30)
        handler.add_event_source(sources.SqsEventSource(queue, max_batching_window=window))
        for name, value in {
            "QueueUrl": queue.queue_url,
            "DeadUrl": dead.queue_url,
            "FunctionName": handler.function_name,
            "MachineArn": self._machine(handler).state_machine_arn,
        }.items():
            cdk.CfnOutput(self, name, value=value)

    def _function(self) -> lambda_.Function:
        code = lambda_.Code.from_inline(FAILING)
        return lambda_.Function(
            self, "Handler", runtime=lambda_.Runtime.PYTHON_3_13, handler="index.handler", code=code
        )

    def _machine(self, handler: lambda_.IFunction) -> sfn.StateMachine:
        """Wait, fail three times, then ask somebody who never answers."""
        wait = sfn.Wait(self, "Wait", time=sfn.WaitTime.duration(MINUTE))
        call = tasks.LambdaInvoke(self, "Call", lambda_function=handler, retry_on_service_exceptions=False)
        call.add_retry(interval=MINUTE, max_attempts=2, backoff_rate=1)
        ask = tasks.SqsSendMessage(
            self,
            "Ask",
            queue=sqs.Queue(self, "People"),
            message_body=sfn.TaskInput.from_object({"token": sfn.JsonPath.task_token}),
            integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
            task_timeout=sfn.Timeout.duration(cdk.Duration.minutes(20)),
        )
        chain = wait.next(call.add_catch(ask))
        return sfn.StateMachine(self, "Machine", definition_body=sfn.DefinitionBody.from_chainable(chain))


@pytest.fixture(scope="session")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Mapping[str, str]]:
    """Deploys the stack and returns its outputs."""

    def deploy(cloud: LocalCloud, visibility: cdk.Duration) -> Mapping[str, str]:
        out: Path = tmp_path_factory.mktemp("cdk.out")
        app = cdk.App(outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False)
        SlowStack(app, "slow", visibility=visibility)
        app.synth()
        return deploy_assembly(cloud, out).outputs["slow"]

    return deploy
