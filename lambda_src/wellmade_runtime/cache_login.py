"""The login to a cache of ElastiCache by IAM."""

from typing import Any

import boto3
import redis
from botocore.model import ServiceId
from botocore.signers import RequestSigner

TOKEN_LIFETIME = 900
"""Seconds. Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html"""


class IamLogin(redis.CredentialProvider):
    """A login that is signed for each connection.

    Args:
        name: Of the cache.
        user: Who logs in.
    """

    def __init__(self, name: str, user: str) -> None:
        self._name, self._user = name, user
        self._session = boto3.Session()

    def get_credentials(self) -> tuple[str, str]:
        """Return the user and a token of 15 minutes.

        Raises:
            redis.AuthenticationError: If there are no credentials to sign with.
        """
        session = self._session
        region, credentials = session.region_name, session.get_credentials()
        if credentials is None:
            raise redis.AuthenticationError("there are no credentials to sign a login with")
        signer = RequestSigner(
            ServiceId("elasticache"), region, "elasticache", "v4", credentials, session.events
        )
        request: dict[str, Any] = {
            "method": "GET",
            "url": f"https://{self._name}/?Action=connect&User={self._user}",
            "body": {},
            "headers": {},
            "context": {},
        }
        url = signer.generate_presigned_url(
            request, operation_name="connect", expires_in=TOKEN_LIFETIME, region_name=region
        )
        return self._user, str(url).removeprefix("https://")
