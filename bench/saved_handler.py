"""Seconds from saving a handler to its first answer, with `wellmade local watch`."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud, start

SAVES = 10
HANDLER = "import boto3\n\ndef handler(event, context):\n    return {number}\n"


def main() -> int:
    """Save a handler ten times and print how long each took to answer."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        file = project / "src" / "app.py"
        file.parent.mkdir()
        file.write_text(HANDLER.format(number=0))
        with start(project / ".wellmade", lifetime=timedelta(minutes=5), parent=os.getpid()) as cloud:
            name = _deploy(cloud, project)
            _answer(cloud, name)
            with subprocess.Popen(
                [sys.executable, "-m", "wellmade", "local", "watch"], cwd=project, stdout=subprocess.PIPE
            ) as watch:
                if watch.stdout:
                    watch.stdout.readline()
                seconds = [_save(cloud, name, file, number) for number in range(1, SAVES + 1)]
                watch.terminate()
    shown = ", ".join(f"{each:.2f}" for each in seconds)
    sys.stdout.write(f"{shown}; median {statistics.median(seconds):.2f} s, most {max(seconds):.2f} s\n")
    return 0


def _deploy(cloud: LocalCloud, project: Path) -> str:
    out = project / "cdk.out"
    app = cdk.App(outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False)
    stack = cdk.Stack(app, "saved")
    code, runtime = lambda_.Code.from_asset(str(project / "src")), lambda_.Runtime.PYTHON_3_13
    function = lambda_.Function(stack, "Handler", code=code, runtime=runtime, handler="app.handler")
    cdk.CfnOutput(stack, "Name", value=function.function_name)
    app.synth()
    return deploy_assembly(cloud, out).outputs["saved"]["Name"]


def _save(cloud: LocalCloud, name: str, file: Path, number: int) -> float:
    began = time.monotonic()
    file.write_text(HANDLER.format(number=number))
    while _answer(cloud, name) != number:
        time.sleep(0.02)
    return time.monotonic() - began


def _answer(cloud: LocalCloud, name: str) -> int:
    answer = cloud.client("lambda").invoke(FunctionName=name)
    return int(json.loads(answer["Payload"].read()))


if __name__ == "__main__":
    sys.exit(main())
