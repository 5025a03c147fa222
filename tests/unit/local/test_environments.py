"""Apps that name an account or a region deploy to the one that there is, and say so."""

import json
from pathlib import Path

from wellmade.local.environments import map_environments, missing_parameters
from wellmade.local.not_simulated import not_simulated

STACK = {
    "Resources": {
        "Role": {"Properties": {"Arn": "arn:aws:iam::123456789012:role/cdk-role-123456789012-eu-central-1"}},
        "Subnet": {"Properties": {"AvailabilityZone": "eu-central-1a", "Name": "neu-central-15"}},
    }
}


def assembly(folder: Path, environment: str) -> Path:
    artifact = {"type": "aws:cloudformation:stack", "environment": environment}
    (folder / "manifest.json").write_text(json.dumps({"artifacts": {"shop": artifact}}))
    (folder / "shop.template.json").write_text(json.dumps(STACK))
    return folder


def test_account_and_region_are_mapped_wherever_they_stand(tmp_path: Path) -> None:
    said = map_environments(assembly(tmp_path, "aws://123456789012/eu-central-1"))

    resources = json.loads((tmp_path / "shop.template.json").read_text())["Resources"]
    arn = "arn:aws:iam::000000000000:role/cdk-role-000000000000-us-east-1"
    assert resources["Role"]["Properties"]["Arn"] == arn
    assert resources["Subnet"]["Properties"] == {"AvailabilityZone": "us-east-1a", "Name": "neu-central-15"}
    assert said == [
        "account 123456789012 of the app is 000000000000 here",
        "region eu-central-1 of the app is us-east-1 here",
    ]


def test_the_region_that_a_stack_is_of_on_aws_is_told_afterwards(tmp_path: Path) -> None:
    map_environments(assembly(tmp_path, "aws://123456789012/eu-central-1"))

    template = json.loads((tmp_path / "shop.template.json").read_text())
    assert not_simulated("shop", {**template, "Resources": {}}, {}) == [
        "shop: its region eu-central-1 is us-east-1 here, as every region is"
    ]


def test_an_app_without_a_place_stays_as_it_is(tmp_path: Path) -> None:
    assert map_environments(assembly(tmp_path, "aws://unknown-account/unknown-region")) == []
    assert json.loads((tmp_path / "shop.template.json").read_text()) == STACK


def test_parameters_without_a_value_are_found() -> None:
    templates = {"shop": {"Parameters": {"Mail": {}, "Size": {"Default": 1}, "Owner": {}, "Team": {}}}}

    assert missing_parameters(templates, {"Mail", "shop:Owner"}) == ["shop:Team"]
