"""Somebody else's app: the built wheel, alone in an empty environment, outside the repository."""

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.scan

ROOT = Path(__file__).parents[3]
BUILT = os.environ.get("WHEELS")
"""Where the wheel lies that is to be released; one is built unless the release says so."""
APP = """
import aws_cdk as cdk
from wellmade.ingest import FilePipeline
app = cdk.App(outdir="out", builtin_cloud_formation_validation=False)
stack = cdk.Stack(app, "Foreign")
FilePipeline(stack, "Files", function="tabular_ingest")
app.synth()
"""

PATTERNS = {
    "FanOutTopic": """
from wellmade.messaging import FanOutTopic, QueueWorker
worker = QueueWorker(stack, "Stock", function="stock_demand")
topic = FanOutTopic(stack, "Orders")
topic.subscribe("Stock", worker, filter_policy={"delivery": ["parcel"]})
""",
    "EventBus": """
from wellmade.messaging import EventBus, QueueWorker
worker = QueueWorker(stack, "Sales", function="sales_figures")
bus = EventBus(stack, "Shop")
bus.add_target("Sales", worker, event="OrderPlaced.v1")
""",
    "OrderedQueueWorker": """
from wellmade.messaging import OrderedQueueWorker
ledger = OrderedQueueWorker(stack, "Ledger", function="ledger_worker", message_group_key="account")
""",
    "StreamProcessor": """
from wellmade.streaming import EventStream, StreamProcessor
clicks = EventStream(stack, "Clicks")
StreamProcessor(stack, "Counters", stream=clicks, function="click_counters")
""",
    "ChangeFeed": """
from wellmade import foundation, streaming
table = foundation.OnDemandTable(stack, "Scores", partition_key="pk")
streaming.ChangeFeed(stack, "Cases", table=table, function="case_opener")
""",
    "StreamArchive": """
from wellmade.streaming import EventStream, StreamArchive
clicks = EventStream(stack, "Clicks")
StreamArchive(stack, "Archive", stream=clicks, columns={"user": "string", "page": "string"})
""",
    "Workflow": """
from wellmade import foundation, workflow
parcels = foundation.PythonFunction(stack, "Parcels", code="parcel_shipping")
ship, cancel = (workflow.Invoke(parcels, {"action": each, "order.$": "$"}) for each in ("ship", "cancel"))
workflow.Workflow(stack, "Saga", steps=[workflow.Step("Ship", ship, compensation=cancel)])
""",
    "HumanApproval": """
from wellmade import workflow
approval = workflow.HumanApproval(stack, "Large")
ask = workflow.RequestApproval(approval, "Ship this order?")
workflow.Workflow(stack, "Saga", steps=[workflow.Step("Approve", ask)])
""",
    "LambdaApi": """
from wellmade.api import LambdaApi
LambdaApi(stack, "Orders", function="order_intake", routes=["POST /orders"])
""",
}
"""Each pattern as somebody else says it: one line of imports and at most five statements."""


def run(*command: str, cwd: Path, **variables: str) -> None:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, **variables}
    )
    assert done.returncode == 0, done.stderr


def built(folder: Path) -> Path:
    """Build the wheel of this checkout."""
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation")
    run(*build, "--outdir", str(folder), str(ROOT), cwd=folder)
    return folder


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment that holds the wheel and what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("foreign")
    [wheel] = (ROOT / BUILT if BUILT else built(folder)).glob("*.whl")
    run(sys.executable, "-m", "venv", "venv", cwd=folder)
    pins = str(ROOT / "constraints.txt")
    run("venv/bin/pip", "install", "--quiet", "--no-compile", "-c", pins, str(wheel), cwd=folder)
    return folder


def test_foreign_app_synthesizes_with_the_handler_in_its_asset(foreign: Path) -> None:
    (foreign / "app.py").write_text(APP)
    run("venv/bin/python", "app.py", cwd=foreign, PYTHONPATH="")
    [asset] = (foreign / "out").glob("asset.*.zip")
    with zipfile.ZipFile(asset) as bundle:
        assert "tabular_ingest/handler.py" in bundle.namelist()


def test_every_event_pattern_takes_one_import_and_five_statements(foreign: Path) -> None:
    for source in PATTERNS.values():
        imported, *statements = ast.parse(source).body
        assert isinstance(imported, ast.ImportFrom)
        assert len(statements) <= 5
    parts = [f'stack = cdk.Stack(app, "{name}"){source}' for name, source in PATTERNS.items()]
    head = 'import aws_cdk as cdk\napp = cdk.App(outdir="out", builtin_cloud_formation_validation=False)\n'
    (foreign / "app.py").write_text(head + "\n".join(parts) + "\napp.synth()\n")
    run("venv/bin/python", "app.py", cwd=foreign, PYTHONPATH="")
    made = {file.name.removesuffix(".template.json") for file in (foreign / "out").glob("*.template.json")}
    assert set(PATTERNS) <= made


def test_the_runtime_is_a_package_of_its_own(foreign: Path) -> None:
    """Without Powertools or boto3, and there for the archive of a foreign handler too."""
    code = "import wellmade_runtime.variables as v; print(v.__file__)"
    done = subprocess.run(
        ["venv/bin/python", "-I", "-c", code], cwd=foreign, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()).parts[-3:] == ("site-packages", "wellmade_runtime", "variables.py")
    (foreign / "orders").mkdir()
    handler = "from wellmade_runtime.batch import OrderedBatchProcessor\ndef main(event, context): ...\n"
    (foreign / "orders" / "app.py").write_text(handler)
    code = (
        "from pathlib import Path; from wellmade.kit.packaging import function_archive as build; print(build("
    )
    code += "Path('orders'), handler='app.main', python_version='3.13', architecture='x86_64').archive)"
    done = subprocess.run(
        ["venv/bin/python", "-I", "-c", code], cwd=foreign, capture_output=True, text=True, check=True
    )
    with zipfile.ZipFile(done.stdout.strip()) as bundle:
        assert {"app.py", "wellmade_runtime/batch.py", "aws_lambda_powertools/__init__.py"} <= set(
            bundle.namelist()
        )


def test_the_page_of_the_console_travels_along(foreign: Path) -> None:
    folder = Path("constructs/wellmade/local/console/page")
    [wheel] = foreign.glob("*.whl")
    with zipfile.ZipFile(wheel) as bundle:
        packed = set(bundle.namelist())
    page = {f"wellmade/local/console/page/{file.name}" for file in (ROOT / folder).iterdir()}

    assert len(page) > 5
    assert page <= packed


def test_base_install_needs_the_cdk_only(foreign: Path) -> None:
    code = "from importlib.metadata import requires; print([r for r in requires('wellmade') if 'extra' not in r])"
    done = subprocess.run(
        ["venv/bin/python", "-c", code], cwd=foreign, capture_output=True, text=True, check=True
    )
    assert {name.split(">")[0].split("<")[0] for name in ast.literal_eval(done.stdout)} == {
        "aws-cdk-lib",
        "constructs",
    }


def test_tools_name_the_extra_that_they_need(foreign: Path) -> None:
    done = subprocess.run(
        ["venv/bin/wellmade", "redrive", "queue"], cwd=foreign, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("install it with: pip install 'wellmade[tools]'")
    assert "Traceback" not in done.stderr


def test_help_of_a_tool_names_the_extra_too(foreign: Path) -> None:
    done = subprocess.run(
        ["venv/bin/wellmade", "local", "up"], cwd=foreign, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("install it with: pip install 'wellmade[local]'")
    assert "Traceback" not in done.stderr
