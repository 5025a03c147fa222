"""A console of a cloud with one of everything."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from wellmade.local.console.server import console_at
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud


class EverythingStack(cdk.Stack):
    """One of each kind that the console shows."""

    def __init__(self, scope: cdk.App, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        dead = sqs.Queue(self, "Dead")
        letters = sqs.DeadLetterQueue(max_receive_count=1, queue=dead)
        queue = sqs.Queue(self, "Inbox", dead_letter_queue=letters)
        key = dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
        table = dynamodb.Table(self, "Orders", partition_key=key)
        bucket = s3.Bucket(self, "Files")
        code = lambda_.Code.from_inline("def handler(event, context):\n    print('<b>said</b>')\n")
        function = lambda_.Function(
            self, "Talker", runtime=lambda_.Runtime.PYTHON_3_13, handler="index.handler", code=code
        )
        self._alarm(queue)
        outputs = {
            "QueueUrl": queue.queue_url,
            "DeadUrl": dead.queue_url,
            "DeadArn": dead.queue_arn,
            "QueueArn": queue.queue_arn,
            "TableName": table.table_name,
            "BucketName": bucket.bucket_name,
            "FunctionName": function.function_name,
            "MachineArn": self._machine().state_machine_arn,
        }
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)

    def _alarm(self, queue: sqs.IQueue) -> None:
        cloudwatch.Alarm(
            self,
            "Waiting",
            metric=queue.metric_approximate_number_of_messages_visible(),
            threshold=1000,
            evaluation_periods=1,
        )

    def _machine(self) -> sfn.StateMachine:
        """Choose, do two things at once, and fail if it was asked to."""
        fail = sfn.Fail(self, "Refuse", error="Refused", cause="it was asked to")
        both = sfn.Parallel(self, "Both").branch(sfn.Pass(self, "Left"), sfn.Pass(self, "Right"))
        choice = sfn.Choice(self, "Which")
        choice.when(sfn.Condition.is_present("$.fail"), fail).otherwise(both.next(sfn.Succeed(self, "Good")))
        return sfn.StateMachine(self, "Machine", definition_body=sfn.DefinitionBody.from_chainable(choice))


@dataclass(frozen=True)
class Console:
    """A served console, spoken to without a browser."""

    address: str

    @property
    def base(self) -> str:
        """The address without its token."""
        return self.address.partition("/#")[0]

    @property
    def token(self) -> str:
        """What lets in."""
        return self.address.partition("#")[2]

    def ask(self, what: str, given: Mapping[str, str] | None = None) -> Any:
        """Read."""
        status, answer = self.raw(f"/api/{what}?{urlencode(given or {})}", {})
        assert status == 200, answer
        return answer

    def tell(self, what: str, given: Mapping[str, Any]) -> Any:
        """Change."""
        headers = {"Content-Type": "application/json"}
        status, answer = self.raw(f"/api/{what}", headers, json.dumps(given).encode())
        assert status == 200, answer
        return answer

    def raw(self, path: str, headers: Mapping[str, str], body: bytes | None = None) -> tuple[int, Any]:
        """Return status and answer of a request that has the token unless the headers say otherwise."""
        every = {"Authorization": f"Bearer {self.token}", **headers}
        request = urllib.request.Request(self.base + path, data=body, headers=every)  # noqa: S310
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=20) as answer:
                return answer.status, _read(answer)
        except urllib.error.HTTPError as error:
            return error.code, _read(error)


def _read(answer: Any) -> Any:
    text = answer.read().decode()
    return json.loads(text) if "json" in answer.headers["Content-Type"] else text


@pytest.fixture(scope="session")
def everything(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The outputs of the stack, which was used a little."""
    out: Path = tmp_path_factory.mktemp("cdk.out")
    app = cdk.App(outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False)
    EverythingStack(app, "everything")
    app.synth()
    outputs = deploy_assembly(cloud, out).outputs["everything"]
    cloud.client("lambda").invoke(FunctionName=outputs["FunctionName"])
    cloud.client("s3").put_object(Bucket=outputs["BucketName"], Key="in/first.csv", Body=b"a,b")
    item = {"pk": {"S": "first"}, "#no": {"N": "1"}, "lines": {"L": [{"M": {"price": {"N": "0.1"}}}]}}
    cloud.client("dynamodb").put_item(TableName=outputs["TableName"], Item=item)
    return outputs


@pytest.fixture(scope="session")
def console(cloud: LocalCloud, everything: Mapping[str, str]) -> Iterator[Console]:
    """It, served."""
    assert everything
    with console_at(cloud, 0) as address:
        yield Console(address)


@pytest.fixture
def run_machine(
    cloud: LocalCloud, everything: Mapping[str, str], eventually: Callable[..., None]
) -> Callable[[str], str]:
    """Runs an execution to its end and returns its ARN."""

    def run(document: str) -> str:
        states = cloud.client("stepfunctions")
        arn: str = states.start_execution(stateMachineArn=everything["MachineArn"], input=document)[
            "executionArn"
        ]
        eventually(lambda: states.describe_execution(executionArn=arn)["status"] != "RUNNING")
        return arn

    return run
