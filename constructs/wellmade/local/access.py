"""What a program needs to see the embedded AWS, and nothing else of AWS."""

import functools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from wellmade.local.toolchain import path_with_node, plain_path

ACCOUNT = "000000000000"
REGION = "us-east-1"
KEY_ID = "test"
"""The access key of the machine's user, who may do everything; its secret is another one in each run."""
_CDK_HOME = Path(__file__).parent / "cdk_home.cjs"


def environment(endpoint: str, secret_key: str, scratch: Path, host: Mapping[str, str]) -> dict[str, str]:
    """Return the host's environment without its AWS and CDK, and with the endpoint of the embedded AWS."""
    own = {name: value for name, value in host.items() if not name.startswith(("AWS_", "CDK_"))}
    direct = ",".join(filter(None, [own.get("NO_PROXY", own.get("no_proxy", "")), "127.0.0.1", "localhost"]))
    return own | {
        "PATH": path_with_node(),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",  # of one address nobody makes another
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": secret_key,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_HOME": str(scratch / "cdk-home"),  # CDK remembers whose account a key is
        "NODE_OPTIONS": " ".join(filter(None, [own.get("NODE_OPTIONS"), f'--require "{_CDK_HOME}"'])),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "NO_PROXY": direct,
        "no_proxy": direct,
    }


def server_environment(scratch: Path) -> dict[str, str]:
    """Return the server's environment: nothing of the host's, so that no secret of it reaches a function."""
    return {
        "PATH": plain_path(),
        "PYTHONPATH": str(Path(__file__).parent),
        "PYTHONUNBUFFERED": "1",
        "LANG": "C.UTF-8",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
    }


@functools.cache
def client(endpoint: str, secret_key: str, service: str) -> Any:
    """Build a boto3 client with administrator rights that heeds nothing of the host's AWS configuration."""
    unset = dict.fromkeys(("profile", "ca_bundle"), (None, None, None, None))
    files = dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
    session = boto3.Session(
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=secret_key,
        region_name=REGION,
        botocore_session=botocore.session.Session(session_vars=unset | files),
    )
    config = Config(
        s3={"addressing_style": "path"},
        proxies={},
        retries={"max_attempts": 2},
        inject_host_prefix=False,
    )
    return session.client(service, endpoint_url=endpoint, config=config)
