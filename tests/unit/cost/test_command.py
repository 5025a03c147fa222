"""The command line: sums, differences with reasons, budgets, and mistakes in one line."""

import json
from pathlib import Path
from typing import Any

import pytest

from wellmade.cli import main

TEMPLATE = """
Resources:
  Orders:
    Type: AWS::SQS::Queue
  Worker:
    Type: AWS::Lambda::Function
    Properties: {Timeout: 30, MemorySize: 1024}
  Messages:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Worker, EventSourceArn: !GetAtt Orders.Arn, BatchSize: 1}
  Nat:
    Type: AWS::EC2::NatGateway
    Properties: {SubnetId: subnet-1}
"""
LOAD = """
arrivals:
  Orders: {per_second: 20, peak: {multiple: 4, hours: 8}}
functions:
  Worker: {seconds: 1}
gigabytes:
  Nat: 100
"""
RUNS = 20 * 2 * 730 * 3600
"""A month of twice 20 a second: 4 times as much in a third of the day, and once in the rest."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("template.yaml").write_text(TEMPLATE)
    Path("capacity.yaml").write_text(LOAD)
    return tmp_path


def answered(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    code = main(["cost", *options, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def usd(document: dict[str, Any], meter: str) -> float:
    return sum(float(line["usd"]) for line in document["lines"] if line["meter"] == meter)


def test_usage_follows_the_file_with_its_peak(capsys: pytest.CaptureFixture[str]) -> None:
    code, document = answered(capsys, "template.yaml")
    assert code == 0
    assert usd(document, "GB-seconds") == pytest.approx(RUNS * 0.0000166667, rel=1e-4)
    polls = 5 * 730 * 3600 / 20
    sent_received_deleted = 3 * RUNS
    assert usd(document, "requests") == pytest.approx(
        (sent_received_deleted + polls) * 0.4e-6 + RUNS * 0.2e-6, rel=1e-4
    )
    assert usd(document, "GB through NAT") == pytest.approx(4.5)
    assert not document["at_least"]


def test_low_stated_and_high_differ_by_what_is_not_fixed(capsys: pytest.CaptureFixture[str]) -> None:
    loads = answered(capsys, "template.yaml")[1]["loads"]
    low, stated, high = (loads[name] for name in ("low", "stated", "high"))
    assert low["fixed"] == stated["fixed"] == high["fixed"]
    variable = stated["total"] - low["total"]
    assert variable == pytest.approx((high["total"] - stated["total"]) / 10, rel=1e-3)


def test_each_driver_has_a_curve(capsys: pytest.CaptureFixture[str]) -> None:
    document = answered(capsys, "template.yaml")[1]
    (points,) = document["curves"].values()
    sums = {point["multiple"]: point["total"] for point in points}
    assert sums[1.0] == pytest.approx(document["loads"]["stated"]["total"])
    assert sums[2.0] > sums[1.0] > sums[0.0] >= document["loads"]["stated"]["fixed"]


def test_every_line_has_its_page_and_the_source_of_its_price(capsys: pytest.CaptureFixture[str]) -> None:
    for line in answered(capsys, "template.yaml")[1]["lines"]:
        assert line["page"].startswith("https://aws.amazon.com/")
        assert all(price["source"] and price["as_of"] for price in line["prices"])


def test_without_a_load_only_what_runs_at_rest_costs(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "capacity.yaml").unlink()
    loads = answered(capsys, "template.yaml")[1]["loads"]
    assert loads["stated"]["total"] == loads["stated"]["fixed"] == pytest.approx(32.85 + 0.2628)


def test_the_only_stack_of_both_is_the_same_one_whatever_its_file_is_called(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reader = TEMPLATE.replace("MemorySize: 1024", "MemorySize: 1024, Role: !GetAtt Role.Arn")
    reader += "  Role: {Type: AWS::IAM::Role}\n"
    Path("template.yaml").write_text(reader)
    Path("changed.yaml").write_text(reader.replace("MemorySize: 1024", "MemorySize: 512"))
    _, document = answered(capsys, "--diff", "template.yaml", "changed.yaml")
    (change,) = document["changes"]
    assert change["resource"] == "changed/Worker"
    assert change["reason"].startswith("MemorySize 1024 → 512; GB-seconds")


@pytest.mark.parametrize(("rate", "sent"), [(20, 0.40 * 20 * 730 * 3600 / 1e6), (0, 0.0)])
def test_what_nothing_in_the_templates_works_on_costs_its_sends(
    capsys: pytest.CaptureFixture[str], rate: float, sent: float
) -> None:
    Path("template.yaml").write_text("Resources:\n  Orders: {Type: AWS::SQS::Queue}\n")
    Path("capacity.yaml").write_text(f"arrivals:\n  Orders: {{per_second: {rate}}}\n")
    code, document = answered(capsys, "template.yaml")
    assert code == 0
    assert usd(document, "requests") == pytest.approx(sent)


def test_settings_and_conditions_of_the_file_hold(capsys: pytest.CaptureFixture[str]) -> None:
    conditional = (
        TEMPLATE.replace("  Nat:", "  Nat:\n    Condition: IsProd")
        + """
  Records:
    Type: AWS::Kinesis::Stream
    Properties: {ShardCount: !Ref Shards}
Parameters: {Shards: {Type: Number}}
Conditions: {IsProd: !Equals [!Ref Shards, 1]}
"""
    )
    Path("template.yaml").write_text(conditional)
    Path("old.yaml").write_text(TEMPLATE)
    Path("capacity.yaml").write_text("settings: {Records: {ShardCount: 3}}\nconditions: {IsProd: false}\n")
    _, document = answered(capsys, "template.yaml")
    assert usd(document, "shard hours") == pytest.approx(3 * 730 * 0.015)
    assert usd(document, "NAT gateway hours") == 0
    _, change = answered(capsys, "--diff", "old.yaml", "template.yaml")
    assert change["after"] - change["before"] == pytest.approx(3 * 730 * 0.015 - 730 * 0.045, abs=0.001)


def test_the_load_may_speak_of_what_only_one_version_has(capsys: pytest.CaptureFixture[str]) -> None:
    more = TEMPLATE + "  Returns: {Type: AWS::SQS::Queue}\n"
    Path("changed.yaml").write_text(more.replace("  Nat:", "  Gate:"))
    stated = LOAD.replace("  Orders:", "  Returns: {per_second: 1}\n  template/Orders:")
    Path("capacity.yaml").write_text(stated + "  Gate: 200\n")
    code, document = answered(capsys, "--diff", "template.yaml", "changed.yaml")
    assert code == 0
    found = {one["resource"]: one for one in document["changes"]}
    assert found.keys() == {"changed/Returns", "changed/Gate", "changed/Nat"}
    assert found["changed/Gate"]["delta"] == pytest.approx(32.85 + 200 * 0.045)
    assert found["changed/Nat"]["delta"] == pytest.approx(-32.85 - 100 * 0.045)


def test_a_name_that_neither_version_has_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("changed.yaml").write_text(TEMPLATE)
    Path("capacity.yaml").write_text(LOAD + "  Nut: 200\n")
    assert main(["cost", "--diff", "template.yaml", "changed.yaml"]) == 2
    assert "capacity.yaml:8: Nut is not in the templates" in capsys.readouterr().err.replace("gigabytes ", "")


def test_a_row_of_markdown_is_one_line_whatever_names_and_values_hold(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def instance(script: str, size: str) -> str:
        properties = {"InstanceType": size, "UserData": f"#!/bin/sh\n{script} | cat", "Password": script}
        return json.dumps(
            {"Resources": {"a|`\n# b<i>": {"Type": "AWS::EC2::Instance", "Properties": properties}}}
        )

    Path("capacity.yaml").unlink()
    Path("template.yaml").write_text(instance("one", "c7g.large"))
    Path("changed.yaml").write_text(instance("two", "c7g.<i>"))
    assert main(["cost", "--diff", "template.yaml", "changed.yaml", "--format", "markdown"]) == 0
    row = capsys.readouterr().out.splitlines()[-1]
    assert row.startswith("| `changed/a\\|' # b<i>` | 52.92 | 0.00 | -52.92 | ")
    assert "InstanceType c7g.large → c7g.&lt;i>; Password changed; UserData changed;" in row


def test_an_api_of_which_the_file_says_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("template.yaml").write_text(TEMPLATE + "  Api: {Type: AWS::ApiGateway::RestApi}\n")
    assumed = "Api: no requests (say arrivals.Api)"
    assert assumed in answered(capsys, "template.yaml")[1]["assumptions"]
    Path("capacity.yaml").write_text(LOAD.replace("arrivals:", "arrivals:\n  Api: {per_second: 1}"))
    assert assumed not in answered(capsys, "template.yaml")[1]["assumptions"]


def test_what_is_no_amount_is_not_priced_and_stays_out_of_the_sum(capsys: pytest.CaptureFixture[str]) -> None:
    endless = """
  Service:
    Type: AWS::ECS::Service
    Properties: {LaunchType: FARGATE, DesiredCount: 1.0e+308, TaskDefinition: !Ref Task}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {Cpu: "99999999999999", Memory: "512"}
"""
    Path("template.yaml").write_text(TEMPLATE + endless)
    _, document = answered(capsys, "template.yaml")
    assert 0 < document["loads"]["stated"]["total"] < 1e6
    assert "template/Service" in [one["resource"] for one in document["not_priced"]]
    assert main(["cost", "template.yaml", "--budget", "10"]) == 1


def test_what_nobody_knows_is_not_priced_by_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "template.yaml").write_text(TEMPLATE + "  Robot:\n    Type: AWS::RoboMaker::Robot\n")
    code, document = answered(capsys, "template.yaml")
    assert (code, document["at_least"]) == (0, True)
    assert [one["resource"] for one in document["not_priced"]] == ["template/Robot"]
    main(["cost", "template.yaml"])
    printed = capsys.readouterr().out
    assert "at least" in printed
    assert "template/Robot: AWS::RoboMaker::Robot" in printed


def test_over_the_budget_is_a_negative_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "template.yaml", "--budget", "10"]) == 1
    assert "over the budget of 10.00" in capsys.readouterr().err
    assert main(["cost", "template.yaml", "--budget", "1e6"]) == 0


def test_a_condition_that_goes_is_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    Path("capacity.yaml").unlink()
    gateway = {"Type": "AWS::EC2::NatGateway"}
    old = {
        "Conditions": {"Prod": {"Fn::Equals": ["a", "b"]}},
        "Resources": {"Out": gateway | {"Condition": "Prod"}},
    }
    Path("old.json").write_text(json.dumps(old))
    Path("new.json").write_text(json.dumps({"Resources": {"Out": gateway}}))
    _, found = answered(capsys, "--diff", "old.json", "new.json")
    assert [one["reason"] for one in found["changes"]] == ["Condition Prod → none; NAT gateway hours 0 → 730"]


def test_a_change_tells_its_sum_and_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new").mkdir()
    changed = TEMPLATE.replace("MemorySize: 1024", "MemorySize: 512").replace("  Nat:", "  Gate:")
    Path("new/template.yaml").write_text(changed)
    Path("capacity.yaml").write_text(LOAD.replace("gigabytes:\n  Nat: 100\n", ""))
    code, document = answered(capsys, "--diff", "template.yaml", "new/template.yaml")
    assert code == 0
    found = {one["resource"]: one for one in document["changes"]}
    assert found["template/Worker"]["delta"] == pytest.approx(-RUNS * 0.5 * 0.0000166667, rel=1e-4)
    assert "MemorySize 1024 → 512" in found["template/Worker"]["reason"]
    assert found["template/Gate"]["reason"] == "added"
    assert found["template/Nat"]["reason"] == "removed"
    assert document["after"] - document["before"] == pytest.approx(
        sum(one["delta"] for one in document["changes"]), abs=0.01
    )
    main(["cost", "--diff", "template.yaml", "new/template.yaml", "--format", "markdown"])
    assert "| `template/Worker` |" in capsys.readouterr().out
    main(["cost", "--diff", "template.yaml", "new/template.yaml"])
    assert "MemorySize" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["template.yaml", "--region", "mars-1"],
            "--region must be one of eu-central-1, eu-west-1, us-east-1",
        ),
        (["template.yaml", "--format", "markdown"], "--format must be table or json without --diff"),
        ([], "PATH must be a cdk.out folder or a template, or else --diff OLD NEW"),
    ],
    ids=["region", "markdown", "nothing"],
)
def test_mistakes_are_one_line(options: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", *options]) == 2
    assert message in capsys.readouterr().err


def test_gigabytes_of_what_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    Path("capacity.yaml").write_text(LOAD.replace("Nat: 100", "Net: 100"))
    assert main(["cost", "template.yaml"]) == 2
    assert (
        "capacity.yaml:7: gigabytes Net is not in the templates; did you mean Nat?" in capsys.readouterr().err
    )


def test_a_table_without_rows_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("capacity.yaml").unlink()
    Path("topics.yaml").write_text("Resources: {News: {Type: 'AWS::SNS::Topic'}}")
    assert main(["cost", "topics.yaml"]) == 0
    said = capsys.readouterr().out
    assert "US dollars a month at the stated load: none" in said
    assert "resource" not in said.split("By load")[0]
