"""Every block of Python on a page is executed: here, or by the test that is named."""

import re
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs

from wellmade.api import LambdaApi
from wellmade.data import RelationalStore
from wellmade.foundation import OnDemandTable, PrivateBucket, PythonFunction
from wellmade.policies import PermissionBoundary, decrypt, read_prefix, write_table

ROOT = Path(__file__).parents[3]
ELSEWHERE = {
    "capacity.md": "tests/unit/capacity/test_page.py",
    "check.md": "tests/unit/check/test_page.py",
    "graph.md": "tests/unit/graph/test_page.py",
    "local.md": "tests/local/test_local_cloud.py",
    "prove.md": "tests/unit/prove/test_page.py",
    "runtime.md": "tests/unit/house/test_runtime.py",
}
HERE = {"README.md": 1, "cost.md": 1, "policies.md": 1, "upgrade.md": 1}


def blocks(page: Path) -> list[str]:
    """The blocks of Python on a page."""
    return re.findall(r"^```python[^\n]*\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def execute(page: str, names: dict[str, Any]) -> dict[str, Any]:
    """Run the one block of a page with the names that its reader has."""
    [file] = [each for each in (ROOT / page, ROOT / "docs" / page) if each.exists()]
    [block] = blocks(file)
    exec(compile(block, page, "exec"), names)
    return names


@pytest.fixture
def stack() -> cdk.Stack:
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    return cdk.Stack(app, "shop", env=cdk.Environment(account="111122223333", region="eu-west-1"))


def test_every_block_is_executed_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
    counts = Counter({page.name: len(blocks(page)) for page in pages})
    assert {name: count for name, count in counts.items() if count and name not in ELSEWHERE} == HERE
    for page, test in ELSEWHERE.items():
        assert "exec(" in (ROOT / test).read_text() or "subprocess" in (ROOT / test).read_text(), page


def test_the_readme_shows_what_can_be_deployed(
    stack: cdk.Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src" / "orders").mkdir(parents=True)
    (tmp_path / "src" / "orders" / "app.py").write_text("def lambda_handler(event, context): ...\n")
    vpc = ec2.Vpc(stack, "Network", max_azs=2, restrict_default_security_group=False)
    given = {
        "self": stack,
        "vpc": vpc,
        "their_queue": theirs(stack),
        "store": RelationalStore(stack, "Store", vpc=vpc),
        "api": LambdaApi(stack, "Api", function="order_intake", routes=["POST /orders"]),
    }

    execute("README.md", dict(given))

    assert assertions.Template.from_stack(stack).to_json()["Resources"]


def theirs(stack: cdk.Stack) -> sqs.Queue:
    """A queue of somebody else, as a worker takes one."""
    letters = sqs.DeadLetterQueue(
        max_receive_count=3,
        queue=sqs.Queue(stack, "Failed", enforce_ssl=True, retention_period=cdk.Duration.days(14)),
    )
    return sqs.Queue(
        stack,
        "Theirs",
        enforce_ssl=True,
        visibility_timeout=cdk.Duration.minutes(30),
        dead_letter_queue=letters,
    )


def test_the_page_of_policies_shows_what_can_be_deployed(stack: cdk.Stack) -> None:
    key = kms.Key(stack, "Key")
    given = {
        "self": stack,
        "inbox": PrivateBucket(stack, "Inbox", encryption_key=key),
        "results": OnDemandTable(stack, "Results", partition_key="id"),
        "key": key,
        "worker": PythonFunction(stack, "Worker", code="order_worker"),
        "read_prefix": read_prefix,
        "write_table": write_table,
        "decrypt": decrypt,
        "PermissionBoundary": PermissionBoundary,
    }

    execute("policies.md", given)

    assert assertions.Template.from_stack(stack).to_json()["Resources"]


@pytest.mark.parametrize(("gateways", "held"), [(1, True), (20, False)])
def test_the_page_of_cost_keeps_a_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, gateways: int, held: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("capacity.yaml").write_text("gigabytes: {Nat0: 100}\n")
    app = execute("cost.md", {})["app"]
    stack = cdk.Stack(app, "shop")
    for number in range(gateways):
        ec2.CfnNatGateway(stack, f"Nat{number}", subnet_id="subnet-1")

    with nullcontext() if held else pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()


def test_the_page_of_upgrades_adds_a_plugin() -> None:
    """What the plugin says at synth is tested in tests/unit/validation/test_safe_upgrade.py."""
    names = execute("upgrade.md", {})
    assert isinstance(names["app"], cdk.App)
