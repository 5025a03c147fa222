"""What `wellmade.toml` tells of libraries that nobody knows is asked for, and shown as told."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, prove, role, said, sub
from tests.unit.prove.support import Document, allow, call
from wellmade.cli import main
from wellmade.errors import WellmadeError
from wellmade.prove.deployed.unknowns import Unknowns
from wellmade.prove.findings import document_of, lines_of
from wellmade.prove.formats import sarif
from wellmade.prove.settings import settings_of

PYTHON = "import acme_store\ndef handler(event, context):\n    return acme_store.load(event['key'])\n"
SCRIPT = "import { load } from '@acme/store';\nexport const handler = async (event) => load(event.key);\n"
FILES = "arn:aws:s3:::files/*"
READS = {"acme_store": [f"s3:GetObject on {FILES}"], "@acme/store": [f"s3:GetObject on {FILES}"]}
LINE = f"told in wellmade.toml, and heard by nobody: %s calls s3:GetObject on {FILES}"


def app(*statements: Document, **properties: Any) -> dict[str, Document]:
    return {"Worker": function(**properties), "Role": role(LOG, *statements)}


def write(folder: Path, source: str, suffix: str = "py") -> None:
    (folder / "mine").mkdir()
    (folder / f"mine/handler.{suffix}").write_text(source)


@pytest.mark.parametrize(
    ("source", "suffix", "name"), [(PYTHON, "py", "acme_store"), (SCRIPT, "ts", "@acme/store")]
)
def test_what_is_told_is_shown_and_never_proven(tmp_path: Path, source: str, suffix: str, name: str) -> None:
    write(tmp_path, source, suffix)
    template = app(allow("s3:GetObject", FILES), Runtime="python3.14" if suffix == "py" else "nodejs22.x")
    code = {"Worker": f"mine/handler.{suffix}"}
    assert prove(tmp_path, template, settings={"code": code}).verdict == "not judged"
    proof = prove(tmp_path, template, settings={"code": code, "libraries": READS})
    assert said(proof) == ("likely", set(), set())
    assert LINE % name in lines_of(proof)
    told = document_of(proof, Unknowns())
    assert told["told"] == [f"{name} calls s3:GetObject on {FILES}"]
    assert not told["proven"]
    [result] = sarif([proof], Unknowns(), tmp_path)["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("told", "note")


def test_nothing_told_calls_nothing(tmp_path: Path) -> None:
    write(tmp_path, PYTHON)
    settings: dict[str, dict[str, list[str]]] = {"libraries": {"acme_store": []}}
    proof = prove(tmp_path, app(allow("s3:GetObject", FILES)), settings=settings)
    assert said(proof) == ("not proven", set(), {"s3:GetObject"})
    assert "acme_store calls nothing of AWS" in lines_of(proof)[-1]
    assert said(prove(tmp_path, app(), settings=settings)) == ("likely", set(), set())


def test_what_is_told_is_denied_where_the_role_lacks_it(tmp_path: Path) -> None:
    write(tmp_path, PYTHON)
    proof = prove(tmp_path, app(), settings={"libraries": READS})
    assert said(proof) == ("not proven", {"s3:GetObject"}, set())


def test_what_is_told_of_one_library_says_nothing_of_another(tmp_path: Path) -> None:
    write(tmp_path, f"import acme_queue\n{PYTHON}" + "    acme_queue.send(event)\n")
    proof = prove(tmp_path, app(allow("s3:GetObject", FILES)), settings={"libraries": READS})
    assert proof.verdict == "not judged"
    assert {each.what for each in proof.report.not_judged} == {"the library acme_queue"}


def test_a_library_that_the_function_does_not_use_is_not_asked_for(tmp_path: Path) -> None:
    write(tmp_path, "def handler(event, context): ...\n")
    proof = prove(tmp_path, app(allow("s3:GetObject", FILES)), settings={"libraries": READS})
    assert said(proof) == ("not proven", set(), {"s3:GetObject"})
    assert not proof.told


def test_what_tests_hear_counts_beside_what_is_told(tmp_path: Path) -> None:
    write(tmp_path, PYTHON)
    template = app(allow("s3:GetObject", FILES), allow("sqs:SendMessage", sub("${Jobs.Arn}")))
    template["Jobs"] = {"Type": "AWS::SQS::Queue"}
    template["Worker"] = function({"JOBS": {"Ref": "Jobs"}})
    sent = call("sqs", "SendMessage", QueueUrl="https://sqs.us-east-1.amazonaws.com/1/jobs", MessageBody="a")
    variables = {"JOBS": "https://sqs.us-east-1.amazonaws.com/1/jobs"}
    proof = prove(tmp_path, template, sent, variables=variables, settings={"libraries": READS})
    assert (proof.witness, *said(proof)) == ("tests", "likely", set(), set())
    alone = prove(tmp_path, template, sent, variables=variables)
    assert said(alone) == ("not proven", set(), {"s3:GetObject"})


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('acme = "s3:GetObject"', 'prove.libraries "acme" must be a list, got'),
        ('acme = ["s3:GetObject"]', 'prove.libraries "acme" must be "service:Action on ARN", got'),
    ],
)
def test_an_entry_that_cannot_be_read_is_refused(tmp_path: Path, entry: str, message: str) -> None:
    (tmp_path / "wellmade.toml").write_text(f"[prove.libraries]\n{entry}\n")
    with pytest.raises(WellmadeError, match="must be") as refused:
        settings_of(tmp_path)
    assert message in str(refused.value)


def test_the_command_ends_with_1_where_something_is_only_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, PYTHON)
    (tmp_path / "template.json").write_text(json.dumps({"Resources": app(allow("s3:GetObject", FILES))}))
    (tmp_path / "wellmade.toml").write_text(f"[prove.libraries]\nacme_store = ['s3:GetObject on {FILES}']\n")
    monkeypatch.chdir(tmp_path)
    assert main(["prove", "template.json"]) == 1
    printed = " ".join(capsys.readouterr().out.split())
    assert LINE % "acme_store" in printed
