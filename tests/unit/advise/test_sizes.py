"""The lines hold the load that was stated: functions and tasks are as large and as many as it takes."""

import aws_cdk as cdk
import pytest
from aws_cdk import assertions

from wellmade.advise import advise
from wellmade.advise.fields import Value
from wellmade.advise.lines import lines_for
from wellmade.advise.workload import Workload, of_answers
from wellmade.facts.prices import REGION

FUNCTION, MAPPING = "AWS::Lambda::Function", "AWS::Lambda::EventSourceMapping"
AURORA = "AWS::RDS::DBCluster"
TASK, SCALING = "AWS::ECS::TaskDefinition", "AWS::ApplicationAutoScaling::ScalableTarget"
SMALL: dict[str, Value] = {"team": "small", "duration": 0.05}
MESSAGES: dict[str, Value] = {"starts_with": "messages", "team": "small", "duration": 0.2}


def load(**answers: Value) -> Workload:
    return of_answers("some", answers)


@pytest.mark.parametrize(
    ("workload", "kind", "properties"),
    [
        (load(**SMALL, rate=1.0), FUNCTION, {"ReservedConcurrentExecutions": 10, "MemorySize": 512}),
        (load(**SMALL, rate=200.0, peak=2000.0), FUNCTION, {"ReservedConcurrentExecutions": 120}),
        (
            load(**SMALL, rate=200.0, peak=2000.0, downstream=30.0),
            FUNCTION,
            {"ReservedConcurrentExecutions": 30},
        ),
        (load(**SMALL, rate=1.0, memory=3008.0), FUNCTION, {"MemorySize": 3008}),
        (
            load(**SMALL, rate=2000.0, peak=90_000.0),
            FUNCTION,
            {"ReservedConcurrentExecutions": assertions.Match.absent()},
        ),
        (
            load(**MESSAGES, rate=500.0, peak=9000.0),
            MAPPING,
            {"ScalingConfig": {"MaximumConcurrency": 1000}},
        ),
        (
            load(program="existing", rate=500.0, peak=900.0, duration=0.2, memory=3000.0),
            TASK,
            {"Cpu": "512", "Memory": "3072"},
        ),
        (
            load(program="existing", rate=500.0, peak=900.0, duration=0.2, memory=512.0),
            SCALING,
            {"MaxCapacity": 174},
        ),
        (
            load(starts_with="messages", rate=20.0, peak=100.0, duration=1200.0, memory=6000.0),
            TASK,
            {"Cpu": "1024", "Memory": "6144"},
        ),
        (
            load(starts_with="messages", rate=20.0, peak=100.0, duration=1200.0, downstream=30.0),
            SCALING,
            {"MaxCapacity": 30},
        ),
        (
            load(starts_with="messages", rate=20.0, peak=100.0, duration=1200.0, downstream=4.0),
            SCALING,
            {"MaxCapacity": 4},
        ),
        (
            load(**SMALL, rate=1000.0, downstream=2000.0),
            FUNCTION,
            {"ReservedConcurrentExecutions": assertions.Match.absent()},
        ),
        (
            load(starts_with="files", rate=1.0, duration=0.5, downstream=895.0),
            FUNCTION,
            {"ReservedConcurrentExecutions": assertions.Match.absent()},
        ),
        (
            load(**MESSAGES, data="relational", rate=100.0, peak=8000.0),
            AURORA,
            {"ServerlessV2ScalingConfiguration": {"MinCapacity": 1, "MaxCapacity": 16}},
        ),
        (
            load(**MESSAGES, data="relational", rate=100.0, downstream=780.0),
            AURORA,
            {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 8}},
        ),
        (
            load(team="product", data="relational", rate=20_000.0, peak=60_000.0, duration=1200.0),
            SCALING,
            {"MaxCapacity": 2250},
        ),
    ],
)
def test_the_lines_hold_the_load(workload: Workload, kind: str, properties: dict[str, object]) -> None:
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    stack = cdk.Stack(app, "some", env=cdk.Environment(account="111122223333", region=REGION))
    exec(lines_for(advise(workload, REGION)).code, {"self": stack})
    assertions.Template.from_stack(stack).has_resource_properties(kind, properties)


SERVER: dict[str, Value] = {"program": "existing", "rate": 500.0, "peak": 900.0, "duration": 0.2}


@pytest.mark.parametrize(
    ("workload", "scaling"),
    [
        (load(**SERVER, downstream=40.0), {"MinCapacity": 2, "MaxCapacity": 40}),
        (load(**SERVER, downstream=1.0), {"MinCapacity": 1, "MaxCapacity": 1}),
        (load(**SERVER, data="relational", downstream=20.0), {"MinCapacity": 2, "MaxCapacity": 4}),
        (load(program="existing", downstream=5.0), {"MinCapacity": 2, "MaxCapacity": 2}),
        (load(program="existing", downstream=500.0), {"MinCapacity": 2, "MaxCapacity": 10}),
    ],
)
def test_a_service_has_no_more_tasks_than_what_it_calls_takes(
    workload: Workload, scaling: dict[str, object]
) -> None:
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    stack = cdk.Stack(app, "some", env=cdk.Environment(account="111122223333", region=REGION))
    exec(lines_for(advise(workload, REGION)).code, {"self": stack})
    assertions.Template.from_stack(stack).has_resource_properties(SCALING, scaling)


@pytest.mark.parametrize(("peak", "told"), [(2000.0, True), (60.0, False)])
def test_lines_that_cannot_hold_the_peak_say_so(peak: float, *, told: bool) -> None:
    """Forty at once, of which each takes 0.2 s, are 200 a second."""
    workload = load(**(SERVER | {"rate": 50.0, "peak": peak}), downstream=40.0)
    code = lines_for(advise(workload, REGION)).code
    assert ("with 40 requests wait and fail, so let it take more" in code) is told
    assert "# What it calls takes 40 at once" in code


def test_a_task_has_no_larger_pool_than_what_it_calls_takes() -> None:
    code = lines_for(
        advise(load(**(SERVER | {"peak": 1500.0}), data="relational", downstream=3.0), REGION)
    ).code
    assert "connections=3" in code
    assert "What it calls takes 3 at once" in code


def test_more_tasks_than_a_service_has_are_said() -> None:
    ordered = load(starts_with="messages", ordering="by_key", rate=1e6, peak=1e6, duration=0.05)
    assert "desired_count=5000,  # all of one service: take larger tasks, or several" in (
        lines_for(advise(ordered, REGION)).code
    )
