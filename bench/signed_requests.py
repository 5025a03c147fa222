"""Signed requests to an API of the embedded AWS, as callers with keys send them."""

import json
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from wellmade.local.server import LocalCloud


class SignedApi:
    """One API, by its id and stage.

    Args:
        cloud: Where it is.
        api_id: Its id.
        stage: Its stage. Default: the one of our REST APIs.
    """

    def __init__(self, cloud: LocalCloud, api_id: str, stage: str = "prod") -> None:
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
        request = AWSRequest(method, f"{self._base}{path}", data=data, headers={"content-type": content_type})
        if signed:
            SigV4Auth(self._keys, "execute-api", "us-east-1").add_auth(request)
        answer = self._session.send(request.prepare())
        return answer.status_code, json.loads(answer.content or b"null")
