"""Our own stacks under a load: what is reported is what a simulation of them shows."""

import json
from pathlib import Path

import pytest

from app import STACKS
from tests.stacks.conftest import define
from tests.unit.capacity.simulation import Arrivals, Simulation, Stage
from wellmade.capacity.alarms import lowest_age
from wellmade.capacity.build import build
from wellmade.capacity.report import Report
from wellmade.capacity.workload import read_workload
from wellmade.cli import main
from wellmade.graph import load

LOAD = Path(__file__).parents[3] / "capacity.yaml"
SECONDS, EACH, CONCURRENCY, RECEIVES = 0.5, 0.1, 5, 3
ALARM = 3 * 6 * 60
RATE, PEAK, HOURS = 10, 6, 0.25
FLOWS = {
    "file-pipeline": ("FilesInbox", "Ingest", 0.0),
    "work-queues": ("OrdersMessages1AE3BE1B", "OrdersHandler", 0.1),
}


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Path:
    outdir = tmp_path_factory.mktemp("dev")
    define(outdir, validation=False, environment="dev", without=STACKS.keys() - FLOWS.keys()).synth()
    return outdir


def report_of(dev: Path, folder: Path, stack: str) -> Report:
    entry, function, failures = FLOWS[stack]
    (folder / "capacity.yaml").write_text(
        f"arrivals: {{{entry}: {{per_second: {RATE}, peak: {{multiple: {PEAK}, hours: {HOURS}}}}}}}\n"
        f"functions: {{{function}: {{seconds: {SECONDS}, seconds_per_item: {EACH}, failures: {failures}}}}}\n"
    )
    graph = load([dev / f"{stack}.template.json"])
    return Report(build(graph, read_workload(folder / "capacity.yaml")), 1.0)


@pytest.mark.parametrize("command", ["capacity", "cost"])
def test_the_load_of_the_repository_means_resources_of_its_stacks(
    command: str, dev: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(dev), "--load", str(LOAD), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    if command == "capacity":
        assert {one["flow"].split(" → ")[1] for one in document["flows"]} >= {"Ingest", "OrdersHandler"}


def simulated(stack: str, multiple: float) -> Stage:
    stage = Stage(
        "worker", 10, SECONDS, EACH, ("own",), failures=FLOWS[stack][2], receives=RECEIVES, retry_after=10
    )
    rate = RATE * multiple
    simulation = Simulation(
        [stage], [Arrivals("worker", rate, rate * PEAK, HOURS * 3600)], {"own": CONCURRENCY}
    )
    simulation.run(3600)
    return stage


@pytest.mark.parametrize("stack", FLOWS)
def test_backlog_and_oldest_message(stack: str, dev: Path, tmp_path: Path) -> None:
    report = report_of(dev, tmp_path, stack)
    (channel,) = report.model.system.channels
    passage = report.outcome.passages[channel.id]
    stage = simulated(stack, 1)
    assert lowest_age(channel.alarms) == ALARM
    assert stage.most == pytest.approx(passage.backlog, rel=0.05)
    if not FLOWS[stack][2]:
        assert stage.oldest == pytest.approx(report.outcome.oldest(channel), rel=0.05)


def test_the_multiple_that_rings_the_age_alarm(dev: Path, tmp_path: Path) -> None:
    report = report_of(dev, tmp_path, "file-pipeline")
    assert [problem.kind for problem in report.breaks] == ["alarm"]
    below, above = (simulated("file-pipeline", report.breaks_at * part) for part in (0.95, 1.05))
    assert below.oldest < ALARM < above.oldest
