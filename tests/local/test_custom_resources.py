"""CDK's own custom resources do what they do on AWS, and functions of Node have the AWS SDK."""

import json

import aws_cdk as cdk
import pytest

from tests.local.apps.custom_resources import CustomResourcesStack
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("custom")
    app = cdk.App(outdir=str(folder / "cdk.out"), analytics_reporting=False)
    CustomResourcesStack(app, "custom", folder=folder)
    app.synth()
    return deploy_assembly(cloud, folder / "cdk.out").outputs["custom"]


def test_files_are_deployed_to_a_bucket(cloud: LocalCloud, outputs: dict[str, str]) -> None:
    s3 = cloud.client("s3")

    assert s3.get_object(Bucket=outputs["Bucket"], Key="index.html")["Body"].read() == b"<h1>hello</h1>"
    config = json.load(s3.get_object(Bucket=outputs["Bucket"], Key="config.json")["Body"])
    assert config == {"bucket": outputs["Bucket"]}


def test_a_call_of_the_sdk_is_made(cloud: LocalCloud, outputs: dict[str, str]) -> None:
    assert outputs
    found = cloud.client("ssm").get_parameter(Name="/from/a/custom/resource")["Parameter"]

    assert found["Value"] == "yes"


def test_log_groups_get_their_retention(cloud: LocalCloud, outputs: dict[str, str]) -> None:
    assert outputs
    [group] = cloud.client("logs").describe_log_groups(logGroupNamePrefix="/kept/a-week")["logGroups"]

    assert group["retentionInDays"] == 7


def test_a_provider_answers(outputs: dict[str, str]) -> None:
    assert outputs["Answer"] == "42"


@pytest.mark.parametrize("name", ["CommonName", "ModuleName", "OldName"])
def test_functions_of_node_have_the_sdk(cloud: LocalCloud, outputs: dict[str, str], name: str) -> None:
    answer = cloud.client("lambda").invoke(FunctionName=outputs[name])

    assert "FunctionError" not in answer, answer["Payload"].read()
    assert isinstance(json.load(answer["Payload"]), int)


def test_providers_of_identities_are_made(cloud: LocalCloud, outputs: dict[str, str]) -> None:
    made = cloud.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]
    second = cloud.client("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=outputs["Issuer2"])

    assert {outputs["Issuer1"], outputs["Issuer2"]} == {each["Arn"] for each in made}
    assert (second["Url"], second["ClientIDList"]) == ("other.example.com", ["app"])


def test_a_bucket_is_emptied_when_its_stack_goes(cloud: LocalCloud, outputs: dict[str, str]) -> None:
    formation = cloud.client("cloudformation")

    formation.delete_stack(StackName="custom")
    formation.get_waiter("stack_delete_complete").wait(
        StackName="custom", WaiterConfig={"Delay": 0.2, "MaxAttempts": 300}
    )

    assert outputs["Bucket"] not in {found["Name"] for found in cloud.client("s3").list_buckets()["Buckets"]}
