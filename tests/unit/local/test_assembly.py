"""Reading what `cdk synth` wrote."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from wellmade.errors import WellmadeError
from wellmade.local.assembly import assets_of, stacks_of


def stack_artifact(name: str, *needs: str) -> dict[str, Any]:
    properties = {"templateFile": f"{name}.template.json", "stackName": f"my-{name}"}
    return {"type": "aws:cloudformation:stack", "properties": properties, "dependencies": list(needs)}


def write(folder: Path, **artifacts: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    return folder


def test_dependencies_come_first(tmp_path: Path) -> None:
    write(
        tmp_path,
        api=stack_artifact("api", "data"),
        data=stack_artifact("data"),
        other=stack_artifact("other"),
    )

    assert [stack.name for stack in stacks_of(tmp_path)] == ["my-data", "my-api", "my-other"]


def test_a_wanted_stack_brings_what_it_needs(tmp_path: Path) -> None:
    write(
        tmp_path,
        api=stack_artifact("api", "data"),
        data=stack_artifact("data"),
        other=stack_artifact("other"),
    )

    assert [stack.name for stack in stacks_of(tmp_path, ["my-api"])] == ["my-data", "my-api"]


def test_stages_are_searched(tmp_path: Path) -> None:
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-prod"}}
    write(tmp_path, prod=stage)
    write(tmp_path / "assembly-prod", data=stack_artifact("data"))

    assert [stack.template_file for stack in stacks_of(tmp_path)] == [
        tmp_path / "assembly-prod" / "data.template.json"
    ]


def test_an_unknown_stack_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    write(tmp_path, data=stack_artifact("data"))

    with pytest.raises(WellmadeError, match=r"^no stack nope in .*; there are: my-data$"):
        stacks_of(tmp_path, ["nope"])


def test_a_folder_without_assembly_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WellmadeError, match=r"holds no manifest.json; synthesize first with: cdk synth$"):
        stacks_of(tmp_path)


def test_a_folder_travels_as_a_zip_to_where_the_template_looks(tmp_path: Path) -> None:
    code = tmp_path / "asset.1"
    (code / "package").mkdir(parents=True)
    (code / "package" / "handler.py").write_text("handler = print")
    destination = {"bucketName": "cdk-${AWS::AccountId}-${AWS::Region}", "objectKey": "1.zip"}
    file = {"source": {"path": "asset.1", "packaging": "zip"}, "destinations": {"here": destination}}
    (tmp_path / "data.assets.json").write_text(json.dumps({"files": {"1": file}}))
    manifest = {"type": "cdk:asset-manifest", "properties": {"file": "data.assets.json"}}
    write(tmp_path, data=stack_artifact("data", "assets"), assets=manifest)

    [stack] = stacks_of(tmp_path)
    [asset] = assets_of(stack, account="000000000000", region="eu-west-1")

    assert (asset.bucket, asset.key) == ("cdk-000000000000-eu-west-1", "1.zip")
    assert zipfile.ZipFile(io.BytesIO(asset.content())).namelist() == ["package/handler.py"]


def test_what_cdk_1_asks_for_its_assets_is_known(tmp_path: Path) -> None:
    asset = {"s3BucketParameter": "AssetBucket", "s3KeyParameter": "AssetKey", "packaging": "zip"}
    entries = [{"type": "aws:cdk:asset", "data": asset}, {"type": "aws:cdk:logicalId", "data": "Queue"}]
    write(tmp_path, old=stack_artifact("old") | {"metadata": {"/old": entries}})

    assert stacks_of(tmp_path)[0].filled == {"AssetBucket", "AssetKey"}
