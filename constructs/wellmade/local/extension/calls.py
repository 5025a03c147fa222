"""Addition: calls that a service of AWS makes for the app, as an API does, with a role's rights.

They go through the front door, signed, so that IAM judges them like every other call.
"""

import functools
import os
from collections.abc import Mapping
from typing import Any

import botocore.session
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session
from ministack.core import lambda_runtime
from ministack.core.responses import get_account_id, get_region

_SESSION = botocore.session.Session()


def client(service: str, role: str) -> Any:
    """Return a client that has the rights of a role, in the account and region of this thread."""
    return _client(service, role, get_account_id(), get_region())


@functools.lru_cache(maxsize=256)
def _client(service: str, role: str, account: str, region: str) -> Any:
    keys = credentials(role, account, region)
    return _SESSION.create_client(
        service,
        region_name=region,
        endpoint_url=f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}",
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret_key,
        aws_session_token=keys.token,
        config=Config(
            proxies={},
            retries={"max_attempts": 0},
            s3={"addressing_style": "path"},
            parameter_validation=False,
            inject_host_prefix=False,
        ),
    )


def queue_url(queues: Any, arn: str) -> str:
    """Return where a client finds the queue of an ARN."""
    return "/".join([queues.meta.endpoint_url, *arn.split(":")[4:]])


def credentials(role: str, account: str, region: str) -> Credentials:
    """Return keys of a role."""
    name = f"arn:aws:lambda:{region}:{account}:function:service"
    given = lambda_runtime.execution_credentials(
        {"FunctionArn": name, "FunctionName": "service", "Role": role}
    )
    return Credentials(given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"], given["AWS_SESSION_TOKEN"])


def send(
    service: str,
    role: str,
    *,
    method: str = "POST",
    path: str = "/",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> tuple[int, Mapping[str, str], bytes]:
    """Send a request as it is, signed with the rights of a role, and return status, headers and body."""
    region = get_region()
    url = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}{path}"
    request = AWSRequest(method, url, data=body, headers=dict(headers or {}))
    sign = S3SigV4Auth if service == "s3" else SigV4Auth  # where a path is signed as it is sent
    sign(credentials(role, get_account_id(), region), service, region).add_auth(request)
    answer = URLLib3Session(timeout=29, proxies={}).send(request.prepare())
    return answer.status_code, answer.headers, answer.content
