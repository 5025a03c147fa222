"""A user pool with a user in it, as seen by the developer and by anybody."""

import re
from dataclasses import dataclass
from typing import Any

from tests.local.security.test_forged_tokens import anybody
from wellmade.local.server import LocalCloud

PASSWORD = "Not-4-secret"


@dataclass(frozen=True)
class Pool:
    """A user pool and a client of it, by which anybody may sign up and sign in."""

    cloud: LocalCloud
    id: str
    client: str

    @property
    def developer(self) -> Any:
        """Who holds the keys of this run."""
        return self.cloud.client("cognito-idp")

    @property
    def anybody(self) -> Any:
        """Who holds none."""
        return anybody(self.cloud, "cognito-idp")

    def add(self, name: str, *, permanent: bool = True, **attributes: str) -> None:
        """Make a user with a password."""
        given = [{"Name": key, "Value": value} for key, value in attributes.items()]
        self.developer.admin_create_user(
            UserPoolId=self.id, Username=name, UserAttributes=given, MessageAction="SUPPRESS"
        )
        self.developer.admin_set_user_password(
            UserPoolId=self.id, Username=name, Password=PASSWORD, Permanent=permanent
        )

    def sign_in(self, name: str, password: str = PASSWORD) -> Any:
        """Show a password."""
        return self.anybody.initiate_auth(
            ClientId=self.client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": password},
        )

    def told(self, name: str) -> list[str]:
        """Return what the developer is told of a user, the last word of each line."""
        pages = self.cloud.client("logs").get_log_events(
            logGroupName="/wellmade/codes", logStreamName=self.id
        )
        lines = [event["message"] for event in pages["events"]]
        return [re.split(r"\s", line)[-1] for line in lines if line.startswith(f"{name} ")]


def make_pool(cloud: LocalCloud, name: str, **options: Any) -> Pool:
    """Make a pool with a client; options are those of the client."""
    idp = cloud.client("cognito-idp")
    schema = [{"Name": "tenant", "AttributeDataType": "String", "Mutable": False}]
    pool = idp.create_user_pool(PoolName=name, Schema=schema)["UserPool"]["Id"]
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = idp.create_user_pool_client(UserPoolId=pool, ClientName=name, ExplicitAuthFlows=flows, **options)
    return Pool(cloud, pool, made["UserPoolClient"]["ClientId"])
