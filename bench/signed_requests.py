"""Signed requests to an API of the embedded AWS, as callers with keys send them."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session


class Cloud(Protocol):
    """Where APIs are, and with which key requests are signed there."""

    @property
    def endpoint(self) -> str:
        """The address."""

    @property
    def secret_key(self) -> str:
        """The key."""


class SignedApi:
    """One API, by its id and stage.

    Args:
        cloud: Where it is.
        api_id: Its id.
        stage: Its stage. Default: the one of our REST APIs.
        headers: Of each request, such as an API key. Default: none of its own.
    """

    def __init__(
        self, cloud: Cloud, api_id: str, stage: str = "prod", headers: Mapping[str, str] | None = None
    ) -> None:
        self._headers = dict(headers or {})
        self._base = f"{cloud.endpoint}/_aws/execute-api/{api_id}/{stage}"
        self._keys = Credentials("test", cloud.secret_key)
        self._session = URLLib3Session(proxies={}, max_pool_connections=20)

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        signed: bool = True,
        content_type: str = "application/json",
    ) -> tuple[int, Any]:
        """Send a request; return the status and the body that came back."""
        data = body if isinstance(body, str) else "" if body is None else json.dumps(body)
        headers = {"content-type": content_type, **self._headers}
        request = AWSRequest(method, f"{self._base}{path}", data=data, headers=headers)
        if signed:
            SigV4Auth(self._keys, "execute-api", "us-east-1").add_auth(request)
        answer = self._session.send(request.prepare())
        return answer.status_code, json.loads(answer.content or b"null")
