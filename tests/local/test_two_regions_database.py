"""The side that writes, on the embedded AWS: entries are booked once and its password is rotated."""

import json
from collections.abc import Callable, Mapping

import pytest

from bench.cloud import deploy_reference
from bench.signed_requests import SignedApi
from stacks.two_regions_database import TwoRegionsDatabaseStack
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def accounts(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    out = tmp_path_factory.mktemp("cdk.out")
    return deploy_reference(cloud, out, TwoRegionsDatabaseStack, "accounts")


def test_entries_are_booked_once_while_the_password_is_rotated(
    cloud: LocalCloud, accounts: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    api = SignedApi(cloud, accounts["ApiId"], "$default")
    assert api.ask("GET", "/health", None, signed=False)[0] == 200
    for number in (*range(5), *range(5)):
        status, booked = api.ask("PUT", f"/accounts/ada/entries/e-{number}", {"cents": 10**number})
        assert (status, booked["cents"]) == (200, 10**number)
    assert api.ask("GET", "/accounts/ada", None) == (200, {"account": "ada", "cents": 11_111})

    manager = cloud.client("secretsmanager")
    arn = accounts["ReplicaArn"].replace("us-west-2", "us-east-1")

    def password(stage: str) -> str | None:
        try:
            found = manager.get_secret_value(SecretId=arn, VersionStage=stage)
        except manager.exceptions.ResourceNotFoundException:
            return None
        return str(json.loads(found["SecretString"])["password"])

    eventually(lambda: password("AWSPREVIOUS"))  # the first rotation comes at once
    assert password("AWSCURRENT") != password("AWSPREVIOUS")
    assert api.ask("PUT", "/accounts/ada/entries/last", {"cents": 1})[0] == 200
