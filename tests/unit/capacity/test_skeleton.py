"""The file that `--init` writes is one that answers, for whatever holds a function."""

from pathlib import Path

import pytest

from wellmade.capacity.build import build
from wellmade.capacity.report import Report
from wellmade.capacity.skeleton import skeleton
from wellmade.capacity.workload import read_workload
from wellmade.errors import WellmadeError
from wellmade.graph import load

WORKER = "Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: 3}}"
LOGS = f"""
  {WORKER}
  Logs: {{Type: AWS::Logs::LogGroup}}
  Filter:
    Type: AWS::Logs::SubscriptionFilter
    Properties: {{LogGroupName: !Ref Logs, DestinationArn: !GetAtt Worker.Arn}}
"""
CUSTOM = """
  Provider: {Type: AWS::Lambda::Function}
  Setup: {Type: 'Custom::Setup', Properties: {ServiceToken: !GetAtt Provider.Arn}}
"""
SCHEDULED = """
  Nightly:
    Type: AWS::Scheduler::Schedule
    Properties: {ScheduleExpression: rate(1 day), Target: {Arn: !GetAtt Finder.Arn}}
  Found: {Type: AWS::SQS::Queue}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: send
          PolicyDocument: {Statement: [{Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Found.Arn}]}
  Finder: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Role.Arn}}
  Worker: {Type: AWS::Lambda::Function}
  Messages:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Worker, EventSourceArn: !GetAtt Found.Arn, BatchSize: 10}
"""


WRITTEN = f"""
  {WORKER.replace("Timeout: 3", "Timeout: 3, Role: !GetAtt Role.Arn")}
  Pictures:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration: {{LambdaConfigurations: [{{Event: 's3:ObjectCreated:*', Function: !GetAtt Worker.Arn}}]}}
  Role: {{Type: AWS::IAM::Role}}
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: write
      Roles: [!Ref Role]
      PolicyDocument: {{Statement: [{{Effect: Allow, Action: 's3:PutObject', Resource: !Sub '${{Pictures.Arn}}/*'}}]}}
"""


def report(folder: Path, resources: str) -> Report:
    template, file = folder / "template.yaml", folder / "capacity.yaml"
    template.write_text(f"Resources:\n  {resources}")
    graph = load([template])
    file.write_text(skeleton(graph))
    return Report(build(graph, read_workload(file)), 1.0)


@pytest.mark.parametrize(
    ("resources", "flow"),
    [
        (LOGS, "Logs → Worker"),
        (WORKER, "callers → Worker"),
        (CUSTOM + "  " + WORKER, "callers → Worker"),
        (SCHEDULED, "Found → Worker"),
        (WRITTEN, "Pictures → Worker"),
    ],
)
def test_its_file_answers(resources: str, flow: str, tmp_path: Path) -> None:
    found = report(tmp_path, resources)
    assert found.holds
    assert 1 < found.breaks_at < 1e6
    assert flow in [channel.name for channel in found.model.system.channels]


def test_custom_resources_are_no_load(tmp_path: Path) -> None:
    with pytest.raises(WellmadeError, match="PATH must hold something that takes messages"):
        report(tmp_path, CUSTOM)
    (tmp_path / "template.yaml").unlink()
    left_out = dict(report(tmp_path, CUSTOM + LOGS).model.left_out)
    assert not [what for what in left_out if what.startswith("Provider")]


def test_a_function_that_nothing_reaches_is_named(tmp_path: Path) -> None:
    left_out = dict(report(tmp_path, LOGS + "  Other: {Type: AWS::Lambda::Function}\n").model.left_out)
    assert left_out["Other: nothing arrives at it"].endswith("state arrivals at it or at what calls it")
    assert "Worker: nothing arrives at it" not in left_out


def test_what_templates_leave_open_is_written_to_be_said(tmp_path: Path) -> None:
    """Settings of parameters, and how often a state machine calls what is inside a map."""
    template = tmp_path / "template.yaml"
    template.write_text("""
Parameters: {Reserved: {Type: Number}}
Resources:
  Worker: {Type: AWS::Lambda::Function, Properties: {ReservedConcurrentExecutions: !Ref Reserved}}
  Begin: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 minute), Targets: [{Id: flow, Arn: !Ref Flow}]}}
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/flow
      Definition:
        StartAt: Each
        States:
          Each:
            Type: Map
            End: true
            ItemProcessor: {StartAt: Work, States: {Work: {Type: Task, Resource: !GetAtt Worker.Arn, End: true}}}
""")
    graph = load([template])
    text = skeleton(graph)
    assert "state_machines:\n  template/Flow: {calls: {template/Worker: 1}}" in text
    assert (
        "settings: # what the templates do not say\n  template/Worker: {ReservedConcurrentExecutions: 10}"
        in text
    )
    (tmp_path / "capacity.yaml").write_text(text)
    found = Report(build(graph, read_workload(tmp_path / "capacity.yaml")), 1.0)
    assert (found.verdict, found.model.unknown) == ("holds", [])
