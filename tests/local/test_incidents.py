"""The commands of docs/incidents.md, typed on the embedded AWS after each incident, and what they did."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any

import psycopg
import pytest
from botocore.exceptions import ClientError

from tests.aws_commands import parsed
from tests.database import running_database
from wellmade.cli import main
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

PAGE = Path(__file__).parents[2] / "docs" / "incidents.md"
SECTIONS = dict(re.findall(r"^## (.+)\n((?:(?!^## ).*\n)*)", PAGE.read_text(), re.MULTILINE))
NOT_HERE = "# AWS alone"
SINCE = "2026-01-01"
Typed = Callable[[str, Mapping[str, str]], list[Any]]


def blocks(section: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", SECTIONS[section], re.MULTILINE | re.DOTALL)


def lines(section: str) -> Iterator[str]:
    for block in blocks(section, "sh"):
        yield from block.splitlines()


@pytest.fixture
def typed(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Typed:
    """Type the lines of a section with its variables; return what each of AWS answered."""
    for name, value in cloud.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def run(section: str, variables: Mapping[str, str]) -> list[Any]:
        found = []
        for line in lines(section):
            told, _, comment = Template(line).substitute(variables).partition("  #")
            if told.startswith("wellmade "):
                words = [word.strip('"') for word in told.split()[1:]]
                if words[0] != "check":
                    assert main(words) == 0
            else:
                call = parsed(told)
                if NOT_HERE not in f"#{comment}":
                    found.append(call.run(cloud.client(call.service)))
        return found

    return run


def test_every_incident_has_a_test() -> None:
    assert list(SECTIONS) == [
        "A key was published",
        "A bucket is public",
        "A function runs without end",
        "Messages that nobody can work on",
        "A database without connections",
        "A table was deleted, or emptied",
    ]


def test_a_key_is_turned_off_and_its_sessions_end(cloud: LocalCloud, typed: Typed) -> None:
    iam = cloud.client("iam")
    iam.create_user(UserName="ci")
    key = iam.create_access_key(UserName="ci")["AccessKey"]["AccessKeyId"]
    [denial] = blocks("A key was published", "json")
    variables = {
        "KEY_ID": key,
        "USER_NAME": "ci",
        "SINCE": SINCE,
        "DENY_OLDER_SESSIONS": " ".join(denial.replace("NOW", "2026-01-01T00:00:00Z").split()).replace(
            '"', '\\"'
        ),
    }
    answers = typed("A key was published", variables)
    [listed] = [
        each["AccessKeyMetadata"]
        for each in answers
        if isinstance(each, dict) and "AccessKeyMetadata" in each
    ]
    assert [each["Status"] for each in listed] == ["Inactive"]
    assert iam.list_access_keys(UserName="ci")["AccessKeyMetadata"] == []
    kept = iam.get_user_policy(UserName="ci", PolicyName="EndSessions")["PolicyDocument"]
    document = json.loads(kept) if isinstance(kept, str) else kept
    assert document["Statement"][0]["Condition"] == {
        "DateLessThan": {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}
    }


def test_a_public_bucket_is_closed(cloud: LocalCloud, typed: Typed) -> None:
    s3 = cloud.client("s3")
    for name in ("open-to-the-world", "request-logs"):
        s3.create_bucket(Bucket=name)
    s3.delete_public_access_block(Bucket="open-to-the-world")
    everybody = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::open-to-the-world/*",
    }
    s3.put_bucket_policy(
        Bucket="open-to-the-world", Policy=json.dumps({"Version": "2012-10-17", "Statement": [everybody]})
    )
    answers = typed(
        "A bucket is public",
        {"BUCKET": "open-to-the-world", "ARCHIVE": "request-logs", "ACCOUNT": "000000000000"},
    )
    [block] = [
        each for each in answers if isinstance(each, dict) and "PublicAccessBlockConfiguration" in each
    ]
    assert set(block["PublicAccessBlockConfiguration"].values()) == {True}
    assert json.loads(answers[0])["Statement"] == [everybody]


@pytest.fixture
def function(cloud: LocalCloud, request: pytest.FixtureRequest) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("app.py", "def handler(event, context):\n    return 'done'\n")
    name = re.sub(r"[^a-z-]+", "-", request.node.name)[:60]
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    cloud.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": archive.getvalue()},
    )
    cloud.client("lambda").add_permission(
        FunctionName=name, StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"
    )
    return name


def calls(cloud: LocalCloud, function: str) -> bool:
    """Tell whether a function can be called."""
    try:
        cloud.client("lambda").invoke(FunctionName=function)
    except ClientError as error:
        if error.response["Error"]["Code"] != "TooManyRequestsException":
            raise
        return False
    return True


def test_a_function_is_stopped_and_let_go(cloud: LocalCloud, function: str, typed: Typed) -> None:
    stop = next(each for each in lines("A function runs without end") if "executions 0" in each)
    call = parsed(Template(stop).substitute(FUNCTION=function))
    call.run(cloud.client("lambda"))
    assert not calls(cloud, function)
    answers = typed("A function runs without end", {"FUNCTION": function})
    assert "s3.amazonaws.com" in json.dumps(
        [each for each in answers if isinstance(each, dict) and "Policy" in each]
    )
    assert calls(cloud, function)


def test_messages_go_back_first_one_then_all(cloud: LocalCloud, typed: Typed) -> None:
    sqs = cloud.client("sqs")
    failed = sqs.create_queue(QueueName="orders-dlq")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=failed, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "1"})
    source = sqs.create_queue(
        QueueName="incident-source", Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "0"}
    )["QueueUrl"]
    for number in range(3):
        sqs.send_message(QueueUrl=source, MessageBody=f"order {number}")
    for _ in range(9):
        sqs.receive_message(QueueUrl=source, MaxNumberOfMessages=10)
    later = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "10"})
    sqs.set_queue_attributes(QueueUrl=source, Attributes={"RedrivePolicy": later, "VisibilityTimeout": "30"})
    answers = typed(
        "Messages that nobody can work on",
        {"DEAD_LETTER_QUEUE_URL": failed},
    )
    assert answers[0]["Attributes"]["ApproximateNumberOfMessages"] == "3"
    back = sqs.receive_message(QueueUrl=source, MaxNumberOfMessages=10)["Messages"]
    assert sorted(each["Body"] for each in back) == ["order 0", "order 1", "order 2"]


def test_who_holds_connections_is_found_and_ended(cloud: LocalCloud, function: str, typed: Typed) -> None:
    typed("A database without connections", {"FUNCTION": function})
    assert (
        cloud.client("lambda").get_function_concurrency(FunctionName=function)["ReservedConcurrentExecutions"]
        == 2
    )
    shown, ended, limited = blocks("A database without connections", "sql")
    with running_database() as host:
        held = psycopg.connect(host=str(host), user="app", dbname="app")
        held.execute("select 1")  # and never committed
        with psycopg.connect(host=str(host), user="postgres", dbname="app", autocommit=True) as admin:
            assert ("idle in transaction", "app", 1) in [row[:3] for row in admin.execute(shown).fetchall()]
            assert admin.execute(ended).fetchall() == []
            assert admin.execute(ended.replace("1 minute", "0 minutes")).fetchall() == [(True,)]
            admin.execute(limited)
        with pytest.raises(psycopg.OperationalError):
            held.execute("select 1")
        with psycopg.connect(host=str(host), user="app", dbname="app") as anew:
            assert anew.execute("show idle_in_transaction_session_timeout").fetchone() == ("1min",)


def test_a_table_is_restored_beside_the_old_one(cloud: LocalCloud, function: str, typed: Typed) -> None:
    tables = cloud.client("dynamodb")
    tables.create_table(
        TableName="incident-orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    tables.update_continuous_backups(
        TableName="incident-orders",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    for number in range(7):
        tables.put_item(TableName="incident-orders", Item={"id": {"S": str(number)}})
    answers = typed(
        "A table was deleted, or emptied",
        {
            "TABLE": "incident-orders",
            "RESTORED": "incident-orders-restored",
            "FUNCTION": function,
            "BACKUP_ARN": "arn",
        },
    )
    [counted] = [each["Count"] for each in answers if isinstance(each, dict) and "Count" in each]
    assert counted == 7
    table = tables.describe_table(TableName="incident-orders-restored")["Table"]
    assert table["DeletionProtectionEnabled"] is True
    assert calls(cloud, function)
