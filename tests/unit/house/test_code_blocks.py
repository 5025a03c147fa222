"""Every block of code on a page is executed or read: here, by the test that is named, or as commands."""

import importlib
import subprocess
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
import yaml  # type: ignore[import-untyped]
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs

from docs.catalogue import classes, section
from tests.pages.blocks import INDENTED, code_blocks
from tests.pages.commands import PAGES, PROGRAMS, SHELLS, commands, lines_of
from wellmade.api import LambdaApi
from wellmade.data import RelationalStore
from wellmade.foundation import OnDemandTable, PrivateBucket, PythonFunction
from wellmade.policies import PermissionBoundary, decrypt, read_prefix, write_table
from wellmade.prove.settings import settings_of
from wellmade.upgrade.accepted import accepted_in

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
    return [each.text for each in code_blocks(page) if each.language == "python"]


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


OTHERS = {
    ("capacity.md", "yaml"): (2, "tests/unit/capacity/test_page.py"),
    ("check.md", "yaml"): (5, "tests/unit/house/test_code_blocks.py"),  # two of them in check/test_page.py
    ("graph.md", "yaml"): (1, "tests/unit/graph/test_page.py"),
    ("incidents.md", "json"): (1, "tests/local/test_incidents.py"),
    ("incidents.md", "sql"): (3, "tests/local/test_incidents.py"),
    ("prove.md", "toml"): (1, "tests/unit/house/test_code_blocks.py"),
    ("prove.md", "yaml"): (1, "tests/unit/prove/test_page.py"),
    ("upgrade.md", "toml"): (1, "tests/unit/house/test_code_blocks.py"),
}
PLAIN = {"CONTRIBUTING.md": 2, "capacity.md": 2, "check.md": 1, "contracts.md": 2, "runtime.md": 1}
"""Blocks that are no code: lists of files, a note, formulas, what commands print."""
NOT_TYPED_HERE = {
    "new.md": ["cd ../shop", ".venv/bin/wellmade local drive s3://PhotosInbox/incoming/A-1/ photo.jpg"]
}
"""Lines of shell blocks that begin with another program: in the app that `wellmade new` has written."""
GENERATED = ("patterns", "stacks")
"""Pages whose blocks are the examples of docstrings, which test_public_constructs.py executes."""
SETUP = ("LandingZone", INDENTED)
"""What the docstring tells to type once, which test_landing_zone_setup.py types."""


def all_pages() -> list[Path]:
    """Every page but those that are written anew, which have a test of their own."""
    docs = [each for each in (ROOT / "docs").rglob("*.md") if each.parent.name not in GENERATED]
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(docs)]


def test_all_pages_of_the_repository_are_read() -> None:
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    generated = [each for name in GENERATED for each in (ROOT / "docs" / name).glob("*.md")]
    assert {ROOT / each for each in listed.stdout.split()} - {*all_pages(), *generated} == set()


def test_no_block_of_any_language_is_left_out() -> None:
    found: Counter[tuple[str, str]] = Counter()
    plain: Counter[str] = Counter()
    for page in all_pages():
        typed = page in PAGES and {command.line for command in commands(page)}
        for block in code_blocks(page):
            if block.language in SHELLS:
                plain[page.name] += not (typed and any(each in block.text for each in typed))
            elif block.language != "python":
                found[page.name, block.language] += 1
    assert found == {key: count for key, (count, _) in OTHERS.items()}
    assert +plain == PLAIN
    unread = {
        (page, test)
        for (page, language), (_, test) in OTHERS.items()
        if page not in (ROOT / test).read_text()
        or not any(each in (ROOT / test).read_text() for each in (language, r"```(\w+)"))
    }
    assert unread == set()


def test_every_line_of_a_shell_block_is_typed_by_a_test() -> None:
    left: dict[str, list[str]] = {}
    for page in PAGES:
        for block in code_blocks(page):
            lines = [each.strip() for each in lines_of(block) if block.language in ("sh", "bash")]
            others = [each for each in lines if not each.startswith((*PROGRAMS, "#"))]
            if any(others):
                left.setdefault(page.name, []).extend(others)
    assert left == NOT_TYPED_HERE


def test_pages_that_are_written_anew_show_examples_and_no_other_code() -> None:
    shown = Counter(
        (page.stem, block.language)
        for name in GENERATED
        for page in (ROOT / "docs" / name).glob("*.md")
        for block in code_blocks(page)
    )
    examples = {name for name, value in classes().items() if section(value, "Example")}
    assert shown == {**{(name, "python"): 1 for name in examples}, SETUP: 1}


def test_pages_deeper_in_docs_have_no_python() -> None:
    deeper = [each for each in all_pages() if (ROOT / "docs") in each.parent.parents]
    assert [page.name for page in deeper if blocks(page)] == []


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


def texts(page: str, language: str) -> list[str]:
    """The blocks of a page in a language."""
    return [each.text for each in code_blocks(ROOT / "docs" / page) if each.language == language]


def test_the_settings_of_the_pages_are_read(tmp_path: Path) -> None:
    for page in ("prove.md", "upgrade.md"):
        folder = tmp_path / page
        folder.mkdir()
        [shown] = texts(page, "toml")
        (folder / "wellmade.toml").write_text(shown)
    settings = settings_of(tmp_path / "prove.md")
    assert (settings.account, list(settings.code.values())) == ("111122223333", ["src/create.ts"])
    assert len(settings.resources()) == 3
    assert len(accepted_in(tmp_path / "upgrade.md").reasons) == 2


def test_what_check_md_shows_to_other_programs_is_there() -> None:
    shown = [yaml.safe_load(each) for each in texts("check.md", "yaml") if "Resources:" not in each]
    [rules] = [each["append_rules"] for each in shown if "append_rules" in each]
    assert [importlib.import_module(each).__name__ for each in rules] == ["wellmade.check.cfn_lint"]
    [hooks] = [each["repos"][0]["hooks"] for each in shown if "repos" in each]
    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert {each["id"] for each in hooks} == {each["id"] for each in offered}
    [steps] = [each["steps"] for each in shown if "steps" in each]
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    [ours] = [each["with"] for each in steps if "/wellmade@" in each.get("uses", "")]
    [upload] = [each["with"] for each in steps if "upload-sarif" in each.get("uses", "")]
    assert set(ours) <= set(inputs)
    assert upload["sarif_file"] == inputs["sarif"]["default"]
