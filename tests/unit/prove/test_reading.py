"""What is read of handlers in Python and TypeScript, and what becomes of it."""

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, get, prove, role, said
from tests.unit.prove.support import Document, allow, call
from wellmade.prove.reading import python, typescript
from wellmade.prove.reading.sites import Arrived, Variable


def read(folder: Path, source: str, name: str = "app.py", **others: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the calls that a handler may make, with what the code tells of them."""
    for file, text in {name: source, **{key.replace("_", "."): text for key, text in others.items()}}.items():
        (folder / file).write_text(dedent(text))
    entry = folder / name
    if name.endswith(".py"):
        sites = python.read(entry, "handler", (folder,))[0]
    else:
        sites = typescript.read(entry, "handler", (folder,))[0]
    return [
        (f"{site.service}:{site.operation}", {k: v for k, v in site.arguments.items() if v is not None})
        for site in sites
    ]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("s3 = boto3.client('s3')\ndef handler(e, c): s3.get_object(Bucket='inbox', Key=e['key'])",
         ("s3:GetObject", {"Bucket": "inbox", "Key": Arrived(("key",))})),
        ("T = os.environ['TABLE']\ndef handler(e, c): boto3.resource('dynamodb').Table(T).put_item(Item={})",
         ("dynamodb:PutItem", {"TableName": Variable("TABLE"), "Item": {}})),
        ("def client(): return boto3.session.Session().client('sqs')\ndef handler(e, c): client().send_message(QueueUrl=os.getenv('Q'))",
         ("sqs:SendMessage", {"QueueUrl": Variable("Q")})),
        ("class Store:\n  def __init__(self): self.t = boto3.resource('dynamodb').Table('rows')\n  def all(self): return self.t.scan()\ndef handler(e, c): Store().all()",
         ("dynamodb:Scan", {"TableName": "rows"})),
        ("s3 = boto3.client('s3')\ndef handler(e, c): s3.get_paginator('list_objects_v2').paginate(Bucket='inbox')",
         ("s3:ListObjectsV2", {"Bucket": "inbox"})),
        ("s3 = boto3.client('s3')\ndef handler(e, c): s3.upload_file('f', 'inbox', 'k')", ("s3:PutObject", {"Bucket": "inbox", "Key": "k"})),
        ("@app.get('/rows')\ndef rows(): boto3.client('sqs').list_queues()\ndef handler(e, c): return app.resolve(e, c)", ("sqs:ListQueues", {})),
        ("def size(q): return int(q.attributes['X'])\ndef handler(e, c): return size(boto3.resource('sqs').Queue(os.environ['Q']))",
         ("sqs:GetQueueAttributes", {"QueueUrl": Variable("Q")})),
        ("def handler(e, c): boto3.resource('s3').Bucket('inbox').objects.all().delete()", ("s3:ListObjects", {"Bucket": "inbox"})),
        ("def handler(e, c): boto3.resource('s3').Bucket('inbox').objects.all().delete()", ("s3:DeleteObjects", {"Bucket": "inbox"})),
        ("def handler(e, c): get_parameter('/app/limit')", ("ssm:GetParameter", {"Name": "/app/limit"})),
    ],
)  # fmt: skip
def test_python_is_read(tmp_path: Path, source: str, wanted: tuple[str, dict[str, Any]]) -> None:
    assert wanted in read(tmp_path, f"import boto3, os\n{source}\n")


def test_only_what_a_handler_reaches_counts(tmp_path: Path) -> None:
    store = """
    import boto3
    table = boto3.resource("dynamodb").Table("rows")
    def save(row): table.put_item(Item=row)
    def drop(row): table.delete_item(Key=row)
    """
    source = "from store import save\ndef handler(event, context): save(event)\n"
    assert [name for name, _ in read(tmp_path, source, store_py=store)] == ["dynamodb:PutItem"]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ('import { S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\n'
         "await s3.send(new GetObjectCommand({ Bucket: process.env.INBOX!, Key: event.key }));",
         ("s3:GetObject", {"Bucket": Variable("INBOX")})),
        ('import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";\n'
         "const table = process.env['TABLE'];\nconst given = { TableName: table, Item: { a: 1 } };\n"
         "ddb.send(new PutCommand(given)); // new GetCommand({})",
         ("dynamodb:PutItem", {"TableName": Variable("TABLE"), "Item": {}})),
        ('import { paginateScan } from "@aws-sdk/lib-dynamodb";\n'
         "for await (const page of paginateScan({ client }, { TableName: 'rows' })) {}",
         ("dynamodb:Scan", {"TableName": "rows"})),
        ('const AWS = require("aws-sdk");\nconst ddb = new AWS.DynamoDB.DocumentClient();\n'
         "ddb.update({ TableName: `rows`, Key: { id } }).promise()",
         ("dynamodb:UpdateItem", {"TableName": "rows", "Key": {}})),
        ('const AWS = require("aws-sdk")\nconst sqs = new AWS.SQS()\nsqs.sendMessage({ QueueUrl: process.env.Q })',
         ("sqs:SendMessage", {"QueueUrl": Variable("Q")})),
        ('import { SFN } from "@aws-sdk/client-sfn";\nconst flows = new SFN({});\n'
         "flows.startExecution({ stateMachineArn: process.env.FLOW as string });",
         ("stepfunctions:StartExecution", {"stateMachineArn": Variable("FLOW")})),
    ],
)  # fmt: skip
def test_typescript_and_javascript_are_read(
    tmp_path: Path, source: str, wanted: tuple[str, dict[str, Any]]
) -> None:
    assert wanted in read(tmp_path, source, "app.ts")


def test_only_methods_that_are_reached_count(tmp_path: Path) -> None:
    store = """
    import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
    export class Store {
      private static table = process.env.TABLE;
      public get = async (id: string): Promise<Row | undefined> => {
        return ddb.send(new GetCommand({ TableName: Store.table, Key: { id } }));
      };
      async put(row: Row): Promise<void> { await ddb.send(new PutCommand({ TableName: Store.table, Item: row })); }
    }
    """
    source = """
    import { Store } from "./store";
    interface Named { put(row: Row): void }
    const own = async () => { return new Store().get("1"); };
    export const handler = wrap(own);
    """
    found = read(tmp_path, source, "app.ts", store_ts=store)
    assert found == [("dynamodb:GetItem", {"TableName": Variable("TABLE"), "Key": {}})]


def test_modules_of_typescript_are_followed(tmp_path: Path) -> None:
    store = (
        'import { SNSClient, PublishCommand } from "@aws-sdk/client-sns";\nsns.send(new PublishCommand({}));'
    )
    assert read(tmp_path, 'import { tell } from "./store";', "app.ts", store_ts=store) == [
        ("sns:Publish", {})
    ]


SOURCE = "import boto3, os\nt = boto3.resource('dynamodb').Table(os.environ['TABLE'])\ndef handler(event, context):\n    t.put_item(Item={})\n    t.get_item(Key={})\n"  # fmt: skip


def table(*actions: str) -> dict[str, Document]:
    return {
        "Table": {"Type": "AWS::DynamoDB::Table"},
        "Worker": function({"TABLE": {"Ref": "Table"}}),
        "Role": role(LOG, allow(list(actions), get("Table"))),
    }


def write(folder: Path) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / "handler.py").write_text(SOURCE)


def test_without_tests_the_code_is_a_witness_that_proves_nothing(tmp_path: Path) -> None:
    write(tmp_path)
    proof = prove(tmp_path, table("dynamodb:PutItem", "dynamodb:GetItem"))
    assert (proof.witness, said(proof)) == ("code", ("likely", set(), set()))
    assert said(prove(tmp_path, table("dynamodb:PutItem", "dynamodb:Scan"))) == (
        "not proven", {"dynamodb:GetItem"}, {"dynamodb:Scan"},
    )  # fmt: skip


def test_call_sites_that_no_test_passed_are_named(tmp_path: Path) -> None:
    write(tmp_path)
    made = call("dynamodb", "PutItem", TableName="rows", Item={}) | {
        "frames": [["mine/handler.py", "handler", 4]]
    }
    proof = prove(tmp_path, table("dynamodb:PutItem", "dynamodb:GetItem"), made, variables={"TABLE": "rows"})
    assert [(each.site.line, each.site.operation) for each in proof.untested] == [(5, "GetItem")]
    assert said(proof) == ("not judged", set(), set())
    [row] = proof.report.not_judged
    assert row.what.startswith("dynamodb:GetItem on ")
    assert row.reason.endswith("mine/handler.py:5 uses it, which no test has reached")


def test_an_argument_that_the_code_does_not_tell_is_no_pass(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "handler.py").write_text(SOURCE.replace("os.environ['TABLE']", "given()"))
    proof = prove(tmp_path, table("dynamodb:PutItem", "dynamodb:GetItem"))
    assert said(proof) == ("not judged", set(), set())


def test_a_form_for_uploads_is_a_call(tmp_path: Path) -> None:
    source = """
    import boto3, os
    def handler(event, context):
        return boto3.client("s3").generate_presigned_post(os.environ["BUCKET"], "incoming/a", ExpiresIn=60)
    """
    assert read(tmp_path, source) == [("s3:PutObject", {"Bucket": Variable("BUCKET"), "Key": "incoming/a"})]


def test_clients_of_one_name_are_told_apart_by_what_is_called(tmp_path: Path) -> None:
    source = """
    import boto3
    class Roles:
        def __init__(self, client=None): self.client = client or boto3.client("sts")
        def take(self): return self.client.assume_role(RoleArn="arn:aws:iam::1:role/a")
    class Files:
        def __init__(self): self.client = boto3.client("s3")
        def read(self): return self.client.get_object(Bucket="b")
    def handler(event, context):
        Roles().take()
        Files().read()
    """
    assert {name for name, _ in read(tmp_path, source)} == {"sts:AssumeRole", "s3:GetObject"}


def test_a_handler_that_is_made_elsewhere_may_call_every_function_of_its_module(tmp_path: Path) -> None:
    source = """
    import boto3
    from cfn_custom_resource import lambda_handler, create
    organizations = boto3.client("organizations")
    @create()
    def create_(event, context): return organizations.create_organization()
    """
    (tmp_path / "app.py").write_text(dedent(source))
    [site] = python.read(tmp_path / "app.py", "lambda_handler", (tmp_path,))[0]
    assert site.operation == "CreateOrganization"


@pytest.mark.parametrize(
    ("made", "is_foreign"),
    [
        ("boto3.client('s3')", False),
        ("boto3.Session().client('s3')", False),
        ("session.client('s3')", False),
        ("boto3.Session(aws_access_key_id=key).client('s3')", True),
        ("role.client('s3')", True),
    ],
)
def test_calls_with_another_session_s_rights_are_known_as_such(
    tmp_path: Path,
    made: str,
    is_foreign: bool,  # noqa: FBT001
) -> None:
    source = (
        f"import boto3\nsession = boto3.Session()\ndef handler(event, role):\n    {made}.list_buckets()\n"
    )
    (tmp_path / "app.py").write_text(source)
    [site] = python.read(tmp_path / "app.py", "handler", (tmp_path,))[0]
    assert (site.operation, site.is_foreign) == ("ListBuckets", is_foreign)


def test_what_another_session_calls_is_not_judged(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    code = "def handler(event, role):\n    role.client('dynamodb').scan(TableName='x')\n"
    (tmp_path / "mine" / "handler.py").write_text(code)
    proof = prove(tmp_path, table("dynamodb:PutItem"))
    assert proof.report.denied == []
    [row] = proof.report.not_judged
    assert row.reason.endswith("calls it with a session that is handed over or has keys of its own")


def test_a_client_that_a_function_is_called_with_is_known_there(tmp_path: Path) -> None:
    source = """
    import boto3
    def move(account, organizations): organizations.move_account(AccountId=account)
    def handler(event, context):
        move("1", boto3.client("organizations"))
    """
    assert [name for name, _ in read(tmp_path, source)] == ["organizations:MoveAccount"]


def test_a_test_s_client_does_not_hide_whose_rights_the_code_has(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    code = "def handler(event, role):\n    role.client('iam').list_account_aliases()\n"
    (tmp_path / "mine" / "handler.py").write_text(code)
    made = {**call("iam", "ListAccountAliases"), "frames": [["mine/handler.py", "handler", 2]]}
    proof = prove(tmp_path, table("dynamodb:PutItem"), made)
    assert proof.report.denied == []
    assert [row.what for row in proof.report.not_judged] == ["iam:ListAccountAliases"]


def test_a_client_of_one_of_two_branches_and_a_method_that_is_handed_on_are_read(tmp_path: Path) -> None:
    source = """
    import boto3
    class Accounts:
        def __init__(self, client=None):
            self.client = boto3.client("organizations") if not client else client
        def every(self): return list(pages(self.client.list_accounts))
    def handler(event, context):
        Accounts().every()
    """
    assert [name for name, _ in read(tmp_path, source)] == ["organizations:ListAccounts"]


def test_what_functions_assign_that_no_handler_reaches_is_not_taken_over(tmp_path: Path) -> None:
    source = (
        "import boto3\ndef handler(e, c): boto3.client('s3').get_object(Bucket=NAME, Key='a')\n"
        "NAME = 'inbox'\ndef never():\n    NAME = 'other'\n    return NAME\n"
    )
    assert read(tmp_path, source) == [("s3:GetObject", {"Bucket": "inbox", "Key": "a"})]


def test_what_is_not_told_deep_in_an_argument_is_unknown(tmp_path: Path) -> None:
    """A name in an element of a list was left out, and the call could not be mapped."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "handler.py").write_text(
        "import boto3\ndynamodb = boto3.client('dynamodb')\n"
        "class Store:\n    def __init__(self, table): self.table = table\n"
        "    def go(self):\n        dynamodb.transact_write_items(TransactItems=[\n"
        "            {'Put': {'TableName': self.table, 'Item': {'pk': {'S': 'a'}}}}])\n"
        "def handler(event, context): Store(find(event)).go()\n"
    )
    stack = {
        "Worker": function(),
        "Role": role(LOG, allow("dynamodb:PutItem", "arn:aws:dynamodb:*:*:table/a")),
    }
    proof = prove(tmp_path, stack)
    [row] = proof.report.not_judged
    assert row.reason == "what it acts on is no value of the templates"


STORES = """
import boto3
table = boto3.resource('dynamodb').Table('rows')
class Kept:
    def put(self, item): table.put_item(Item=item)
class InMemory:
    def put(self, item): pass
class Sender:
    def send(self): boto3.client('sqs').send_message(QueueUrl='https://sqs.us-east-1.amazonaws.com/1/jobs', MessageBody='a')
"""


@pytest.mark.parametrize(
    ("calls", "verdict"), [("InMemory().put(event)", "not judged"), ("Sender().send()", "not proven")]
)
def test_a_call_behind_a_name_that_several_functions_have_is_not_denied_by_code_alone(
    tmp_path: Path, calls: str, verdict: str
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "handler.py").write_text(f"{STORES}def handler(event, context): {calls}\n")
    proof = prove(tmp_path, {"Worker": function(), "Role": role(LOG)})
    assert (proof.verdict, bool(proof.report.denied)) == (verdict, verdict == "not proven")


def test_the_handlers_of_other_modules_are_not_reached_by_their_name(tmp_path: Path) -> None:
    source = "import boto3, other\ndef handler(event, context): boto3.client('sqs').list_queues()\n"
    other = "import boto3\ndef handler(event, context): boto3.client('sns').list_topics()\n"
    assert [name for name, _ in read(tmp_path, source, other_py=other)] == ["sqs:ListQueues"]


@pytest.mark.parametrize("operator", ["StringEquals", "StringNotEquals"])
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_a_value_that_the_code_does_not_tell_decides_no_condition(
    tmp_path: Path, operator: str, effect: str
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "handler.py").write_text(
        "import boto3\ndef handler(event, context):\n"
        "    boto3.client('cloudwatch').put_metric_data(Namespace=find(event), MetricData=[])\n"
    )
    asked = allow("cloudwatch:PutMetricData", Condition={operator: {"cloudwatch:namespace": "Mine"}})
    others = [allow("cloudwatch:PutMetricData")] if effect == "Deny" else []
    rights = role(LOG, {**asked, "Effect": effect}, *others)
    assert prove(tmp_path, {"Worker": function(), "Role": rights}).verdict == "not judged"


def test_of_two_tables_of_one_name_in_different_modules_neither_is_denied_by_code_alone(
    tmp_path: Path,
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "shared.py").write_text(
        "import boto3\ntable = boto3.resource('dynamodb').Table('jobs')\n"
    )
    (tmp_path / "mine" / "handler.py").write_text(
        "import boto3\nfrom mine import shared\ntable = boto3.resource('dynamodb').Table('rows')\n"
        "def handler(event, context): table.get_item(Key={'pk': 'a'})\n"
    )
    rights = role(LOG, allow("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:123456789012:table/rows"))
    proof = prove(tmp_path, {"Worker": function(), "Role": rights})
    assert (proof.verdict, proof.report.denied) == ("not judged", [])


def test_code_alone_denies_no_call_on_what_it_does_not_name(tmp_path: Path) -> None:
    """Whether a queue is found at all, the code alone does not tell either."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "handler.py").write_text(
        "import boto3\ndef handler(event, context):\n    if queue := find(event):\n"
        "        boto3.client('sqs').send_message(QueueUrl=queue, MessageBody='a')\n"
    )
    proof = prove(tmp_path, {"Worker": function(), "Role": role(LOG)})
    assert (proof.verdict, proof.report.denied) == ("not judged", [])
