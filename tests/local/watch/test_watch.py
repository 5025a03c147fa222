"""`wellmade local watch`: what is saved runs."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud, start

pytestmark = pytest.mark.local

HANDLER = "from texts import said\n\ndef handler(event, context):\n    return said\n"


class Greeter(cdk.Stack):
    """A function of two files, called by its alias, and one whose code is in the template."""

    def __init__(self, scope: cdk.App, construct_id: str, source: Path) -> None:
        super().__init__(scope, construct_id)
        code, runtime = lambda_.Code.from_asset(str(source)), lambda_.Runtime.PYTHON_3_13
        function = lambda_.Function(self, "Greet", code=code, runtime=runtime, handler="app.handler")
        lambda_.Alias(self, "Live", alias_name="live", version=function.current_version)
        inline = lambda_.Code.from_inline("def handler(event, context):\n    return 1\n")
        lambda_.Function(self, "Inline", runtime=runtime, handler="index.handler", code=inline)
        cdk.CfnOutput(self, "Name", value=function.function_name)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    source = tmp_path / "src" / "greet"
    source.mkdir(parents=True)
    (source / "app.py").write_text(HANDLER)
    (source / "texts.py").write_text("said = 'hello'\n")
    return tmp_path


@pytest.fixture
def own_cloud(project: Path) -> Iterator[LocalCloud]:
    with start(project / ".wellmade", lifetime=timedelta(minutes=5), parent=os.getpid()) as cloud:
        yield cloud


@pytest.fixture
def greet(own_cloud: LocalCloud, project: Path) -> Callable[[str], str]:
    """Deploys the app and returns what calls its function by an alias or a version."""
    out = project / "cdk.out"
    app = cdk.App(outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False)
    Greeter(app, "greeter", project / "src" / "greet")
    app.synth()
    name = deploy_assembly(own_cloud, out).outputs["greeter"]["Name"]

    def call(qualifier: str) -> str:
        answer = own_cloud.client("lambda").invoke(FunctionName=name, Qualifier=qualifier)
        return str(json.loads(answer["Payload"].read()))

    return call


@pytest.fixture
def watching(greet: Callable[[str], str], project: Path) -> Iterator["subprocess.Popen[str]"]:
    assert greet("live") == "hello"
    command = [sys.executable, "-m", "wellmade", "local", "watch"]
    with subprocess.Popen(
        command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "Watching 2 files of 1 functions; Ctrl-C ends it\n"
        yield process
        process.terminate()


def test_what_is_saved_is_deployed_and_what_is_broken_is_not(
    watching: "subprocess.Popen[str]",
    greet: Callable[[str], str],
    project: Path,
    eventually: Callable[..., None],
) -> None:
    assert watching.stdout
    assert watching.stderr
    assert "since their code is built or in the template: Inline" in watching.stderr.readline()
    texts = project / "src" / "greet" / "texts.py"

    texts.write_text("said = 'hel\n")
    assert "texts.py: not deployed: line 1: unterminated string" in watching.stderr.readline()
    assert greet("$LATEST") == greet("live") == "hello"

    texts.write_text("from more import said\n")
    (texts.parent / "more.py").write_text("said = 'good morning'\n")
    eventually(lambda: greet("$LATEST") == greet("live") == "good morning")
    assert "deployed in " in watching.stdout.readline()


def test_it_ends_with_the_cloud(watching: "subprocess.Popen[str]", own_cloud: LocalCloud) -> None:
    own_cloud.stop()

    _, said = watching.communicate(timeout=20)
    assert watching.returncode == 0
    assert said.endswith("wellmade: the embedded AWS has ended\n")
