"""State machines that fail, each in a way that the embedded AWS does not know by itself."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

WAITS_IN_PYTHON = """
import boto3, os
def handler(event, context):
    ended = boto3.client("stepfunctions").start_sync_execution(stateMachineArn=os.environ["MACHINE"])
    return ended["output"]
"""
WAITS_IN_NODE = """
const { SFNClient, StartSyncExecutionCommand } = require("@aws-sdk/client-sfn");
exports.handler = async () => {
  const call = new StartSyncExecutionCommand({ stateMachineArn: process.env.MACHINE });
  return (await new SFNClient({}).send(call)).output;
};
"""
ONE_SECOND = cdk.Duration.seconds(1)


class WorkflowsStack(cdk.Stack):
    """One state each; the outputs hold the machines' names."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self._call("Failing")
        self._call("Throttled", concurrency=0)
        hourly = {"interval": cdk.Duration.hours(1), "max_attempts": 3, "max_delay": ONE_SECOND}
        self._call("Paced", retry=hourly)
        ever = {"interval": ONE_SECOND, "backoff_rate": 1, "max_attempts": 99}
        self._call("Endless", retry=ever, timeout=ONE_SECOND)
        self._define_machine(
            "Slow", sfn.Wait(self, "Wait", time=sfn.WaitTime.duration(cdk.Duration.hours(1))), ONE_SECOND
        )
        self._wait_for_a_silent_worker()
        self._wait_for_the_end()

    def _call(
        self,
        name: str,
        *,
        retry: Mapping[str, Any] | None = None,
        timeout: cdk.Duration | None = None,
        concurrency: int | None = None,
    ) -> None:
        function = lambda_.Function(
            self,
            f"{name}Function",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline("def handler(event, context):\n    raise ValueError('no')\n"),
            reserved_concurrent_executions=concurrency,
        )
        call = tasks.LambdaInvoke(
            self, f"{name}Call", lambda_function=function, retry_on_service_exceptions=False
        )
        if retry:
            call.add_retry(**retry)
        self._define_machine(name, call, timeout)

    def _wait_for_a_silent_worker(self) -> None:
        wait = tasks.SqsSendMessage(
            self,
            "Ask",
            queue=sqs.Queue(self, "Nobody"),
            message_body=sfn.TaskInput.from_object({"token": sfn.JsonPath.task_token}),
            integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
            heartbeat_timeout=sfn.Timeout.duration(ONE_SECOND),
        )
        self._define_machine("Silent", wait)

    def _wait_for_the_end(self) -> None:
        """Functions of both languages that start an express workflow and wait for it."""
        machine = sfn.StateMachine(
            self,
            "Express",
            definition_body=sfn.DefinitionBody.from_chainable(
                sfn.Pass(self, "Made", result=sfn.Result.from_string("made"))
            ),
            state_machine_type=sfn.StateMachineType.EXPRESS,
        )
        codes = {lambda_.Runtime.PYTHON_3_13: WAITS_IN_PYTHON, lambda_.Runtime.NODEJS_22_X: WAITS_IN_NODE}
        for runtime, code in codes.items():
            name = f"Waiting{'Node' if 'node' in runtime.name else 'Python'}"
            function = lambda_.Function(
                self,
                name,
                runtime=runtime,
                handler="index.handler",
                code=lambda_.Code.from_inline(code),
                environment={"MACHINE": machine.state_machine_arn},
                timeout=cdk.Duration.seconds(30),
            )
            machine.grant_start_sync_execution(function)
            cdk.CfnOutput(self, f"{name}Name", value=function.function_name)

    def _define_machine(self, name: str, state: sfn.IChainable, timeout: cdk.Duration | None = None) -> None:
        body = sfn.DefinitionBody.from_chainable(state)
        machine = sfn.StateMachine(self, f"{name}Machine", definition_body=body, timeout=timeout)
        cdk.CfnOutput(self, name, value=machine.state_machine_arn)
