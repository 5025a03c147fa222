"""Another user of the machine who says that they forgot somebody's password."""

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.security.test_forged_tokens import anybody
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

NEW = "Mine-4-ever!"


@pytest.fixture
def forgotten(cloud: LocalCloud) -> tuple[str, str]:
    """A client of a pool, and the code for a user of it who forgot the password."""
    idp = cloud.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="staff")["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="web")["UserPoolClient"]["ClientId"]
    verified = [{"Name": "email", "Value": "b@x.example"}, {"Name": "email_verified", "Value": "true"}]
    idp.admin_create_user(UserPoolId=pool, Username="boss", UserAttributes=verified)
    idp.admin_set_user_password(UserPoolId=pool, Username="boss", Password="Not-4-secret", Permanent=True)
    anybody(cloud, "cognito-idp").forgot_password(ClientId=client, Username="boss")
    logs = cloud.client("logs")
    [line] = logs.get_log_events(logGroupName="/wellmade/codes", logStreamName=pool)["events"]
    return client, re.findall(r"\d{6}", line["message"])[-1]


def set_with(cloud: LocalCloud, client: str, code: str) -> Any:
    return anybody(cloud, "cognito-idp").confirm_forgot_password(
        ClientId=client, Username="boss", ConfirmationCode=code, Password=NEW
    )


def test_who_reads_the_code_sets_a_password(cloud: LocalCloud, forgotten: tuple[str, str]) -> None:
    assert set_with(cloud, *forgotten)["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_who_guesses_sets_none(cloud: LocalCloud, forgotten: tuple[str, str]) -> None:
    client, code = forgotten
    for guess in ["654321", "123456", "000000", "111111", "222222", code]:
        with pytest.raises(ClientError, match=r"CodeMismatch|ExpiredCode"):
            set_with(cloud, client, guess)
