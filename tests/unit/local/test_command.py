"""Wrong use of `wellmade local` is one line, and nothing is started for it."""

import errno
import os
from pathlib import Path

import pytest

from wellmade.cli import main
from wellmade.local.deploy import _reason
from wellmade.local.up import _pair


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_status_of_nothing_is_a_negative_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["local", "status", "--format", "json"]) == 1
    assert capsys.readouterr().out == '{\n  "running": false\n}\n'


@pytest.mark.parametrize("name", ["InboxUrl", ""])
def test_one_output_of_nothing_is_a_negative_answer_too(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["local", "status", "--output", name]) == 1
    told = capsys.readouterr()
    assert (told.out, "Start one with: wellmade local up" in told.err) == ("", True)


def test_down_is_done_when_nothing_runs() -> None:
    assert main(["local", "down"]) == 0


def test_logs_of_nothing_say_how_to_start(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["local", "logs"]) == 2
    assert "start one with: wellmade local up" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["watch", "console"])
def test_what_needs_a_cloud_says_how_to_start_one(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["local", command]) == 2
    assert "start one with: wellmade local up" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "0"], "must be a whole number from 1 to 65535, got '0'"),
        (["--port", "http"], "must be a whole number from 1 to 65535, got 'http'"),
        (["--lifetime", "0"], "must be a whole number from 1 to 1440, got '0'"),
        (["--fast", "0"], "must be a whole number from 1 to 1000, got '0'"),
        (["--faults", "51"], "must be a whole number from 0 to 50, got '51'"),
    ],
)
def test_a_wrong_number_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["local", "up", *arguments])

    assert stopped.value.code == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_context_is_refused_before_anything_starts(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["local", "up", "-c", "environment"]) == 2
    assert "--context must be KEY=VALUE, got 'environment'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_missing_app_is_refused_before_anything_starts(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["local", "up"]) == 2
    assert "no cdk.json here; give the command that synthesizes: --app" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_context_keeps_equals_signs_of_its_value() -> None:
    assert _pair("query=a=b") == ("query", "a=b")


def test_the_reason_is_the_resource_that_failed() -> None:
    lines = [
        "app: deploying... [1/1]",
        "app | 1/4 | 3:57:12 AM | ROLLBACK_COMPLETE  | AWS::CloudFormation::Stack | app Rollback complete",
        "app | 1/4 | 3:57:12 AM | CREATE_FAILED      | AWS::SQS::Queue | Q VisibilityTimeout is invalid",
        "app | 3:57:12 AM | CREATE_FAILED      | AWS::SQS::Queue | Q VisibilityTimeout is invalid",
        "❌  app failed to deploy",
        "‣ DeploymentError: Resource updates failed:",
    ]

    assert _reason(lines) == "AWS::SQS::Queue Q VisibilityTimeout is invalid"


def test_the_reason_is_the_error_of_the_app() -> None:
    lines = [
        "Traceback (most recent call last):",
        "RuntimeError: no",
        "python: Subprocess exited with error 1",
    ]

    assert _reason(lines) == "RuntimeError: no"


def test_a_heading_is_no_reason_without_the_first_line_below_it() -> None:
    lines = [
        "RuntimeError: Validation failed with the following errors:",
        "  [Shop/Queue] must be",
        "    at x",
    ]

    assert _reason(lines) == (
        "RuntimeError: Validation failed with the following errors: [Shop/Queue] must be"
    )


def test_the_line_of_a_program_that_node_shows_is_no_reason() -> None:
    lines = [
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
        "/shop/node_modules/aws-cdk-lib/core/lib/private/asset-staging.js:2",
        "const reason=signal;throw new Error(`${prog} failed`)",
        "      ^",
        "Error: docker exited with status 1",
        '--> Command: docker build -t cdk-838d "/shop/node_modules/aws-cdk-lib/aws-lambda-nodejs/lib"',
        "npx ts-node bin/shop.ts: Subprocess exited with error 1",
    ]

    reason = _reason(lines)

    assert "${prog}" not in reason
    assert reason.startswith("Cannot connect to the Docker daemon")
    assert "Error: docker exited with status 1; " in reason
    assert reason.endswith("npm install --save-dev esbuild")


def test_an_address_above_what_python_marks_is_a_reason() -> None:
    lines = [
        "ConnectionRefusedError: nobody listens at 127.0.0.1:5432",
        "During handling of the above exception, another exception occurred:",
        "Traceback (most recent call last):",
        '  File "app.py", line 9, in <module>',
        "    main()",
        "    ^^^^^^",
        "RuntimeError: no database",
    ]

    assert (
        _reason(lines)
        == "ConnectionRefusedError: nobody listens at 127.0.0.1:5432; RuntimeError: no database"
    )


def test_without_a_telling_line_the_last_one_is_the_reason() -> None:
    assert _reason(["python3: can't open file 'nope.py'", "x: Subprocess exited with error 2"]) == (
        "python3: can't open file 'nope.py'"
    )


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "wellmade: local.log: No space left on device; free some space on this disk"),
        (errno.EACCES, "wellmade: local.log: Permission denied; run it in a folder that you may write to"),
    ],
)
def test_what_the_disk_refuses_is_one_line(
    number: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_given: object, **_options: object) -> None:
        raise OSError(number, os.strerror(number), "local.log")

    monkeypatch.setattr("wellmade.local.up.start", fail)

    assert main(["local", "up", "--app", "true"]) == 2
    assert capsys.readouterr().err.startswith(said)
