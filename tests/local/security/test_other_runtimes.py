"""Code of an app that runs neither as Python nor as Node of a function: it is kept apart all the same."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.local.functions import make_function
from wellmade.local.isolation import isolation
from wellmade.local.server import LocalCloud

pytestmark = [
    pytest.mark.local,
    pytest.mark.skipif(bool(isolation().missing), reason="this system keeps no process apart, as `up` tells"),
]

BOOTSTRAP = """#!/bin/bash
base="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true; do
  exec 3<>"/dev/tcp/${AWS_LAMBDA_RUNTIME_API%%:*}/${AWS_LAMBDA_RUNTIME_API##*:}"
  printf 'GET /2018-06-01/runtime/invocation/next HTTP/1.0\\r\\n\\r\\n' >&3
  id=$(tr -d '\\r' <&3 | sed -n 's/^Lambda-Runtime-Aws-Request-Id: //Ip'); exec 3>&-
  [ -n "$id" ] || exit 1
  found="\\"$(cat 'SECRET' 2>/dev/null || echo nothing)\\""
  exec 3<>"/dev/tcp/${AWS_LAMBDA_RUNTIME_API%%:*}/${AWS_LAMBDA_RUNTIME_API##*:}"
  printf 'POST /2018-06-01/runtime/invocation/%s/response HTTP/1.0\\r\\nContent-Length: %s\\r\\n\\r\\n%s' \\
    "$id" "${#found}" "$found" >&3
  cat <&3 >/dev/null; exec 3>&-
done
"""
JOB = """
import os
with open({secret!r}) as file:
    raise SystemExit(file.read())
"""


def with_more(properties: dict[str, object]) -> Callable[..., None]:
    """Send what the SDK does not know."""

    def add(params: dict[str, Any], **_: object) -> None:
        params["body"] = json.dumps({**json.loads(params["body"]), **properties}).encode()

    return add


@pytest.mark.parametrize(
    "durable", [{}, {"DurableConfig": {"ExecutionTimeout": 60}}], ids=["plain", "durable"]
)
def test_a_runtime_of_its_own_reads_no_file_of_the_developer(
    cloud: LocalCloud, secret_file: Path, durable: dict[str, object]
) -> None:
    name = f"own-runtime-{len(durable)}"
    client = cloud.client("lambda")
    client.meta.events.register("before-call.lambda.CreateFunction", with_more(durable))
    program = BOOTSTRAP.replace("SECRET", str(secret_file))
    make_function(cloud, name, program, runtime="provided.al2023", client=client, Timeout=10)

    answer = client.invoke(FunctionName=name, Payload=b"{}")["Payload"].read()

    assert b"a secret" not in answer
    assert json.loads(answer) == "nothing"


@pytest.mark.parametrize("place", ["bucket", "machine"])
def test_a_job_of_glue_neither(cloud: LocalCloud, secret_file: Path, place: str) -> None:
    script = JOB.format(secret=str(secret_file))
    cloud.client("s3").create_bucket(Bucket=f"jobs-{place}")
    cloud.client("s3").put_object(Bucket=f"jobs-{place}", Key="job.py", Body=script.encode())
    own = secret_file.with_suffix(".py")
    own.write_text(script)
    location = f"s3://jobs-{place}/job.py" if place == "bucket" else str(own)
    glue = cloud.client("glue")
    command = {"Name": "pythonshell", "ScriptLocation": location}
    glue.create_job(Name=place, Role="arn:aws:iam::000000000000:role/x", Command=command)
    run = glue.start_job_run(JobName=place)["JobRunId"]

    deadline = time.monotonic() + 20
    while (ended := glue.get_job_run(JobName=place, RunId=run)["JobRun"])["JobRunState"] == "RUNNING":
        assert time.monotonic() < deadline
        time.sleep(0.1)

    assert ended["JobRunState"] == "FAILED"
    assert "a secret" not in ended["ErrorMessage"]
    assert ("No such file" if place == "bucket" else "must be an object in a bucket") in ended["ErrorMessage"]
