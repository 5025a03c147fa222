"""What `--fix` prints leaves the grants alone that code may use which nobody reads."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, role
from tests.unit.prove.support import Document, allow
from wellmade.graph import load
from wellmade.prove.every import Proofs
from wellmade.prove.settings import Settings
from wellmade.prove.written.fix import Fixes

READS = "import boto3\ns3 = boto3.client('s3')\ndef handler(event, context): s3.get_object(Bucket='inbox', Key='a')\n"
UNREAD = f"import pynamodb\n{READS}"
INBOX, ROWS = "arn:aws:s3:::inbox/*", "arn:aws:dynamodb:us-east-1:123456789012:table/rows"


def fixes(folder: Path, sources: dict[str, str], *statements: Document) -> Fixes:
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source)
    workers = {name: function(Handler=f"{name}.handler") for name in sources}
    template = folder / "template.json"
    template.write_text(json.dumps({"Resources": {**workers, "Role": role(LOG, *statements)}}))
    proofs = Proofs(load([template]), settings=Settings(folder))
    return Fixes(proofs, proofs.every())


def removed(printed: Fixes) -> set[str]:
    return {
        line
        for line in "\n".join(printed.lines("diff")).splitlines()
        if line.startswith("- ") and " logs:" not in line
    }


GRANTS = [allow("s3:GetObject", INBOX), allow("dynamodb:*", ROWS), allow("sqs:SendMessage", "*")]


def test_a_grant_that_a_library_may_use_stays(tmp_path: Path) -> None:
    assert removed(fixes(tmp_path, {"one": UNREAD}, *GRANTS)) == {"- sqs:SendMessage on *"}


def test_without_the_library_it_goes(tmp_path: Path) -> None:
    assert f"- dynamodb:* on {ROWS}" in removed(fixes(tmp_path, {"one": READS}, *GRANTS))


def test_it_is_written_with_the_rest(tmp_path: Path) -> None:
    text = "\n".join(fixes(tmp_path, {"one": UNREAD}, *GRANTS).lines("json"))
    assert '"dynamodb:*"' in text
    assert "sqs:SendMessage" not in text


@pytest.mark.parametrize("key", ["aws:ResourceTag/team", "aws:RequestedRegion"])
def test_a_grant_under_a_condition_is_not_written_without_it(tmp_path: Path, key: str) -> None:
    named = allow("dynamodb:Query", ROWS, Condition={"StringEquals": {key: "us-east-1"}})
    printed = fixes(tmp_path, {"one": UNREAD}, allow("s3:GetObject", INBOX), named)
    lines = "\n".join(printed.lines("json")).splitlines()
    assert not any('"dynamodb:Query"' in line for line in lines)
    assert any("which stays as it is" in line for line in lines)
    assert removed(printed) == set()


@pytest.mark.parametrize("sources", [{"one": READS, "two": UNREAD}, {"one": UNREAD, "two": READS}])
def test_of_two_functions_with_one_role_each_may_use_it(tmp_path: Path, sources: dict[str, str]) -> None:
    printed = fixes(tmp_path, sources, *GRANTS)
    assert removed(printed) == {"- sqs:SendMessage on *"}


@pytest.mark.parametrize(
    "statements", [[allow("*", "*")], [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]]
)
def test_what_allows_all_is_not_told_to_go_where_anything_may_be_called(
    tmp_path: Path, statements: list[Any]
) -> None:
    source = f"import awswrangler\n{READS}"
    assert removed(fixes(tmp_path, {"one": source}, *statements)) == set()


def test_the_key_of_what_a_call_does_not_name_is_not_told_as_unused(tmp_path: Path) -> None:
    source = "import boto3\ndef handler(event, context): boto3.client('sns').publish(TopicArn=find(event), Message='a')\n"
    key = "arn:aws:kms:us-east-1:123456789012:key/mine"
    statements = [
        allow("sns:Publish", "arn:aws:sns:us-east-1:123456789012:a"),
        allow("kms:GenerateDataKey", key),
    ]
    assert removed(fixes(tmp_path, {"one": source}, *statements)) == set()


PASSES = [
    allow("iam:PassRole", "arn:aws:iam::123456789012:role/given"),
    allow(["lambda:CreateFunction", "lambda:UpdateFunctionConfiguration", "events:PutTargets"], "*"),
]
PASSING = {
    "of a target in a list": "def handler(event, context): boto3.client('events').put_targets(\n"
    "    Rule='r', Targets=[{'Id': 'a', 'Arn': 'b', 'RoleArn': find(event)}])\n",
    "in a list that is not read": "def handler(event, context):\n"
    "    boto3.client('events').put_targets(Rule='r', Targets=find(event))\n",
    "among arguments that are handed over": "def handler(event, context):\n"
    "    boto3.client('lambda').update_function_configuration(FunctionName='f', **find(event))\n",
    "with a session that is handed over": "def work(session):\n"
    "    session.client('lambda').create_function(FunctionName='f', Role='given', Code={})\n"
    "def handler(event, context): work(session_of(event))\n",
    "by a library that is given the client": "def handler(event, context):\n"
    "    Deployer(boto3.client('lambda')).go()\n",
}


@pytest.mark.parametrize("name", PASSING)
def test_the_right_to_pass_a_role_stays_where_no_line_tells_the_role(tmp_path: Path, name: str) -> None:
    printed = fixes(tmp_path, {"one": f"import boto3\n{PASSING[name]}"}, *PASSES)
    assert not any("iam:PassRole" in line for line in removed(printed))


def test_it_goes_where_the_line_tells_that_none_is_passed(tmp_path: Path) -> None:
    source = "import boto3\ndef handler(event, context):\n    boto3.client('lambda').update_function_configuration(FunctionName='f')\n"
    assert any("iam:PassRole" in line for line in removed(fixes(tmp_path, {"one": source}, *PASSES)))
