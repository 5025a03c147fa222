"""The fixtures as a user's own test suite meets them: a suite of its own, run by pytest."""

import json
from pathlib import Path
from typing import Any

import cfnlint.decode
import cfnlint.schema.manager  # pytester forgets what its own runs import, and that is slow
import pytest

from wellmade.check.registry import all_rules
from wellmade.prove.recordings import VERSION

pytest_plugins = ["pytester"]
all_rules()

QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 30}}
TEMPLATE: dict[str, Any] = {"Resources": {"Jobs": QUEUE}}


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run one test of a user's suite, which gets a template and a fixture of ours."""
    # Other people's plugins would be loaded anew for each run, which takes longer than the rest.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run_test(body: str, template: dict[str, Any], *options: str) -> pytest.RunResult:
        (pytester.path / "template.json").write_text(json.dumps(template))
        read = "import json, pathlib\nTEMPLATE = json.loads(pathlib.Path('template.json').read_text())\n"
        pytester.makepyfile(test_mine=read + body)
        return pytester.runpytest("-p", "wellmade.testing.plugin", "-p", "no:cacheprovider", *options)

    return run_test


SNAPSHOT = "def test_looks_like(wellmade_snapshot):\n    wellmade_snapshot(TEMPLATE, 'jobs')\n"
RELEASE = "def test_keeps_data(wellmade_release):\n    wellmade_release(TEMPLATE, 'jobs')\n"
FINDINGS = "def test_is_sound(wellmade_no_findings):\n    wellmade_no_findings(TEMPLATE)\n"


OTHERS = """
import pytest

def pytest_addoption(parser):
    parser.addoption("--snapshot-update", dest="update_snapshots", action="store_true")

@pytest.fixture
def snapshot():
    return "theirs"
"""


def test_beside_syrupy_both_have_their_own(run: Any, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(others=OTHERS)
    pytester.syspathinsert()
    body = (
        "def test_both(snapshot, wellmade_snapshot):\n    assert snapshot == 'theirs' != wellmade_snapshot\n"
    )

    for order in (["-p", "others"], ["-p", "wellmade.testing.plugin", "-p", "others"]):
        run(body, TEMPLATE, *order).assert_outcomes(passed=1)


def test_a_snapshot_must_be_written_and_then_hold(run: Any) -> None:
    run(SNAPSHOT, TEMPLATE).stdout.fnmatch_lines(
        ["*jobs.json does not exist; write it with --update-snapshots*"]
    )
    run(SNAPSHOT, TEMPLATE, "--update-snapshots").assert_outcomes(passed=1)
    run(SNAPSHOT, TEMPLATE).assert_outcomes(passed=1)
    changed = {"Resources": {"Jobs": {**QUEUE, "Properties": {"VisibilityTimeout": 31}}}}
    run(SNAPSHOT, changed).assert_outcomes(failed=1)


def test_a_snapshot_does_not_see_asset_hashes(run: Any) -> None:
    def with_hash(digit: str) -> dict[str, Any]:
        return {"Resources": {"Code": {"Type": "AWS::Lambda::Function", "Properties": {"Code": digit * 64}}}}

    run(SNAPSHOT, with_hash("a"), "--update-snapshots").assert_outcomes(passed=1)
    run(SNAPSHOT, with_hash("b")).assert_outcomes(passed=1)


def test_a_snapshot_does_not_see_the_hash_of_a_version(run: Any) -> None:
    def with_version(function: str, digit: str) -> dict[str, Any]:
        version = f"{function}CurrentVersionCCA77817{digit * 32}"
        return {"Resources": {version: {"Type": "AWS::Lambda::Version"}}}

    run(SNAPSHOT, with_version("Jobs", "a"), "--update-snapshots").assert_outcomes(passed=1)
    run(SNAPSHOT, with_version("Jobs", "b")).assert_outcomes(passed=1)
    run(SNAPSHOT, with_version("Orders", "a")).assert_outcomes(failed=1)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (
            {"Tasks": QUEUE},
            "Jobs (AWS::SQS::Queue) is deleted: it is not in the new template; it is deleted, and jobs/Tasks begins",
        ),
        (
            {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}}},
            "Jobs (AWS::SQS::Queue) is replaced: QueueName changes from nothing to jobs",
        ),
    ],
)
def test_a_release_that_loses_data_is_refused(run: Any, after: dict[str, Any], said: str) -> None:
    run(RELEASE, TEMPLATE, "--update-releases").assert_outcomes(passed=1)
    done = run(RELEASE, {"Resources": after})
    done.assert_outcomes(failed=1)
    assert said in done.stdout.str()


def test_an_accepted_loss_and_a_stale_entry_are_warnings_even_among_errors(run: Any) -> None:
    run(RELEASE, TEMPLATE, "--update-releases").assert_outcomes(passed=1)
    entries = (
        '"jobs/Jobs" = "moved to tasks"',
        '"jobs/Gone" = "is over"',
        '"other/It" = "of another release"',
    )
    Path("wellmade.toml").write_text("\n".join(("[upgrade.accepted]", *entries)))
    strict = "import pytest\npytestmark = pytest.mark.filterwarnings('error')\n"
    done = run(strict + RELEASE, {"Resources": {"Tasks": QUEUE}})
    done.assert_outcomes(passed=1)
    printed = done.stdout.str()
    assert "jobs/Jobs (AWS::SQS::Queue) is deleted" in printed
    assert "accepted: moved to tasks" in printed
    assert 'upgrade.accepted "jobs/Gone" fits no loss here' in printed


def test_a_release_that_changes_in_place_passes(run: Any) -> None:
    run(RELEASE, TEMPLATE, "--update-releases").assert_outcomes(passed=1)
    changed = {"Resources": {"Jobs": {**QUEUE, "Properties": {"VisibilityTimeout": 90}}}}
    run(RELEASE, changed).assert_outcomes(passed=1)


def test_findings_are_named(run: Any) -> None:
    run(FINDINGS, {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}).assert_outcomes(passed=1)
    folder = Path(__file__).parents[3] / "constructs" / "wellmade" / "check" / "rules"
    template, _ = cfnlint.decode.decode(str(folder / "sqs" / "queue_visibility.bad.yaml"))
    done = run(FINDINGS, template)
    done.assert_outcomes(failed=1)
    assert "queue-visibility: Orders Properties.VisibilityTimeout is 60 s" in done.stdout.str()


HANDLER = """
import os
import boto3
from shared.tables import table

client = boto3.client("dynamodb", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")


def handler(event, context):
    os.environ["HOME"]
    return client.put_item(TableName=table(), Item={"pk": {"S": "a"}})
"""
SHARED = """
import os


def table():
    return os.environ.get("TABLE_NAME", "")
"""
TEST = """
import os
import boto3
from moto import mock_aws


@mock_aws
def test_handler(monkeypatch):
    monkeypatch.setenv("TABLE_NAME", "rows")
    monkeypatch.setenv("OTHER", "not read")
    from mine.handler import client, handler
    key = {"AttributeName": "pk"}
    client.create_table(
        TableName="rows", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{**key, "KeyType": "HASH"}], AttributeDefinitions=[{**key, "AttributeType": "S"}],
    )
    handler({}, None)
    handler({}, None)
"""


def test_calls_of_handlers_are_recorded_and_those_of_tests_are_not(pytester: pytest.Pytester) -> None:
    source = pytester.mkdir("lambda_src")
    for package, file, text in (("mine", "handler", HANDLER), ("shared", "tables", SHARED)):
        (source / package).mkdir()
        (source / package / f"{file}.py").write_text(text)
    pytester.makepyfile(test_mine=TEST)
    options = ("-p", "no:cacheprovider", "-o", "pythonpath=lambda_src", "--record-calls", "out/calls.json")
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=1)
    recorded = json.loads((pytester.path / "out" / "calls.json").read_text())
    handler = "lambda_src/mine/handler.py"
    ours = [call for call in recorded["calls"] if handler in str(recorded["stacks"][call["frames"]])]
    assert {(call["service"], call["operation"]) for call in ours} == {("dynamodb", "PutItem")}
    assert {call["parameters"]["TableName"] for call in ours} == {"rows"}
    assert "rows" in str(recorded["variables"])
    assert "not read" not in str(recorded)


IN_NODE = """
import os, pytest

def test_deployed():
    assert "WELLMADE_HEARD_CALLS" in os.environ

@pytest.mark.not_deployed("for the test")
def test_not_deployed():
    assert "WELLMADE_HEARD_CALLS" not in os.environ

def test_deployed_too():
    assert "WELLMADE_HEARD_CALLS" in os.environ
"""


def test_handlers_in_node_are_not_heard_where_no_stack_deploys_them(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_mine=IN_NODE)
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--record-calls", "calls.json")
    done.assert_outcomes(passed=3)


PROVEN = "def test_is_proven(wellmade_proven):\n    wellmade_proven(TEMPLATE, pathlib.Path('calls.json'))\n"
WORKER = {
    "Role": {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "Policies": [
                {
                    "PolicyName": "Handler",
                    "PolicyDocument": {
                        "Statement": [
                            {"Effect": "Allow", "Action": "sns:Publish", "Resource": {"Ref": "Topic"}}
                        ]
                    },
                }
            ]
        },
    },
    "Topic": {"Type": "AWS::SNS::Topic"},
    "Worker": {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.14",
            "Handler": "mine.handler.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Environment": {"Variables": {"TOPIC": {"Ref": "Topic"}}},
        },
    },
}


@pytest.mark.parametrize(
    ("called", "said"),
    [
        (["Publish done"], None),
        ([], "Worker: not judged: its calls"),
        (
            ["Publish done", "DeleteTopic done"],
            "Worker: denied: sns:DeleteTopic on arn:aws:sns:us-east-1:123456789012:Topic",
        ),
        (
            ["Publish done", "Publish other"],
            "Worker: not judged: sns:Publish on arn:aws:sns:us-east-1:123456789012:other",
        ),
    ],
)
def test_roles_are_proven_with_recorded_calls(
    run: Any, pytester: pytest.Pytester, called: list[str], said: str | None
) -> None:
    arn = "arn:aws:sns:us-east-1:123456789012:"
    calls = [
        {
            "service": "sns",
            "operation": operation,
            "parameters": {"TopicArn": arn + topic},
            "region": "us-east-1",
            "variables": {"TOPIC": f"{arn}done"},
            "function": "Worker",
        }
        for operation, topic in (each.split() for each in called)
    ]
    recorded = {"version": VERSION, "root": str(pytester.path), "calls": calls, "variables": {}}
    (pytester.path / "calls.json").write_text(json.dumps(recorded))
    done = run(PROVEN, {"Resources": WORKER})
    done.assert_outcomes(passed=int(said is None), failed=int(said is not None))
    assert said is None or said in done.stdout.str()
