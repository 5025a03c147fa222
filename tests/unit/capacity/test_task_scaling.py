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
OWN_CPU = "MetricName: CPUUtilization, Namespace: AWS/ECS, Dimensions: [{Name: ServiceName, Value: !GetAtt Service.Name}]"
OTHER = (
    "MetricName: ApproximateNumberOfMessagesVisible, Namespace: AWS/SQS, "
    "Dimensions: [{Name: QueueName, Value: !GetAtt Other.QueueName}]"
)
REQUESTS = "MetricName: RequestCountPerTarget, Namespace: AWS/ApplicationELB, Dimensions: [{Name: TargetGroup, Value: t}]"
CPU_ALARM = f"""
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      {{Threshold: 50, EvaluationPeriods: 1, ComparisonOperator: GreaterThanThreshold, AlarmActions: [!Ref Scaling],
       Metrics: [{{Id: m, MetricStat: {{Period: 60, Stat: Average, Metric: {{{OWN_CPU}}}}}}}]}}
"""
NEVER = {
    "no policy": ("", "", ""),
    "CPU of no task": (CPU, "", ""),
    "a percentage of no task": (steps("PercentChangeInCapacity", 100), ALARM, ""),
    "actions that are not enabled": (ADDING, ALARM.replace("Period: 60", "Period: 60, ActionsEnabled: false"), ""),
    "an alarm on another queue": (ADDING, ALARM.replace("!GetAtt Q.", "!GetAtt Other."), ""),
    "steps down": (steps("ChangeInCapacity", -1), ALARM, ""),
    "suspended": (ADDING, ALARM, ", SuspendedState: {DynamicScalingOutSuspended: true}"),
    "CPU of no task, as a metric of one's own": (tracked(f"CustomizedMetricSpecification: {{{OWN_CPU}}}"), "", ""),
    "CPU of no task, as metric math": (ADDING, CPU_ALARM, ""),
    "requests to both sets of no task": (
        tracked(f"CustomizedMetricSpecification: {{Metrics: [{{Id: m, MetricStat: {{Stat: Sum, Metric: {{{REQUESTS}}}}}}}]}}"), "", ""),
    "another queue": (tracked(f"CustomizedMetricSpecification: {{{OTHER}}}"), "", ""),
    "another queue, as metric math": (
        tracked(f"CustomizedMetricSpecification: {{Metrics: [{{Id: m, MetricStat: {{Stat: Sum, Metric: {{{OTHER}}}}}}}]}}"), "", ""),
    "what is in flight without a task": (ADDING, ALARM.replace("MessagesVisible", "MessagesNotVisible"), ""),
    "an alarm that rings when few wait": (ADDING, ALARM.replace("GreaterThanOrEqualTo", "LessThan"), ""),
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


@pytest.mark.parametrize("metric", ["ApproximateAgeOfOldestMessage", "NumberOfMessagesSent"])
def test_what_counts_no_messages_leaves_it_unknown(metric: str, tmp_path: Path) -> None:
    """Seconds are no messages: 300 of them pass though 300 messages never wait."""
    late = ALARM.replace("ApproximateNumberOfMessagesVisible", metric).replace(
        "Threshold: 1,", "Threshold: 300,"
    )
    rare = WORKLOAD.replace("per_second: 5", "per_second: 0.0005")
    assert report(tmp_path, template(ADDING, late), rare).verdict == "unknown"


@pytest.mark.parametrize(
    ("adding", "alarm"),
    [
        (ADDING.replace("ScalingAdjustment: 5", "ScalingAdjustment: !Ref Unknown"), ALARM),
        (ADDING, ALARM.replace("Threshold: 1,", "Threshold: !Ref Unknown,")),
    ],
    ids=["how many", "from when on"],
)
def test_a_setting_of_the_scaling_that_nobody_knows_leaves_it_unknown(
    adding: str, alarm: str, tmp_path: Path
) -> None:
    assert report(tmp_path, template(adding, alarm), WORKLOAD).verdict == "unknown"


@pytest.mark.parametrize(
    "other",
    [("!GetAtt Q.", "!GetAtt Other."), ("ApproximateNumberOfMessagesVisible", "NumberOfMessagesSent")],
)
def test_one_of_two_alarms_is_enough(other: tuple[str, str], tmp_path: Path) -> None:
    first = ALARM.replace("  Alarm:", "  Another:").replace(*other)
    assert report(tmp_path, template(ADDING, first + ALARM), WORKLOAD).holds


def test_who_publishes_a_metric_is_left_out(tmp_path: Path) -> None:
    metric = "CustomizedMetricSpecification: {MetricName: BacklogPerTask, Namespace: Mine}"
    found = report(tmp_path, template(tracked(metric), ""), WORKLOAD)
    assert any("BacklogPerTask" in what for what, _ in found.model.left_out)


FALLS = ALARM.replace("GreaterThanOrEqualTo", "LessThan")


@pytest.mark.parametrize(
    ("more", "kinds"), [(steps("ChangeInCapacity", -1), ["never drains"]), (steps("ChangeInCapacity", 1), [])]
)
def test_tasks_that_a_policy_takes_away_do_not_come_back(more: str, kinds: list[str], tmp_path: Path) -> None:
    eight = template(more, FALLS).replace("DesiredCount: 0", "DesiredCount: 8")
    assert [problem.kind for problem in report(tmp_path, eight, WORKLOAD).outcome.problems] == kinds


def test_tasks_that_nothing_takes_away_need_no_alarm_to_begin(tmp_path: Path) -> None:
    late = ALARM.replace("Threshold: 1,", "Threshold: 5000000,")
    eight = template(ADDING, late).replace("DesiredCount: 0", "DesiredCount: 8")
    assert report(tmp_path, eight, WORKLOAD).holds


def test_an_hour_of_many_messages_is_no_day_of_them(tmp_path: Path) -> None:
    """Four days bring 14,700 messages, though the rate of the peak would bring 345,600."""
    peak = (
        "arrivals: {Q: {per_second: 0.001, peak: {multiple: 1000, hours: 1}}}\ntasks: {Service: {seconds: 1}}"
    )
    kinds = [
        [one.kind for one in report(tmp_path, template(ADDING, late), peak).outcome.problems]
        for late in (ALARM.replace("Threshold: 1,", f"Threshold: {most},") for most in (20_000, 3_000))
    ]
    assert kinds == [["lost"], []]


def test_an_alarm_beyond_what_the_queue_keeps_starts_nothing(tmp_path: Path) -> None:
    late = ALARM.replace("Threshold: 1,", "Threshold: 5000000,")
    found = report(tmp_path, template(ADDING, late), WORKLOAD)
    assert [problem.kind for problem in found.outcome.problems] == ["lost"]
