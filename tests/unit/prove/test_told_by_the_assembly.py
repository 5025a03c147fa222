"""Account and region are those that the assembly tells; a module that cannot be collected is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.other_pytest import run_pytest
from tests.unit.prove.cases import LOG, function, get, prove, role, sub
from tests.unit.prove.support import allow, call, record
from wellmade.graph import load
from wellmade.prove.every import Proofs
from wellmade.prove.recordings import read
from wellmade.prove.settings import Settings

MINE, ELSEWHERE = "aws://444455556666/eu-west-1", "aws://777788889999/eu-west-2"
NOWHERE = "aws://unknown-account/unknown-region"


@pytest.mark.parametrize(
    ("environments", "account", "region"),
    [
        ((MINE,), "444455556666", "eu-west-1"),
        ((MINE, NOWHERE), "444455556666", "eu-west-1"),
        ((MINE, ELSEWHERE), "123456789012", "us-east-1"),
        ((NOWHERE,), "123456789012", "us-east-1"),
    ],
    ids=["one", "one beside a stack for anywhere", "two", "none"],
)
def test_a_stack_for_anywhere_tells_nothing(
    tmp_path: Path, environments: tuple[str, ...], account: str, region: str
) -> None:
    (tmp_path / "app.template.json").write_text(
        json.dumps({"Resources": {"Worker": function(), "Role": role(LOG)}})
    )
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "app.template.json"}}
    artifacts = {f"Stack{place}": {**stack, "environment": each} for place, each in enumerate(environments)}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    naming = Proofs(load([tmp_path]), None, Settings(tmp_path)).account.naming
    assert (naming.account, naming.region) == (account, region)


def in_region(region: str) -> dict[str, Any]:
    """Return the resources of a worker in a network, which may reach what is in one region alone."""
    here = f"arn:aws:{{}}:{region}:123456789012:{{}}"
    rights = [
        allow(["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"], here.format("ec2", "*")),
        allow(["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], "*"),
        allow("sqs:SendMessage", get("Jobs")),
        allow("sqs:ReceiveMessage", here.format("sqs", "letters")),
        allow("dynamodb:GetItem", here.format("dynamodb", "table/orders")),
        allow("sqs:DeleteMessage", sub("arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:letters")),
    ]
    network = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    worker = function({"JOBS": {"Ref": "Jobs"}, "TABLE": "orders"}, VpcConfig=network)
    return {"Worker": worker, "Role": role(LOG, *rights), "Jobs": {"Type": "AWS::SQS::Queue"}}


@pytest.mark.parametrize("other", ["aws://unknown-account/eu-west-2", NOWHERE])
def test_each_stack_is_judged_where_it_is_deployed(tmp_path: Path, other: str) -> None:
    """What names the region of another stack, or that of the tests, was denied."""
    places = {
        "Here": "aws://unknown-account/us-west-2",
        "There": "aws://unknown-account/us-east-1",
        "Else": other,
    }
    regions = {"Here": "us-west-2", "There": "us-east-1"}
    artifacts = {}
    for name, environment in places.items():
        body = {"Resources": in_region(regions[name]) if name in regions else {}}
        if name == "There":
            replicas = [{"Region": each} for each in regions.values()]
            table = {"TableName": "orders", "Replicas": replicas}
            body["Resources"]["Table"] = {"Type": "AWS::DynamoDB::GlobalTable", "Properties": table}
        (tmp_path / f"{name}.json").write_text(json.dumps(body))
        properties = {"templateFile": f"{name}.json"}
        artifacts[name] = {
            "type": "aws:cloudformation:stack", "environment": environment, "properties": properties,
        }  # fmt: skip
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/{}"
    calls = [
        {**call("sqs", operation, QueueUrl=url.format(queue)), "default_region": True}
        for operation, queue in (
            ("SendMessage", "jobs"),
            ("ReceiveMessage", "letters"),
            ("DeleteMessage", "letters"),
        )
    ]
    calls.append({**call("dynamodb", "GetItem", TableName="rows", Key={}), "default_region": True})
    variables = {"JOBS": url.format("jobs"), "TABLE": "rows"}
    recording = read(record(tmp_path, *calls, variables=variables))
    proofs = Proofs(load([tmp_path]), recording, Settings(tmp_path)).every()["functions"]
    assert [(each.verdict, each.report.denied) for each in proofs] == [("proven", [])] * 2


@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["alone", "xdist"])
def test_a_module_that_cannot_be_collected_is_named(tmp_path: Path, options: tuple[str, ...]) -> None:
    """Under xdist the other modules run, and pytest ends as if a test had failed."""
    (tmp_path / "test_broken.py").write_text("raise OSError\n")
    (tmp_path / "test_right.py").write_text("def test_it(): ...\n")
    run_pytest(tmp_path, "--record-calls", "calls.json", *options)
    assert json.loads((tmp_path / "calls.json").read_text())["failed"] == ["test_broken.py"]


def test_a_call_in_the_region_that_is_set_goes_to_the_one_that_is_deployed_to(tmp_path: Path) -> None:
    rights = role(LOG, allow("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:jobs"))
    asked = call("sqs", "SendMessage", QueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/jobs")
    resources = {"Worker": function(), "Role": rights}
    here, there = asked, {**asked, "default_region": False}
    settings = {"region": "eu-west-1"}
    assert prove(tmp_path, resources, here, settings=settings).verdict == "proven"
    assert prove(tmp_path, resources, there, settings=settings).verdict == "not judged"


@pytest.mark.parametrize(
    ("made", "verdict"),
    [
        ("boto3.client('sqs')", "proven"),
        ("boto3.client('sqs', region_name='eu-north-1')", "proven"),
        ("boto3.client('sqs', region_name='us-east-1')", "not judged"),
        ("boto3.client('sqs', 'us-east-1')", "not judged"),
        ("boto3.client('sqs', region_name=HERE)", "not judged"),
        ("boto3.Session(region_name=HERE).client('sqs')", "not judged"),
    ],
)
def test_a_call_in_a_region_that_the_code_names_stays_there(tmp_path: Path, made: str, verdict: str) -> None:
    """Tests that set the same region hear no difference; where the function runs there is one."""
    (tmp_path / "mine").mkdir()
    source = (
        f"import boto3\nHERE = 'us-east-1'\nsqs = {made}\ndef handler(event, context): sqs.send_message()\n"
    )
    (tmp_path / "mine" / "handler.py").write_text(source)
    rights = role(LOG, allow("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:jobs"))
    asked = call("sqs", "SendMessage", QueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/jobs")
    asked["frames"] = [["mine/handler.py", "handler", 4]]
    proof = prove(tmp_path, {"Worker": function(), "Role": rights}, asked, settings={"region": "eu-west-1"})
    assert proof.verdict == verdict


@pytest.mark.parametrize("service", ["bedrock-agent", "bedrock"])
def test_what_a_call_needs_is_told_by_the_name_that_the_report_shows(tmp_path: Path, service: str) -> None:
    """The client of the operation has another name than its action."""
    base = "arn:aws:bedrock:us-east-1:123456789012:knowledge-base/KB1"
    asked = call("bedrock-agent", "ListDataSources", knowledgeBaseId="made-up")
    settings = {"calls": {f"{service}:ListDataSources": [f"bedrock:ListDataSources on {base}"]}}
    resources = {"Worker": function(), "Role": role(LOG, allow("bedrock:ListDataSources", base))}
    assert prove(tmp_path, resources, asked).verdict == "not judged"
    assert prove(tmp_path, resources, asked, settings=settings).verdict == "proven"


@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["alone", "xdist"])
def test_a_recording_beside_the_project_is_written_again(tmp_path: Path, options: tuple[str, ...]) -> None:
    """The file of before led pytest to take the folder above both for the project's."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "app.py").write_text("import os\ndef go(): os.environ['WHERE']\n")
    (project / "test_app.py").write_text("import app\ndef test_it(): app.go()\n")
    recording = tmp_path / "elsewhere" / "calls.json"
    recording.parent.mkdir()
    recording.write_text("{}")
    run_pytest(project, ".", "--record-calls", str(recording), *options, WHERE="x")
    written = json.loads(recording.read_text())
    assert written["root"] == str(project.resolve())
    assert set(written["sources"]) == {"app.py", "test_app.py"}


def test_a_name_of_a_class_of_its_own_is_heard_under_xdist(tmp_path: Path) -> None:
    """The worker could not hand it over, and all that was heard was lost."""
    (tmp_path / "app.py").write_text(
        "import boto3\nclass Name(str): ...\ns3 = boto3.client('s3', region_name='us-east-1')\n"
        "def go(): return s3.head_bucket(Bucket=Name('inbox'))\n"
    )
    (tmp_path / "test_app.py").write_text(
        "from unittest.mock import patch\nimport app\n"
        "def test_it():\n    with patch.object(app, 's3'):\n        app.go()\n"
    )
    run_pytest(tmp_path, "--record-calls", "calls.json", "-n", "1")
    [heard] = json.loads((tmp_path / "calls.json").read_text())["calls"]
    assert (heard["operation"], heard["parameters"]) == ("HeadBucket", {"Bucket": "inbox"})
