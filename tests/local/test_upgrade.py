"""`wellmade upgrade --deployed` reads what is deployed to the embedded AWS."""

import json
from pathlib import Path
from typing import Any

import pytest

from wellmade.cli import main
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


def template(key: str) -> dict[str, Any]:
    properties = {
        "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    return {"Resources": {"Orders": {"Type": "AWS::DynamoDB::Table", "Properties": properties}}}


def test_what_is_deployed_is_compared_with_what_is_to_be(
    cloud: LocalCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    formation = cloud.client("cloudformation")
    formation.create_stack(StackName="upgraded", TemplateBody=json.dumps(template("id")))
    formation.get_waiter("stack_create_complete").wait(StackName="upgraded")
    for name, value in cloud.environment().items():
        monkeypatch.setenv(name, value)
    new = tmp_path / "upgraded.template.json"
    new.write_text(json.dumps(template("id")))
    assert main(["upgrade", "--deployed", str(new)]) == 0
    new.write_text(json.dumps(template("order")))
    assert main(["upgrade", "--deployed", str(new)]) == 1
    assert "KeySchema" in capsys.readouterr().out
