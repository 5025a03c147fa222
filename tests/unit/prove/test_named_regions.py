"""A client in a region that the code names is none of the function's own region, whatever the witness."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, prove, role
from tests.unit.prove.support import allow, call

READS = allow("s3:GetObject", "arn:aws:s3:::inbox/*")
PYTHON = (
    "import boto3\ns3 = boto3.client('s3'{})\n"
    "def handler(event, context): s3.get_object(Bucket='inbox', Key='a')\n"
)
SCRIPT = (
    'import {{ S3Client, GetObjectCommand }} from "@aws-sdk/client-s3";\nconst s3 = new S3Client({{ {} }});\n'
    'export const handler = async () => s3.send(new GetObjectCommand({{ Bucket: "inbox", Key: "a" }}));\n'
)
HERE, THERE = "us-east-1", "ap-south-1"


def said(folder: Path, name: str, source: str, line: int = 0, home: str = HERE) -> tuple[str, list[str]]:
    (folder / "mine").mkdir()
    (folder / "mine" / name).write_text(source)
    script: dict[str, Any] = (
        {"Runtime": "nodejs24.x", "Handler": "mine/app.handler"} if name == "app.ts" else {}
    )
    heard = call("s3", "GetObject", Bucket="inbox", Key="a") | {"frames": [[f"mine/{name}", "handler", line]]}
    resources = {"Worker": function(**script), "Role": role(LOG, READS)}
    settings = {"region": home} if home else {}
    proof = prove(folder, resources, *([heard] if line else []), settings=settings)
    return proof.verdict, [row.what for row in proof.report.not_judged]


@pytest.mark.parametrize(("region", "verdict"), [("", "likely"), (HERE, "likely"), (THERE, "not judged")])
def test_code_alone_heeds_it(tmp_path: Path, region: str, verdict: str) -> None:
    named = f", region_name='{region}'" if region else ""
    found, rows = said(tmp_path, "handler.py", PYTHON.format(named))
    assert (found, rows) == (verdict, [f"a client of s3 in {THERE}"] if region == THERE else [])


@pytest.mark.parametrize(("region", "verdict"), [("", "proven"), (HERE, "proven"), (THERE, "not judged")])
def test_scripts_whose_calls_do_not_tell_it_are_read_for_it(
    tmp_path: Path, region: str, verdict: str
) -> None:
    named = f'region: "{region}"' if region else ""
    found, rows = said(tmp_path, "app.ts", SCRIPT.format(named), line=3)
    assert (found, rows) == (verdict, [f"a client of s3 in {THERE}"] if region == THERE else [])


def test_where_nobody_tells_the_region_of_the_function_it_is_that_one(tmp_path: Path) -> None:
    source = PYTHON.format(f", region_name='{THERE}'")
    assert said(tmp_path, "handler.py", source, home="") == ("likely", [])
