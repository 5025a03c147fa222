"""A released function on the embedded AWS: its API invokes the alias, and its check is passed."""

import json
from collections.abc import Mapping

import pytest

from bench.cloud import deploy_reference
from bench.signed_requests import SignedApi
from release_check.domain import Answer, Check, fault_of
from stacks.release import ReleaseStack
from wellmade.local.server import LocalCloud

pytestmark = [pytest.mark.local, pytest.mark.scan]


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The stack, deployed."""
    return deploy_reference(cloud, tmp_path_factory.mktemp("cdk.out"), ReleaseStack, "release")


def test_requests_are_answered_by_the_released_version(cloud: LocalCloud, outputs: Mapping[str, str]) -> None:
    api = SignedApi(cloud, outputs["CatalogApiId"], "$default")
    product = {"name": "Bear", "category": "toys", "price_cents": 1_599}
    assert api.ask("POST", "/products/A-1", product)[0] == 201
    assert api.ask("GET", "/products/A-1")[1]["price_cents"] == 1_599
    alias = cloud.client("lambda").get_alias(FunctionName=outputs["CatalogFunctionName"], Name="live")
    assert alias["FunctionVersion"] == "1"


def test_the_check_of_the_stack_is_one_that_its_version_passes(
    cloud: LocalCloud, outputs: Mapping[str, str]
) -> None:
    """CodeDeploy does not run here: the version is asked as the hook asks it."""
    function = cloud.client("lambda")
    hook = function.get_function_configuration(FunctionName=outputs["HookFunctionName"])
    told = hook["Environment"]["Variables"]
    check = json.loads(told["RELEASE_CHECK"])
    event = json.dumps(check["event"]).encode()
    answered = function.invoke(FunctionName=told["RELEASED_VERSION"], Payload=event)
    answer = json.loads(answered["Payload"].read())
    assert fault_of(Check(**check), Answer(answer, is_failure="FunctionError" in answered)) is None
