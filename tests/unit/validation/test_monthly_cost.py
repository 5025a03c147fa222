"""The plugin in a real synth: the sum in CDK's report, and a budget that fails it."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from aws_cdk import aws_sqs as sqs

from wellmade.validation import MonthlyCost

NAT = 730 * 0.045


def reported(tmp_path: Path, *, fails: bool = False, **options: Any) -> list[dict[str, Any]]:
    """Synthesize a NAT gateway and a database proxy, which has no price, and return what the report says."""
    app = cdk.App(outdir=str(tmp_path / "cdk.out"), builtin_cloud_formation_validation=False)
    cdk.Validations.of(app).add_plugins(MonthlyCost(**options))
    stack = cdk.Stack(app, "Shop")
    ec2.CfnNatGateway(stack, "Nat", subnet_id="subnet-1")
    rds.CfnDBProxy(
        stack,
        "Proxy",
        auth=[],
        db_proxy_name="p",
        engine_family="POSTGRESQL",
        role_arn="r",
        vpc_subnet_ids=[],
    )
    sqs.CfnQueue(cdk.Stack(cdk.Stage(app, "Prod"), "Orders"), "Queue")
    if fails:
        with pytest.raises(RuntimeError, match="ValidationFailed"):
            app.synth()
    else:
        app.synth()
    report = json.loads((tmp_path / "cdk.out" / "validation-report.json").read_text())
    [plugin] = [each for each in report["pluginReports"] if each["pluginName"] == "wellmade-cost"]
    found: list[dict[str, Any]] = plugin.get("violations") or [plugin["metadata"]]
    return found


def test_the_sum_stands_in_the_report_with_the_dearest(tmp_path: Path) -> None:
    [said] = reported(tmp_path)
    assert said["severity"] == "info"
    assert said["description"].startswith(
        f"at least {NAT:,.2f} US dollars a month, of which at least {NAT:,.2f} when nobody comes: "
        "list prices of us-east-1 as of "
    )
    assert said["description"].endswith("no load is stated, so that this is what runs when nobody comes")
    [place] = said["violatingConstructs"]
    assert place["constructPath"] == "Shop/Nat"
    assert f"{NAT:,.2f} US dollars a month" in json.dumps(place)


def test_a_load_counts(tmp_path: Path) -> None:
    (tmp_path / "load.yaml").write_text("gigabytes: {Nat: 100}\n")
    [said] = reported(tmp_path, load=tmp_path / "load.yaml")
    assert said["description"].startswith(f"at least {NAT + 100 * 0.045:,.2f} US dollars a month, of which")
    assert "no load is stated" not in said["description"]


def test_over_the_budget_the_synth_fails(tmp_path: Path) -> None:
    [said] = reported(tmp_path, fails=True, budget=30)
    assert said["severity"] == "error"
    assert "US dollars a month, over the budget of 30.00, of which" in said["description"]


def test_a_region_without_prices_fails_in_one_line(tmp_path: Path) -> None:
    [said] = reported(tmp_path, fails=True, region="mars-1")
    assert "--region must be one of eu-central-1, eu-west-1, us-east-1, got mars-1" in said["error"]


@pytest.mark.parametrize("budget", [-1.0, float("nan"), float("inf")])
def test_a_budget_that_is_no_amount_is_refused(budget: float) -> None:
    with pytest.raises(ValueError, match=f"budget must be a number from 0, got {budget:g}"):
        MonthlyCost(budget=budget)


def test_the_region_is_that_of_the_stacks(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path / "cdk.out"), builtin_cloud_formation_validation=False)
    cdk.Validations.of(app).add_plugins(MonthlyCost())
    stack = cdk.Stack(app, "Shop", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    ec2.CfnNatGateway(stack, "Nat", subnet_id="subnet-1")
    app.synth()
    report = (tmp_path / "cdk.out" / "validation-report.json").read_text()
    assert f"{730 * 0.048:,.2f} US dollars a month" in report
    assert "list prices of eu-west-1" in report
