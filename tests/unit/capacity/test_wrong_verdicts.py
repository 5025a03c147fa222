"""Systems of which outside trials found a wrong verdict: each is judged right, as a simulation shows."""

from pathlib import Path

import pytest

from tests.unit.capacity.test_limits import report
from tests.unit.capacity.worlds.spec import Part, World
from tests.unit.capacity.worlds.templates import report_of
from tests.unit.capacity.worlds.verdict import seen_of
from wellmade.errors import WellmadeError

UNPROTECTED = World(
    (Part("One", seconds=1, each=0.2, reserved=5, visibility=60),), ("One",), rate=3, peak=3, hours=1 / 6
)
BATCHES = Part(
    "One",
    seconds=0.75,
    each=0.05,
    reserved=5,
    maximum=5,
    failures=0.1,
    partial=False,
    receives=5,
    visibility=30,
)
CASES = {
    "throttles burn receives": (UNPROTECTED, "dead letters", "lost"),
    "failed items send batches back": (World((BATCHES,), ("One",), rate=30), "dead letters", "lost"),
    "a poison record blocks a shard": (
        World((Part("One", kind="stream", poison=0.001),), ("One",), rate=10), "blocked", "never drains"),
    "records older than the source lets them be": (
        World((Part("One", kind="stream", seconds=1, each=0.1, most_age=60),), ("One",), rate=4, peak=2, hours=0.2),
        "lost", "lost"),
    "events older than the function lets them be": (
        World((Part("One", kind="topic", seconds=1, each=0, batch=1, reserved=5, most_age=60),), ("One",), rate=4, peak=2, hours=0.2),
        "lost", "lost"),
    "retention shorter than the wait": (
        World((Part("One", seconds=1, each=0, batch=1, reserved=5, maximum=5, retention=60),), ("One",), rate=4, peak=2, hours=0.2),
        "lost", "lost"),
    "requests a second": (
        World((Part("One", seconds=0.01, each=0, batch=1, reserved=2, maximum=2),), ("One",), rate=30), "never drains", "never drains"),
    "callers find a small function full": (
        World((Part("One", kind="api", seconds=0.5, each=0, batch=1, reserved=5),), ("One",), rate=5), "refused", "refused"),
    "pollers need time": (
        World((Part("One", seconds=3, each=0, batch=1, alarm_age=(6, 1)),), ("One",), rate=2, peak=20, hours=0.1),
        "alarm", "alarm"),
    "tasks from none need time": (
        World((Part("One", kind="tasks", seconds=2, each=0, batch=1, per_task=20, alarm_age=(120, 1)),), ("One",), rate=0.2, peak=15, hours=0.2),
        "alarm", "alarm"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_breaks_for_the_tool_and_in_the_simulation(case: str, tmp_path: Path) -> None:
    world, kind, shown = CASES[case]
    found = report_of(world, tmp_path)
    assert [problem.kind for problem in found.outcome.problems] == [kind]
    assert seen_of(world, 7)["One"].problem == shown


def test_with_a_maximum_concurrency_no_receive_is_burned(tmp_path: Path) -> None:
    part = UNPROTECTED.parts[0]
    world = World((Part(**{**vars(part), "maximum": 5}),), ("One",), rate=3, peak=3, hours=1 / 6)
    assert report_of(world, tmp_path).holds
    assert seen_of(world, 7)["One"].lost == 0


def test_the_requests_of_the_account_are_ten_for_each_unit_of_concurrency(tmp_path: Path) -> None:
    world = World((Part("One", kind="api", seconds=0.001, each=0, batch=1),), ("One",), rate=5000)
    (account,) = [
        at for limit, at in report_of(world, tmp_path).saturations if limit.name == "requests of the account"
    ]
    assert account == pytest.approx(2, rel=1e-4)


def test_two_consumers_share_a_queue_as_their_capacities_are(tmp_path: Path) -> None:
    fast, slow = (
        Part(name, batch=1, seconds=1, each=0, maximum=most) for name, most in (("One", 30), ("Two", 10))
    )
    found = report_of(World((fast, slow), ("One",), rate=20, rivals=(("Two", "One"),)), tmp_path)
    assert [channel.share for channel in found.model.system.channels] == [0.75, 0.25]
    assert found.breaks_at == pytest.approx(2, rel=1e-4)


def test_readers_of_a_stream_share_what_a_shard_gives(tmp_path: Path) -> None:
    world = World(
        (Part("One", kind="stream", seconds=0.01, each=0, batch=100, kilobytes=8),), ("One",), rate=64
    )
    names = {limit.name: at for limit, at in report_of(world, tmp_path).saturations}
    assert names["reads of OneSource"] == pytest.approx(4, rel=1e-4)
    assert names["writes to OneSource"] == pytest.approx(2, rel=1e-4)


TABLE = """
  Topic: {Type: AWS::SNS::Topic}
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: lambda, Endpoint: !GetAtt Worker.Arn}
  Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: 3}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 50}
      GlobalSecondaryIndexes:
        - {IndexName: by-day, ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 20}}
"""
SCALED = """
  Scaling:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      {ResourceId: !Sub 'table/${Table}', MinCapacity: 50, MaxCapacity: 400, ScalableDimension: 'dynamodb:table:WriteCapacityUnits'}
"""
WRITES = "arrivals: {Topic: {per_second: 10}}\nfunctions: {Worker: {seconds: 0.1, calls: {Table: 1}}}"


def test_an_index_takes_a_write_of_each_item(tmp_path: Path) -> None:
    limit, at = report(tmp_path, TABLE, WRITES).saturations[0]
    assert (limit.name, round(at, 4)) == ("writes to index by-day of Table", 2)


def test_a_table_is_scaled_to_its_most(tmp_path: Path) -> None:
    found = {limit.name: at for limit, at in report(tmp_path, TABLE + SCALED, WRITES).saturations}
    assert found["writes to Table"] == pytest.approx(40, rel=1e-4)


def test_all_apis_of_the_account_share_its_requests(tmp_path: Path) -> None:
    apis = "".join(
        f"""
  Api{name}: {{Type: AWS::ApiGatewayV2::Api}}
  To{name}:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {{ApiId: !Ref Api{name}, IntegrationUri: !GetAtt Worker.Arn}}"""
        for name in ("One", "Two")
    )
    workload = "arrivals: {ApiOne: {per_second: 2000}, ApiTwo: {per_second: 3000}}\nfunctions: {Worker: {seconds: 0.01}}"
    found = report(tmp_path, apis + "\n  Worker: {Type: AWS::Lambda::Function}\n", workload)
    limits = {limit.name: at for limit, at in found.saturations}
    assert limits["requests of all APIs of the account"] == pytest.approx(2, rel=1e-4)


def test_an_alarm_rings_only_after_its_evaluation_periods_and_by_its_metric_math(tmp_path: Path) -> None:
    resources = """
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 60}}
  Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: 9, ReservedConcurrentExecutions: 5}}
  Messages:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Worker, EventSourceArn: !GetAtt Queue.Arn, BatchSize: 1, ScalingConfig: {MaximumConcurrency: 5}}
  Deep:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Threshold: 1
      EvaluationPeriods: PERIODS
      ComparisonOperator: GreaterThanThreshold
      Metrics:
        - {Id: thousands, Expression: waiting / 1000}
        - Id: waiting
          ReturnData: false
          MetricStat:
            Period: 60
            Stat: Maximum
            Metric:
              MetricName: ApproximateNumberOfMessagesVisible
              Dimensions: [{Name: QueueName, Value: !GetAtt Queue.QueueName}]
"""
    workload = "arrivals: {Queue: {per_second: 2, peak: {multiple: 5, hours: 0.1}}}\nfunctions: {Worker: {seconds: 1}}"
    kinds = {
        periods: [
            one.kind
            for one in report(tmp_path, resources.replace("PERIODS", periods), workload).outcome.problems
        ]
        for periods in ("1", "30")
    }
    assert kinds == {"1": ["alarm"], "30": []}


DEAD_LETTERS = """
  Dead: {Type: AWS::SQS::Queue}
  Queue:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: 60, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 1}}
  Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: 30}}
  Source: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Queue.Arn, FunctionName: !Ref Worker, BatchSize: 1}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      {Namespace: AWS/SQS, MetricName: ApproximateNumberOfMessagesVisible, Threshold: 0, Period: 60, EvaluationPeriods: 1,
       ComparisonOperator: GreaterThanThreshold, Dimensions: [{Name: QueueName, Value: !GetAtt Dead.QueueName}]}
"""


@pytest.mark.parametrize(("poison", "kinds"), [(0.1, ["alarm"]), (0, [])])
def test_what_stays_in_a_dead_letter_queue_rings_its_alarm(
    poison: float, kinds: list[str], tmp_path: Path
) -> None:
    workload = (
        f"arrivals: {{Queue: {{per_second: 30}}}}\nfunctions: {{Worker: {{seconds: 0.1, poison: {poison}}}}}"
    )
    found = report(tmp_path, DEAD_LETTERS, workload)
    assert [problem.kind for problem in found.outcome.problems] == kinds


@pytest.mark.parametrize(("hours", "kinds"), [(90, ["alarm"]), (100, [])])
def test_what_stays_in_a_dead_letter_queue_grows_old(hours: int, kinds: list[str], tmp_path: Path) -> None:
    """It is kept for four days, which are 96 hours."""
    resources = DEAD_LETTERS.replace("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage")
    workload = "arrivals: {Queue: {per_second: 1}}\nfunctions: {Worker: {seconds: 0.1, poison: 0.1}}"
    found = report(tmp_path, resources.replace("Threshold: 0", f"Threshold: {hours * 3600}"), workload)
    assert [problem.kind for problem in found.outcome.problems] == kinds


@pytest.mark.parametrize(
    ("arrivals", "days", "kinds"),
    [
        ("per_second: 0.00694", 4, ["alarm"]),
        ("per_second: 0.00694", 1, []),
        ("per_second: 0.00001, peak: {multiple: 16600, hours: 1}", 1, []),
    ],
    ids=["sixty a day for four days", "sixty a day for one", "sixty a day in one hour"],
)
def test_a_dead_letter_queue_fills_for_as_long_as_it_keeps_messages(
    arrivals: str, days: int, kinds: list[str], tmp_path: Path
) -> None:
    kept = f"Dead: {{Type: AWS::SQS::Queue, Properties: {{MessageRetentionPeriod: {days * 86400}}}}}"
    resources = DEAD_LETTERS.replace("Dead: {Type: AWS::SQS::Queue}", kept).replace(
        "Threshold: 0", "Threshold: 100"
    )
    workload = f"arrivals: {{Queue: {{{arrivals}}}}}\nfunctions: {{Worker: {{seconds: 0.1, poison: 0.1}}}}"
    found = report(tmp_path, resources, workload)
    assert [problem.kind for problem in found.outcome.problems] == kinds


def test_an_alarm_that_is_not_worked_out_leaves_it_unknown(tmp_path: Path) -> None:
    metric = """
      {Threshold: 100, EvaluationPeriods: 1, ComparisonOperator: GreaterThanThreshold, Metrics: [
       {Id: e, Expression: RATE(v), ReturnData: true},
       {Id: v, ReturnData: false, MetricStat: {Period: 60, Stat: Maximum, Metric: {Namespace: AWS/SQS,
        MetricName: ApproximateNumberOfMessagesVisible, Dimensions: [{Name: QueueName, Value: !GetAtt Queue.QueueName}]}}}]}
"""
    resources = (
        DEAD_LETTERS.split("    Properties:\n      {Namespace", maxsplit=1)[0] + "    Properties:" + metric
    )
    workload = "arrivals: {Queue: {per_second: 30}}\nfunctions: {Worker: {seconds: 0.1}}"
    found = report(tmp_path, resources, workload)
    assert (found.verdict, any("Alarm rings" in one for one in found.model.unknown)) == ("unknown", True)


def test_a_nested_stack_that_was_not_read_is_left_out(tmp_path: Path) -> None:
    nested = "\n  Nested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./nested.yaml}}\n"
    workload = "arrivals: {Queue: {per_second: 1}}\nfunctions: {Worker: {seconds: 0.1}}"
    said = "Nested: its template is not beside this one, and was not read"
    left = [what for what, _ in report(tmp_path, DEAD_LETTERS + nested, workload).model.left_out]
    assert said in left
    (tmp_path / "nested.yaml").write_text("Resources: {Topic: {Type: AWS::SNS::Topic}}")
    left = [what for what, _ in report(tmp_path, DEAD_LETTERS + nested, workload).model.left_out]
    assert said not in left


def test_a_delay_is_part_of_the_age(tmp_path: Path) -> None:
    workload = "arrivals: {Queue: {per_second: 1}}\nfunctions: {Worker: {seconds: 0.1}}"
    delayed = DEAD_LETTERS.replace("{VisibilityTimeout: 60,", "{VisibilityTimeout: 60, DelaySeconds: 120,")
    found = report(tmp_path, delayed, workload)
    (channel,) = found.model.system.channels
    assert found.outcome.oldest(channel) == pytest.approx(120.1)
    short = delayed.replace("DelaySeconds: 120,", "DelaySeconds: 120, MessageRetentionPeriod: 60,")
    assert [one.kind for one in report(tmp_path, short, workload).outcome.problems] == ["lost"]


def test_alarms_on_other_metrics_are_left_out(tmp_path: Path) -> None:
    other = DEAD_LETTERS.replace(
        "AWS/SQS, MetricName: ApproximateNumberOfMessagesVisible", "AWS/Lambda, MetricName: Errors"
    )
    workload = "arrivals: {Queue: {per_second: 1}}\nfunctions: {Worker: {seconds: 0.1}}"
    left = [what for what, _ in report(tmp_path, other, workload).model.left_out]
    assert "alarms on Errors: Alarm" in left


def test_an_alarm_on_several_other_metrics_is_left_out_with_all(tmp_path: Path) -> None:
    queries = ", ".join(
        f"{{Id: {name[0].lower()}, MetricStat: {{Period: 60, Stat: Sum, Metric: {{Namespace: AWS/Lambda, MetricName: {name}}}}}}}"
        for name in ("Throttles", "Errors")
    )
    other = DEAD_LETTERS.split("  Alarm:", maxsplit=1)[0]
    other += (
        f"  Alarm: {{Type: AWS::CloudWatch::Alarm, Properties: {{Threshold: 1, Metrics: [{queries}]}}}}\n"
    )
    workload = "arrivals: {Queue: {per_second: 1}}\nfunctions: {Worker: {seconds: 0.1}}"
    left = [what for what, _ in report(tmp_path, other, workload).model.left_out]
    assert "alarms on Errors and Throttles: Alarm" in left


def test_arrivals_of_nothing_are_said(tmp_path: Path) -> None:
    workload = "arrivals: {Queue: {per_second: 0}}\nfunctions: {Worker: {seconds: 0.1}}"
    with pytest.raises(WellmadeError, match="arrivals must be more than 0 a second somewhere, got 0"):
        report(tmp_path, DEAD_LETTERS, workload)
