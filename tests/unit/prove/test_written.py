"""The policy that is written for a role, and what it changes."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, get, role, sub
from tests.unit.prove.support import Document, allow, call, record
from wellmade.cli import main
from wellmade.graph import load
from wellmade.prove.every import Proofs
from wellmade.prove.recordings import read
from wellmade.prove.settings import Settings
from wellmade.prove.written.fix import Fixes
from wellmade.prove.written.given_back import given_back

PUT = call("s3", "PutObject", Bucket="drop", Key="incoming/a")
WRITE = call("dynamodb", "PutItem", TableName="rows", Item={})
TELL = call("sns", "Publish", TopicArn="arn:aws:sns:us-east-1:123456789012:news")
ENCRYPTED = {
    "BucketEncryption": {
        "ServerSideEncryptionConfiguration": [
            {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": get("Key")}}
        ]
    }
}
RESOURCES: dict[str, Document] = {
    "Bucket": {"Type": "AWS::S3::Bucket", "Properties": ENCRYPTED},
    "Key": {"Type": "AWS::KMS::Key"},
    "OrdersTable0A1B2C3D": {"Type": "AWS::DynamoDB::Table", "Metadata": {"aws:cdk:path": "Stack/OrdersTable/Resource"}},
    "News": {"Type": "AWS::SNS::Topic"},
    "Worker": function({"BUCKET": {"Ref": "Bucket"}, "TABLE": {"Ref": "OrdersTable0A1B2C3D"}, "TOPIC": {"Ref": "News"}}),
    "Role": role(LOG, allow("s3:*", ["*"]), allow("s3:PutObject", sub("${Bucket.Arn}/incoming/*")), allow("dynamodb:Scan", get("OrdersTable0A1B2C3D"))),
}  # fmt: skip
VARIABLES = {"BUCKET": "drop", "TABLE": "rows", "TOPIC": "arn:aws:sns:us-east-1:123456789012:news"}


@pytest.fixture
def printed(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what `--fix` prints in a form."""
    monkeypatch.chdir(tmp_path)
    Path("template.json").write_text(json.dumps({"Resources": RESOURCES}))
    recording = record(tmp_path, PUT, WRITE, TELL, variables=VARIABLES)

    def run(*options: str) -> str:
        main(["prove", "template.json", "--calls", str(recording), *options])
        return capsys.readouterr().out

    return run


def test_the_policy_refers_to_resources_of_the_template(printed: Any) -> None:
    header, _, text = printed("--fix", "json").partition("\n")
    statements = {str(each["Action"]): each for each in json.loads(text)["Statement"]}
    assert header == "# Worker: Role"
    assert statements["s3:PutObject"]["Resource"] == {"Fn::Sub": "${Bucket.Arn}/incoming/*"}
    assert statements["dynamodb:PutItem"]["Resource"] == {"Fn::GetAtt": ["OrdersTable0A1B2C3D", "Arn"]}
    assert statements["sns:Publish"]["Resource"] == {"Ref": "News"}
    assert statements["kms:GenerateDataKey"] == {
        "Effect": "Allow",
        "Action": "kms:GenerateDataKey",
        "Resource": {"Fn::GetAtt": ["Key", "Arn"]},
    }
    log = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/*:*"
    assert statements["['logs:CreateLogStream', 'logs:PutLogEvents']"]["Resource"] == {"Fn::Sub": log}


def test_the_log_of_a_function_that_has_a_name_is_named(printed: Any) -> None:
    """Of any other, CloudFormation makes the name up: the logical id would be wrong."""
    template = json.loads(Path("template.json").read_text())
    template["Resources"]["Worker"]["Properties"]["FunctionName"] = "the-worker"
    Path("template.json").write_text(json.dumps(template))
    assert "log-group:/aws/lambda/the-worker:*" in printed("--fix", "json")


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("python", [
            'orders_table.grant(worker, "dynamodb:PutItem")',
            "news.grant_publish(worker)",
            'worker.role.add_to_principal_policy(iam.PolicyStatement(actions=["s3:PutObject"], resources=[f"{bucket.bucket_arn}/incoming/*"]))',
        ]),
        ("typescript", [
            'ordersTable.grant(worker, "dynamodb:PutItem");',
            "news.grantPublish(worker);",
            'worker.role!.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ["s3:PutObject"], resources: [`${bucket.bucketArn}/incoming/*`] }));',
        ]),
    ],
)  # fmt: skip
def test_the_policy_is_written_as_code_of_the_cdk(printed: Any, language: str, lines: list[str]) -> None:
    code = printed("--fix", language).splitlines()
    assert set(lines) <= set(code)


def test_the_difference_to_today_is_told(printed: Any) -> None:
    lines = printed("--fix").splitlines()
    table = "arn:aws:dynamodb:us-east-1:123456789012:table/OrdersTable0A1B2C3D"
    assert f"- dynamodb:Scan on {table}" in lines
    assert f"+ dynamodb:PutItem on {table}" in lines
    assert "- s3:* on *" in lines
    assert not any("s3:PutObject on arn:aws:s3:::Bucket/incoming/*" in line for line in lines)


def test_the_written_policy_given_back_denies_nothing_and_is_all_used(tmp_path: Path) -> None:
    (tmp_path / "template.json").write_text(json.dumps({"Resources": RESOURCES}))
    recording = read(record(tmp_path, PUT, WRITE, TELL, variables=VARIABLES))
    proofs = Proofs(load([tmp_path / "template.json"]), recording, Settings(tmp_path))
    [(found, written, _)] = Fixes(proofs, proofs.every()).written()
    report = given_back(proofs, found[0], [], written)
    assert (report.denied, report.unused) == ([], [])


def test_what_a_call_that_is_not_judged_may_use_stays_and_is_not_unused(tmp_path: Path) -> None:
    """The token of a task tells its state machine, and the code does not."""
    sends = allow("states:SendTaskSuccess", "arn:aws:states:us-east-1:123456789012:stateMachine:mine")
    resources = {"Worker": function({}), "Role": role(LOG, sends)}
    (tmp_path / "template.json").write_text(json.dumps({"Resources": resources}))
    recording = read(record(tmp_path, call("stepfunctions", "SendTaskSuccess", taskToken="t", output="{}")))
    proofs = Proofs(load([tmp_path / "template.json"]), recording, Settings(tmp_path))
    [(found, written, _)] = Fixes(proofs, proofs.every()).written()
    assert found[0].verdict == "not judged"
    report = given_back(proofs, found[0], [], written)
    assert (report.denied, report.unused) == ([], [])


def test_findings_stand_at_their_place_in_sarif(printed: Any) -> None:
    log = json.loads(printed("--format", "sarif"))
    [run] = log["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {each["ruleId"] for each in run["results"]} == {"denied", "unused-grant"} <= rules
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "template.json"


def test_a_pull_request_gets_a_table_and_a_list(printed: Any) -> None:
    lines = printed("--format", "markdown").splitlines()
    assert lines[2].startswith("| `template/Worker` | tests | 3 | 3 |")
    assert any(line.startswith("- **Worker** denied: dynamodb:PutItem on ") for line in lines)
