"""The command line: exit codes, JSON, and one line for every mistake."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from wellmade.cli import main

TEMPLATE = """
Resources:
  Orders:
    Type: AWS::SQS::Queue
  Worker:
    Type: AWS::Lambda::Function
    Properties: {Timeout: 30, ReservedConcurrentExecutions: 4}
  Messages:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Worker, EventSourceArn: !GetAtt Orders.Arn}
"""
LOAD = """
arrivals:
  Orders: {per_second: 20}
functions:
  Worker: {seconds: 1}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("template.yaml").write_text(TEMPLATE)
    Path("capacity.yaml").write_text(LOAD)
    return tmp_path


def answered(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    code = main(["capacity", "template.yaml", "--format", "json", *options])
    return code, json.loads(capsys.readouterr().out)


def test_half_used_holds_and_breaks_at_twice(capsys: pytest.CaptureFixture[str]) -> None:
    code, document = answered(capsys)
    assert (code, document["holds"]) == (0, True)
    assert document["breaks_at"] == pytest.approx(2, rel=1e-4)
    assert document["saturates_first"]["stage"] == "reserved concurrency of Worker"
    assert document["fixes"] == []


def test_three_times_the_load_breaks_and_names_the_number_to_raise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, document = answered(capsys, "--multiple", "3")
    assert code == 1
    assert document["flows"][0]["backlog_per_hour"] == pytest.approx(20 * 3600, rel=1e-6)
    (fix,) = document["fixes"]
    assert (fix["setting"], fix["now"], fix["to"]) == (
        "ReservedConcurrentExecutions of Worker (template.yaml:5)",
        4,
        8,
    )
    Path("template.yaml").write_text(TEMPLATE.replace("Executions: 4", f"Executions: {fix['to']}"))
    assert answered(capsys, "--multiple", "3")[0] == 0


def test_a_peak_of_the_night_drains_or_loses(capsys: pytest.CaptureFixture[str]) -> None:
    code, document = answered(capsys, "--peak", "3", "--hours", "2")
    assert code == 0
    (flow,) = document["flows"]
    assert flow["drain_seconds"] == pytest.approx(2 * 3600, rel=1e-6)
    code, document = answered(capsys, "--peak", "10", "--hours", "12")
    assert (code, document["problems"][0]["kind"]) == (1, "next peak")


def test_flags_are_enough(capsys: pytest.CaptureFixture[str]) -> None:
    Path("capacity.yaml").unlink()
    code, document = answered(capsys, "--arrivals", "Orders=20", "--seconds", "Worker=1")
    assert (code, round(document["breaks_at"], 3)) == (0, 2)


def test_a_flag_says_more_than_the_file_whatever_name_it_uses(capsys: pytest.CaptureFixture[str]) -> None:
    Path("capacity.yaml").write_text(
        "arrivals: {template/Orders: {per_second: 1}}\nfunctions: {template/Worker: {seconds: 9, failures: 0.5}}"
    )
    _, both = answered(capsys, "--arrivals", "Orders=20", "--seconds", "Worker=1")
    Path("capacity.yaml").write_text(
        "arrivals: {Orders: {per_second: 20}}\nfunctions: {Worker: {seconds: 1, failures: 0.5}}"
    )
    assert both == answered(capsys)[1]


def test_what_was_assumed_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    Path("capacity.yaml").write_text("arrivals: {Orders: {per_second: 1}}")
    main(["capacity", "template.yaml"])
    told = capsys.readouterr().out
    for assumption in (
        "Worker: seconds 30 (the whole timeout, for each run)",
        "Messages: BatchSize 10 messages (AWS's default)",
        "account: concurrency 1,000 (AWS's default)",
        "Orders: MessageRetentionPeriod 345600 s (AWS's default)",
    ):
        assert assumption in told


def test_check_answers_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    _, document = answered(capsys)
    assert main(["check", "template.yaml", "--capacity", "capacity.yaml", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == document


@pytest.mark.parametrize(
    ("load", "message"),
    [
        ("arrivals: {Orders: {per_second: -3}}", "capacity.yaml:1: arrivals.Orders.per_second must be a number from 0 to 1e+12, got '-3'"),
        ("arrivals:\n  Orders: {per_second: soon}", "capacity.yaml:2: arrivals.Orders.per_second must be a number from 0 to 1e+12, got 'soon'"),
        ("arrivals: {Orders: {per_second: .inf}}", "capacity.yaml:1: arrivals.Orders.per_second must be a number from 0 to 1e+12, got '.inf'"),
        ("arivals: {}", "capacity.yaml:1: arivals is no key here; allowed are account, arrivals, functions, tasks, state_machines, sources, databases, limits, settings, conditions, gigabytes; did you mean arrivals?"),
        ("arrivals: {Oders: {per_second: 1}}", "capacity.yaml:1: arrivals Oders is not in the templates; did you mean Orders? allowed are: Orders, Worker"),
        ("arrivals: {Orders: {per_second: 1}}\nfunctions:\n  Wroker: {seconds: 1}", "capacity.yaml:3: functions Wroker is not in the templates; did you mean Worker? allowed are: Worker"),
        ("arrivals: {Orders: {per_second: 1}}\nfunctions:\n  Worker: {calls: {Payments: 1}}", "capacity.yaml:3: functions Worker: calls Payments, which is not in the templates; allowed are: Messages, Orders, Worker, or a name under limits"),
        ("arrivals: {Orders: {peak: {multiple: 2, hours: 1}}}", "capacity.yaml:1: arrivals.Orders must have per_second"),
        ("arrivals: {Orders: {per_second: 1, peak: {multiple: 2}}}", "capacity.yaml:1: arrivals.Orders.peak must have both multiple and hours"),
        ("arrivals: [Orders]", "capacity.yaml:1: arrivals must be a mapping, got a list"),
        ("arrivals: {Orders: {per_second: 1}, template/Orders: {per_second: 2}}", "capacity.yaml:1: arrivals template/Orders means what another name there means; give it once"),
        ("arrivals: {Orders: {per_second: 1}}\nfunctions: {Worker: {seconds: 1}, template/Worker: {seconds: 2}}", "capacity.yaml:2: functions template/Worker means what another name there means; give it once"),
        ("arrivals: {Orders: {per_second: 1}}\nfunctions: {Worker: {seconds: 1}}\ntasks: {Worker: {seconds: 2}}", "capacity.yaml:3: tasks.Worker is given at capacity.yaml:2 too; give it once"),
        ("arrivals: {Orders: {per_second: 1}}\nconditions: {IsProd: true}", "capacity.yaml:2: conditions IsProd is no condition of the templates"),
        ("arrivals: {Orders: {per_second: 1}}\nconditions: {IsProd: soon}", "capacity.yaml:2: conditions.IsProd must be true or false, got 'soon'"),
        ("arrivals: {Orders: {per_second: 1}}\nsettings: {Wroker: {Timeout: 3}}", "capacity.yaml:2: settings Wroker is not in the templates; did you mean Worker?"),
        ("arrivals: {Orders: {per_second: 1}, Orders: {per_second: 2}}", "capacity.yaml:1: arrivals.Orders is given twice; give it once"),
        ("account: {concurrency: 1.5}", "capacity.yaml:1: account.concurrency must be a whole number from 0 to 1e+12, got '1.5'"),
        ("arrivals: {Orders: {per_second: 1}", "capacity.yaml:1: is no YAML"),
        ("[" * 5000, "capacity.yaml: is nested too deeply for a capacity file"),
        ("a: \x00", "capacity.yaml: holds a character that YAML does not allow"),
        ("", "arrivals must name a queue, stream, bucket, topic, rule or API of the templates"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_one_line(load: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("capacity.yaml").write_text(load)
    assert main(["capacity", "template.yaml"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"wellmade: {message}")
    assert told.count("\n") == 1


def test_a_file_of_other_bytes_or_none_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("capacity.yaml").write_bytes(b"arrivals:\n  \xff: 1\n")
    assert main(["capacity", "template.yaml"]) == 2
    assert capsys.readouterr().err == "wellmade: capacity.yaml:2: is not UTF-8; save it as UTF-8\n"
    assert main(["capacity", "template.yaml", "--load", "none.yaml"]) == 2
    assert (
        "none.yaml: No such file or directory; write one as docs/capacity.md shows" in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--arrivals", "Orders"],
            "--arrivals must be NAME=NUMBER with a number from 0 to 1e+12, got 'Orders'",
        ),
        (
            ["--seconds", "Worker=-1"],
            "--seconds must be NAME=NUMBER with a number from 0 to 1e+12, got 'Worker=-1'",
        ),
        (
            ["--arrivals", "Orders=1e300"],
            "--arrivals must be NAME=NUMBER with a number from 0 to 1e+12, got 'Orders=1e300'",
        ),
        (["--seconds", "Nobody=1"], "--functions Nobody is not in the templates; allowed are: Worker"),
        (["--hours", "3"], "--hours needs --peak: how many times the load of the rest of the day?"),
    ],
)
def test_a_wrong_flag_is_one_line(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["capacity", "template.yaml", *options]) == 2
    assert capsys.readouterr().err.strip() == f"wellmade: {message}"


def test_a_picture_never_writes_over_another_file(capsys: pytest.CaptureFixture[str]) -> None:
    before = Path("template.yaml").read_bytes()
    with pytest.raises(SystemExit) as ended:
        main(["capacity", "template.yaml", "--picture", "template.yaml"])
    assert ended.value.code == 2
    assert "--picture: must end in .png, got 'template.yaml'" in capsys.readouterr().err
    assert Path("template.yaml").read_bytes() == before


def test_without_a_file_it_answers_by_a_skeleton_that_init_writes(capsys: pytest.CaptureFixture[str]) -> None:
    Path("capacity.yaml").unlink()
    code, document = answered(capsys)
    assert (code, document["breaks_at"]) == (0, pytest.approx(40, rel=1e-4))
    assert main(["capacity", "template.yaml", "--init"]) == 0
    assert "Orders: {per_second: 1}" in Path("capacity.yaml").read_text()
    assert main(["capacity", "template.yaml", "--init"]) == 2
    assert "exists already" in capsys.readouterr().err


def test_init_into_a_folder_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["capacity", "template.yaml", "--init", "--load", "none/capacity.yaml"]) == 2
    message = "wellmade: none/capacity.yaml: No such file or directory; name a file that can be written"
    assert capsys.readouterr().err.strip() == message


def test_a_batch_that_aws_does_not_take_counts_as_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    Path("template.yaml").write_text(TEMPLATE.replace("FunctionName:", "BatchSize: 0, FunctionName:"))
    document = answered(capsys)[1]
    assert "Messages: BatchSize 10 messages (unknown)" in document["assumptions"]


def test_a_pipe_that_nobody_writes_to_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo("pipe")
    assert main(["capacity", "template.yaml", "--load", "pipe"]) == 2
    assert main(["capacity", "pipe"]) == 2
    assert main(["capacity", "template.yaml", "--load", "/dev/zero"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "wellmade: pipe: must be a file of its own, no folder, pipe or device",
        "wellmade: pipe: is a pipe, which may never be written to; give a file",
        "wellmade: /dev/zero: must be a file of its own, no folder, pipe or device",
    ]


@pytest.mark.parametrize("how", [">&-", "| cat", "--day | cat", "--format json >&-"])
def test_it_answers_whatever_the_output_is(how: str) -> None:
    command = f"{shlex.quote(sys.executable)} -m wellmade.cli capacity template.yaml {how}"
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, shell=True, env=environment, capture_output=True, text=True, check=False)  # noqa: S602 - an output that is closed
    assert (done.returncode, done.stderr) == (0, "")
    assert "?" * 9 not in done.stdout


def test_no_number_has_an_exponent(capsys: pytest.CaptureFixture[str]) -> None:
    Path("capacity.yaml").write_text(LOAD.replace("per_second: 20", "per_second: 0.00002"))
    assert main(["capacity", "template.yaml"]) == 0
    told = capsys.readouterr().out
    assert not re.search(r"\de[+-]\d", told)


def test_the_setting_is_told_in_its_own_unit(capsys: pytest.CaptureFixture[str]) -> None:
    """A reservation of four takes forty requests a second: four is what it is now."""
    Path("capacity.yaml").write_text(LOAD.replace("seconds: 1", "seconds: 0.001").replace("20", "2"))
    Path("template.yaml").write_text(TEMPLATE.replace("FunctionName:", "BatchSize: 1, FunctionName:"))
    assert main(["capacity", "template.yaml"]) == 0
    told = capsys.readouterr().out
    first = "saturates first: requests of Worker, at 20 x the load"
    assert f"{first} (ReservedConcurrentExecutions of Worker (template.yaml:5), now 4)" in told


def test_a_physical_name_is_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    named = TEMPLATE.replace(
        "Type: AWS::SQS::Queue", "Type: AWS::SQS::Queue\n    Properties: {QueueName: incoming}"
    )
    Path("template.yaml").write_text(named)
    Path("capacity.yaml").write_text(LOAD.replace("Orders:", "incoming:"))
    assert answered(capsys)[0] == 0


def test_a_multiple_under_one_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["capacity", "template.yaml", "--multiple", "0.5"])
