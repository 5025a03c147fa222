"""Services of which no policy ever adds a task: a maximum that nothing reaches is no capacity."""

from pathlib import Path

import pytest

from tests.unit.capacity.test_limits import report

SERVICE = """
  Q: {Type: AWS::SQS::Queue}
  Other: {Type: AWS::SQS::Queue}
  Cluster: {Type: AWS::ECS::Cluster}
  Role: {Type: AWS::IAM::Role}
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: take
      Roles: [!Ref Role]
      PolicyDocument: {Statement: [{Effect: Allow, Action: 'sqs:ReceiveMessage', Resource: !GetAtt Q.Arn}]}
  Task: {Type: AWS::ECS::TaskDefinition, Properties: {TaskRoleArn: !GetAtt Role.Arn}}
  Service: {Type: AWS::ECS::Service, Properties: {Cluster: !Ref Cluster, TaskDefinition: !Ref Task, DesiredCount: 0}}
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties: {MinCapacity: 0, MaxCapacity: 10, ResourceId: !Sub 'service/${Cluster}/${Service.Name}' SUSPENDED}
"""
POLICY = """
  Scaling:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties: {ScalingTargetId: !Ref Target, CONFIGURATION}
"""
ALARM = """
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      {Namespace: AWS/SQS, MetricName: ApproximateNumberOfMessagesVisible, Threshold: 1, Period: 60, EvaluationPeriods: 1,
       ComparisonOperator: GreaterThanOrEqualToThreshold, Dimensions: [{Name: QueueName, Value: !GetAtt Q.QueueName}],
       AlarmActions: [!Ref Scaling]}
"""
WORKLOAD = "arrivals: {Q: {per_second: 5}}\ntasks: {Service: {seconds: 1}}"


def steps(kind: str, more: int) -> str:
    adjustments = f"StepAdjustments: [{{MetricIntervalLowerBound: 0, ScalingAdjustment: {more}}}]"
    return f"StepScalingPolicyConfiguration: {{AdjustmentType: {kind}, {adjustments}}}"


def tracked(metric: str) -> str:
    return f"TargetTrackingScalingPolicyConfiguration: {{TargetValue: 50, {metric}}}"


ADDING = steps("ChangeInCapacity", 5)
CPU = tracked("PredefinedMetricSpecification: {PredefinedMetricType: ECSServiceAverageCPUUtilization}")
NEVER = {
    "no policy": ("", "", ""),
    "CPU of no task": (CPU, "", ""),
    "a percentage of no task": (steps("PercentChangeInCapacity", 100), ALARM, ""),
    "actions that are not enabled": (ADDING, ALARM.replace("Period: 60", "Period: 60, ActionsEnabled: false"), ""),
    "an alarm on another queue": (ADDING, ALARM.replace("!GetAtt Q.", "!GetAtt Other."), ""),
    "steps down": (steps("ChangeInCapacity", -1), ALARM, ""),
    "suspended": (ADDING, ALARM, ", SuspendedState: {DynamicScalingOutSuspended: true}"),
    "exactly too few": (steps("ExactCapacity", 3), ALARM, ""),
}  # fmt: skip


def template(configuration: str, alarm: str, suspended: str = "") -> str:
    policy = POLICY.replace("CONFIGURATION", configuration) if configuration else ""
    return SERVICE.replace(" SUSPENDED", suspended) + policy + alarm


@pytest.mark.parametrize("case", NEVER)
def test_what_no_policy_starts_never_drains(case: str, tmp_path: Path) -> None:
    found = report(tmp_path, template(*NEVER[case]), WORKLOAD)
    assert [problem.kind for problem in found.outcome.problems] == ["never drains"]


@pytest.mark.parametrize("more", [steps("ChangeInCapacity", 5), steps("ExactCapacity", 6)])
def test_what_a_policy_starts_drains(more: str, tmp_path: Path) -> None:
    assert report(tmp_path, template(more, ALARM), WORKLOAD).holds


def test_a_policy_that_nothing_here_sets_off_leaves_it_unknown(tmp_path: Path) -> None:
    found = report(tmp_path, template(ADDING, ALARM.replace("AlarmActions", "OKActions")), WORKLOAD)
    assert not found.holds
    assert any("how many tasks Task has" in one for one in found.model.unknown)


def test_who_publishes_a_metric_is_left_out(tmp_path: Path) -> None:
    metric = "CustomizedMetricSpecification: {MetricName: BacklogPerTask, Namespace: Mine}"
    found = report(tmp_path, template(tracked(metric), ""), WORKLOAD)
    assert any("BacklogPerTask" in what for what, _ in found.model.left_out)


def test_an_alarm_beyond_what_the_queue_keeps_starts_nothing(tmp_path: Path) -> None:
    late = ALARM.replace("Threshold: 1,", "Threshold: 5000000,")
    found = report(tmp_path, template(ADDING, late), WORKLOAD)
    assert [problem.kind for problem in found.outcome.problems] == ["lost"]
