"""An API gives up on an integration that takes longer than it may, as AWS does."""

import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_

from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

SLOW = """
import time

def handler(event, context):
    time.sleep(2)
    print("worked on")
    return {"statusCode": 200, "body": "late"}
"""


@pytest.fixture(scope="module")
def addresses(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The addresses of an API of each kind whose integration may take half a second."""
    out = tmp_path_factory.mktemp("cdk.out")
    app = cdk.App(outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False)
    stack = cdk.Stack(app, "patience")
    slow = lambda_.Function(
        stack,
        "Slow",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline(SLOW),
        timeout=cdk.Duration.seconds(10),
    )
    half = cdk.Duration.millis(500)
    api = rest.RestApi(stack, "Rest")
    api.root.add_method("GET", rest.LambdaIntegration(slow, timeout=half))
    own = http.HttpApi(stack, "Http")
    integration = integrations.HttpLambdaIntegration("Slow", slow, timeout=half)
    own.add_routes(path="/", methods=[http.HttpMethod.GET], integration=integration)
    cdk.CfnOutput(stack, "RestUrl", value=api.url)
    cdk.CfnOutput(stack, "HttpUrl", value=own.api_endpoint)
    app.synth()
    return deploy_assembly(cloud, out).outputs["patience"]


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [("Rest", 504, "Endpoint request timed out"), ("Http", 503, "Service Unavailable")],
)
def test_it_answers_that_it_waited_too_long(
    addresses: Mapping[str, str], kind: str, status: int, said: str
) -> None:
    with pytest.raises(urllib.error.HTTPError) as failure:
        urllib.request.urlopen(addresses[f"{kind}Url"].rstrip("/") + "/")  # noqa: S310 - of this machine

    assert failure.value.code == status
    assert said in failure.value.read().decode()


def test_what_was_called_works_on(
    cloud: LocalCloud, addresses: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(addresses["RestUrl"])  # noqa: S310 - of this machine

    def worked_on() -> bool:
        logs = cloud.client("logs")
        groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
        return any(
            "worked on" in event["message"]
            for group in groups
            if "patience-Slow" in group
            for event in logs.filter_log_events(logGroupName=group)["events"]
        )

    eventually(worked_on)
