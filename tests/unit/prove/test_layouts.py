"""The layouts that projects have: whose code is whose, by asset, by CodeUri and by handler."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.support import Document, call
from wellmade.graph import load
from wellmade.prove.every import Proofs
from wellmade.prove.recordings import of
from wellmade.prove.settings import Settings

CODE = "import boto3\ntable = boto3.resource('dynamodb').Table('rows')\ndef handler(event, context): table.{}()\n"
MADE = call("dynamodb", "PutItem", TableName="rows", Item={})


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def owners(root: Path, template: Path, *stacks: tuple[str, str]) -> set[str]:
    """Return the functions whose call it is that passes these functions of these files."""
    frames = [[file, function, 3] for file, function in stacks]
    recorded = {**MADE, "region": "us-east-1", "frames": frames}
    document = {"version": 2, "root": str(root), "calls": [recorded], "variables": {}}
    proofs = Proofs(load([template]), of(document), Settings(root))
    return {each.workload.logical_id for each in proofs.every()["functions"] if each.witness == "tests"}


def function(handler: str, **more: Any) -> Document:
    found = {"Runtime": "python3.14", "Handler": handler, "Role": {"Fn::GetAtt": ["Role", "Arn"]}, **more}
    return {"Type": "AWS::Lambda::Function", "Properties": found}


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("archived", [False, True])
def test_functions_of_a_cdk_app_are_found_by_what_their_assets_hold(
    tmp_path: Path,
    archived: bool,  # noqa: FBT001
    told: bool,  # noqa: FBT001
) -> None:
    """Also where the app was run without the CDK's command line, which has the path of an asset told."""
    write(tmp_path, **{f"src/{name}/app.py": CODE.format(name) for name in ("create", "delete")})
    resources: dict[str, Document] = {"Role": {"Type": "AWS::IAM::Role"}}
    for name in ("create", "delete"):
        asset = f"asset.{name}{'.zip' if archived else ''}"
        (tmp_path / "cdk.out").mkdir(exist_ok=True)
        if archived:
            with zipfile.ZipFile(tmp_path / "cdk.out" / asset, "w") as archive:
                archive.writestr("app.py", CODE.format(name))
        else:
            write(tmp_path, **{f"cdk.out/{asset}/app.py": CODE.format(name)})
        code = {"S3Bucket": "assets", "S3Key": f"{name}.zip"}
        worker = function("app.handler", **({} if told else {"Code": code}))
        resources[name.capitalize()] = worker | ({"Metadata": {"aws:asset:path": asset}} if told else {})
    write(tmp_path, **{"cdk.out/Stack.template.json": json.dumps({"Resources": resources})})
    template = tmp_path / "cdk.out" / "Stack.template.json"
    assert owners(tmp_path, template, ("src/delete/app.py", "handler")) == {"Delete"}
    assert owners(tmp_path, template, ("tests/test_app.py", "test_it")) == set()


SAM = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.14, Layers: [!Ref Shared]}}
Resources:
  Shared: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer/}}
  Create: {Type: AWS::Serverless::Function, Properties: {CodeUri: src/create, Handler: app.handler}}
  Delete: {Type: AWS::Serverless::Function, Properties: {CodeUri: src/delete, Handler: app.handler}}
"""


def test_functions_of_sam_are_found_by_their_code_uri_and_share_a_layer(tmp_path: Path) -> None:
    code = "from store import save\ndef handler(event, context): save()\n"
    write(tmp_path, **{"template.yaml": SAM, "src/create/app.py": code, "src/delete/app.py": code})
    write(tmp_path, **{"layer/python/store.py": "def save(): ...\n"})
    through = (("layer/python/store.py", "save"), ("src/create/app.py", "handler"))
    assert owners(tmp_path, tmp_path / "template.yaml", *through) == {"Create"}
    assert owners(tmp_path, tmp_path / "template.yaml", ("layer/python/store.py", "save")) == set()


def test_packages_below_one_root_are_found_by_the_handler(tmp_path: Path) -> None:
    resources = {
        "Role": {"Type": "AWS::IAM::Role"},
        "Create": function("create.handler.handler"),
        "Delete": function("delete.handler.handler"),
    }
    write(tmp_path, **{f"lambda_src/{name}/handler.py": CODE.format(name) for name in ("create", "delete")})
    write(tmp_path, **{"lambda_src/create/store.py": "def save(): ...\n"})
    (tmp_path / "lambda_src/create/handler.py").write_text(
        "from create.store import save\ndef handler(e, c): save()\n"
    )
    write(tmp_path, **{"template.json": json.dumps({"Resources": resources})})
    assert owners(tmp_path, tmp_path / "template.json", ("lambda_src/create/store.py", "save")) == {"Create"}


def test_handlers_in_one_module_are_told_apart(tmp_path: Path) -> None:
    resources = {"Role": {"Type": "AWS::IAM::Role"}, "Get": function("app.get"), "Put": function("app.put")}
    write(tmp_path, **{"src/app.py": "def get(e, c): ...\ndef put(e, c): ...\n"})
    write(tmp_path, **{"template.json": json.dumps({"Resources": resources})})
    assert owners(tmp_path, tmp_path / "template.json", ("src/app.py", "put")) == {"Put"}


def test_code_that_may_be_any_of_several_files_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path, **{f"src/{name}/app.py": CODE.format(name) for name in ("create", "delete")})
    resources = {"Role": {"Type": "AWS::IAM::Role"}, "Worker": function("app.handler")}
    write(tmp_path, **{"template.json": json.dumps({"Resources": resources})})
    [proof] = Proofs(load([tmp_path / "template.json"]), settings=Settings(tmp_path)).every()["functions"]
    assert proof.verdict == "not judged"
    assert proof.report.not_judged[0].reason.startswith("its handler app.handler may be any of 2 files")
    told = Settings(tmp_path, code={"Worker": "src/delete"})
    [proof] = Proofs(load([tmp_path / "template.json"]), settings=told).every()["functions"]
    assert proof.witness == "code"


def test_a_bundle_is_read_by_the_source_that_it_tells_or_not_at_all(tmp_path: Path) -> None:
    bundle = '"use strict";\n// src/db.ts\nvar a = 1;\n// src/create.ts\nvar handler = 2;\n'
    source = 'import { GetItemCommand } from "@aws-sdk/client-dynamodb";\nexport const handler = () => db.send(new GetItemCommand({}));'
    write(tmp_path, **{"cdk.out/asset.1/index.js": bundle, "src/create.ts": source})
    worker = {**function("index.handler", Runtime="nodejs24.x"), "Metadata": {"aws:asset:path": "asset.1"}}
    resources = {"Role": {"Type": "AWS::IAM::Role"}, "Worker": worker}
    write(tmp_path, **{"cdk.out/Stack.template.json": json.dumps({"Resources": resources})})
    template = tmp_path / "cdk.out" / "Stack.template.json"
    [proof] = Proofs(load([template]), settings=Settings(tmp_path)).every()["functions"]
    assert [each.site.operation for each in proof.untested] == ["GetItem"]
    (tmp_path / "cdk.out/asset.1/index.js").write_text(f"var a={'1+' * 4000}1;")
    [proof] = Proofs(load([template]), settings=Settings(tmp_path)).every()["functions"]
    assert proof.verdict == "not judged"
    assert "its code is bundled and tells no source" in proof.report.not_judged[0].reason


def test_a_policy_template_of_sam_that_is_not_listed_is_a_row(tmp_path: Path) -> None:
    """Also where all that is called is allowed without it: what else it allows, nobody knows."""
    write(tmp_path, **{"src/app.py": CODE.format("put_item")})
    policies = [{"DynamoDBWritePolicy": {"TableName": "rows"}}, {"NoSuchPolicyTemplate": {"Name": "rows"}}]
    properties = {"Handler": "app.handler", "Runtime": "python3.14", "CodeUri": "src", "Policies": policies}
    worker = {"Type": "AWS::Serverless::Function", "Properties": properties}
    template = tmp_path / "template.json"
    template.write_text(
        json.dumps({"Transform": "AWS::Serverless-2016-10-31", "Resources": {"Worker": worker}})
    )
    [proof] = Proofs(load([template]), None, Settings(tmp_path)).every()["functions"]
    assert "what the policy template NoSuchPolicyTemplate of SAM allows" in [
        row.reason for row in proof.report.not_judged
    ]


LIBRARY = """
Resources:
  Create: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.14, Handler: create.app.handler}, Metadata: {aws:asset:path: src}}
  Delete: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.14, Handler: delete.app.handler}, Metadata: {aws:asset:path: src}}
"""


def test_tests_of_a_library_speak_for_no_function_though_one_alone_imports_the_module(tmp_path: Path) -> None:
    code = "from library import {}\nfrom create import own\ndef handler(event, context): ...\n"
    write(tmp_path, **{"t/template.yaml": LIBRARY, "src/library/__init__.py": "", "src/create/own.py": ""})
    write(
        tmp_path, **{"src/create/app.py": code.format("batch"), "src/library/batch.py": "def save(): ...\n"}
    )
    write(tmp_path, **{"src/delete/app.py": code.format("item").replace("from create import own\n", "")})
    write(tmp_path, **{"src/library/item.py": "def drop(): ...\n"})
    template = tmp_path / "t/template.yaml"
    assert owners(tmp_path, template, ("src/library/batch.py", "save")) == set()
    assert owners(tmp_path, template, ("src/create/own.py", "save")) == {"Create"}
    through = (("src/library/batch.py", "save"), ("src/create/app.py", "handler"))
    assert owners(tmp_path, template, *through) == {"Create"}
