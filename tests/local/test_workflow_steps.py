"""Every kind of step as deployed: what is done, and what is compensated, each in its order."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest

from tests.local.apps.steps import StepsStack
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    out = tmp_path_factory.mktemp("cdk.out")
    app = cdk.App(outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False)
    StepsStack(app, "steps")
    app.synth()
    return deploy_assembly(cloud, out, ["steps"]).outputs["steps"]


@pytest.fixture
def run(
    cloud: LocalCloud, outputs: Mapping[str, str], eventually: Callable[..., None]
) -> Callable[..., tuple[str, set[str]]]:
    """Run an order; return its outcome and the notes that were made of it."""
    sfn, dynamodb = cloud.client("stepfunctions"), cloud.client("dynamodb")

    def execute(order: str, cents: int, failing: str = "") -> tuple[str, set[str]]:
        data = json.dumps({"order": order, "cents": cents, "failing": failing})
        arn = sfn.start_execution(stateMachineArn=outputs["MachineArn"], input=data)["executionArn"]

        def status() -> dict[str, Any]:
            found: dict[str, Any] = sfn.describe_execution(executionArn=arn)
            return found

        eventually(lambda: status()["status"] != "RUNNING", otherwise=status)
        end = status()
        assert end["status"] == "SUCCEEDED", end
        notes = {item["pk"]["S"] for item in dynamodb.scan(TableName=outputs["TableName"])["Items"]}
        own = {note.removeprefix(f"{order}#") for note in notes if note.startswith(f"{order}#")}
        return json.loads(end["output"])["outcome"], own

    return execute


@pytest.mark.parametrize(("cents", "sent"), [(500, "parcel"), (5, "letter")])
def test_all_steps_are_done(run: Callable[..., tuple[str, set[str]]], cents: int, sent: str) -> None:
    outcome, notes = run(f"done-{cents}", cents)
    assert outcome == "completed"
    assert notes == {"stock", "shelf", "price", sent, "direct", "bill"}


def test_what_was_done_is_compensated_in_branches_and_routes_too(
    run: Callable[..., tuple[str, set[str]]],
) -> None:
    outcome, notes = run("back", 500, failing="bill")
    assert outcome == "compensated"
    back = {"no bill", "no parcel", "no letter", "no stock", "no shelf", "no price"}
    assert notes == {"stock", "shelf", "price", "parcel", "direct", "bill"} | back


def test_a_branch_that_fails_fails_its_step(run: Callable[..., tuple[str, set[str]]]) -> None:
    outcome, notes = run("branch", 500, failing="price")
    assert outcome == "compensated"
    assert {"price", "no stock", "no shelf", "no price"} <= notes
    assert not {"parcel", "letter", "bill"} & notes
