"""Alarms on the tasks of services and workers: what they watch, and when they keep quiet."""

from typing import Any

import aws_cdk as cdk
import pytest

from tests.templates import of_type
from tests.unit.compute.conftest import define_service, network
from wellmade.check.run import check
from wellmade.compute import FargateWorker, Scaling, WebService
from wellmade.foundation import RefusedError, ScheduledScaling
from wellmade.graph import load
from wellmade.testing import synthesize

ALARM = "AWS::CloudWatch::Alarm"


def alarms(template: dict[str, Any], metric: str) -> list[dict[str, Any]]:
    return [each for each in of_type(template, ALARM) if each.get("MetricName") == metric]


def healthy(template: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        each for each in of_type(template, ALARM) if "HealthyHostCount" in str(each).split("UnHealthy")[0]
    ]


@pytest.mark.parametrize("metric", ["CPUUtilization", "MemoryUtilization"])
def test_a_service_and_a_worker_watch_their_own_tasks(metric: str, template: dict[str, Any]) -> None:
    services = {name for name, each in template["Resources"].items() if each["Type"] == "AWS::ECS::Service"}
    named = {
        each["Value"]["Fn::GetAtt"][0]
        for alarm in alarms(template, metric)
        for each in alarm["Dimensions"]
        if each["Name"] == "ServiceName" and alarm["Threshold"] == 90
    }
    assert named == services
    assert len(services) == 2


def test_no_healthy_task_is_told_of_also_where_nothing_is_published(template: dict[str, Any]) -> None:
    [alarm] = alarms(template, "HealthyHostCount")
    assert alarm["ComparisonOperator"] == "LessThanThreshold"
    assert (alarm["Threshold"], alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (1, 3, "breaching")


def test_it_is_there_after_the_first_tasks_and_takes_no_release_back(template: dict[str, Any]) -> None:
    [(name, alarm)] = [
        (name, each)
        for name, each in template["Resources"].items()
        if each.get("Properties", {}).get("MetricName") == "HealthyHostCount"
    ]
    services = [each for each in of_type(template, "AWS::ECS::Service") if "LoadBalancers" in each]
    assert [each for each in alarm["DependsOn"] if "Service" in each]
    assert name not in str(services)


def test_of_blue_and_green_either_may_be_the_one_that_serves() -> None:
    template = synthesize(lambda stack: define_service(stack, deployment="blue-green"))
    [alarm] = [each for each in healthy(template) if "Metrics" in each]
    groups = {
        dimension["Value"]["Fn::GetAtt"][0]
        for metric in alarm["Metrics"]
        if "MetricStat" in metric
        for dimension in metric["MetricStat"]["Metric"]["Dimensions"]
        if dimension["Name"] == "TargetGroup"
    }
    assert len(groups) == 2
    assert [each["Expression"] for each in alarm["Metrics"] if "Expression" in each] == [
        "MAX([FILL(one, 0), FILL(other, 0)])"
    ]


def test_hours_without_tasks_are_no_fault_unless_somebody_says_so() -> None:
    asleep = Scaling(hours=ScheduledScaling(8, 18))
    assert not alarms(synthesize(lambda stack: define_service(stack, scaling=asleep)), "HealthyHostCount")
    asked = {"scaling": asleep, "alarm_thresholds": {"healthy_tasks": 2}}
    [alarm] = alarms(synthesize(lambda stack: define_service(stack, **asked)), "HealthyHostCount")
    assert alarm["Threshold"] == 2


def test_each_can_be_left_out(stack: cdk.Stack) -> None:
    quiet: Any = {"healthy_tasks": None, "cpu": None, "memory": 75}
    service = define_service(stack, alarm_thresholds=quiet)
    worker = service.add_worker("Work", image="invoice_worker", alarm_thresholds={"memory": None, "cpu": 99})
    assert service.alarms.memory is not None
    assert worker.alarms.cpu is not None
    left_out = [(service.alarms, "healthy_tasks"), (service.alarms, "cpu"), (worker.alarms, "memory")]
    for alarms_of_one, name in left_out:
        with pytest.raises(AttributeError, match=f"no alarm '{name}'"):
            getattr(alarms_of_one, name)


@pytest.mark.parametrize("name", ["healthy_tasks", "errors"])
def test_refuses_thresholds_of_alarms_that_a_worker_has_not(name: str, stack: cdk.Stack) -> None:
    options: Any = {name: 1}
    with pytest.raises(RefusedError, match=f"alarm_thresholds must be for one of .*, got '{name}'"):
        FargateWorker(stack, "W", vpc=network(stack), image="invoice_worker", alarm_thresholds=options)


def test_check_takes_all_of_them(tmp_path: Any) -> None:
    app = cdk.App(outdir=str(tmp_path / "out"), analytics_reporting=False)
    stack = cdk.Stack(app, "S")
    service: WebService = define_service(stack, deployment="blue-green")
    service.add_worker("Work", image="invoice_worker")
    app.synth()
    found = check(load([tmp_path / "out"]))
    assert [each for each in found if each.rule.startswith("alarm")] == []
