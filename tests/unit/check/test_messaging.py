"""Rules about messaging, streams and workflows: the cases in which false alarms would be easy."""

from pathlib import Path

import pytest

from wellmade.check.registry import rule_of
from wellmade.check.run import check
from wellmade.graph import load

FUNCTION = """
  Worker:
    Type: AWS::Lambda::Function
    Properties: {Timeout: 30%s}"""
MAPPING = """
  Source:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Worker, EventSourceArn: %s}"""
QUEUE = """
  Orders:
    Type: AWS::SQS::Queue
    Properties: {%s}"""
FAILED = """
  Failed:
    Type: AWS::SQS::Queue
    Properties: {%s}"""
REDRIVE = "RedrivePolicy: {deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: 3}"
SAM = """
Transform: AWS::Serverless-2016-10-31
Conditions: {Large: !Equals [!Ref AWS::Region, eu-west-1]}
Resources:"""
SQS, KINESIS = "arn:aws:sqs:eu-west-1:111122223333:orders", "arn:aws:kinesis:eu-west-1:111122223333:stream/x"


def _findings(tmp_path: Path, rule_id: str, resources: str) -> list[str]:
    file = tmp_path / "template.yaml"
    file.write_text(f"{SAM}\n{resources}\n")
    return [f"{finding.resource} {finding.message}" for finding in check(load([file]), [rule_of(rule_id)])]


SILENT = {
    "dead-letter-retention": (
        QUEUE % REDRIVE + FAILED % "MessageRetentionPeriod: !ImportValue days",
        QUEUE % REDRIVE + FAILED % "MessageRetentionPeriod: !If [Large, 60, 1209600]",
        QUEUE % f"FifoQueue: true, {REDRIVE}" + FAILED % "FifoQueue: true",
        QUEUE % f"RedrivePolicy: {{deadLetterTargetArn: {SQS}, maxReceiveCount: 3}}",
    ),
    "queue-without-dead-letter": (
        QUEUE % "" + FUNCTION % "",
        QUEUE % "RedrivePolicy: !If [Large, {maxReceiveCount: 3}, !Ref AWS::NoValue]"
        + FUNCTION % ""
        + MAPPING % "!GetAtt Orders.Arn",
        QUEUE % "" + FUNCTION % "" + MAPPING % "!GetAtt Orders.Arn, Enabled: false",
        QUEUE % REDRIVE + FAILED % "" + FUNCTION % "" + MAPPING % "!GetAtt Failed.Arn",
    ),
    "dead-letter-kind": (
        QUEUE % f"FifoQueue: !Ref AWS::NoValue, {REDRIVE}" + FAILED % "",
        QUEUE % f"FifoQueue: !If [Large, true, false], {REDRIVE}" + FAILED % "",
    ),
    "partial-batch-response": (
        FUNCTION % "" + MAPPING % f"{SQS}, BatchSize: 1",
        FUNCTION % "" + MAPPING % f"{SQS}, BatchSize: !ImportValue size",
        FUNCTION % "" + MAPPING % f"{SQS}, FunctionResponseTypes: !ImportValue types",
        FUNCTION % "" + MAPPING % "arn:aws:kafka:eu-west-1:111122223333:cluster/orders/1",
        FUNCTION % "" + MAPPING % "!ImportValue orders",
    ),
    "source-concurrency": (
        FUNCTION % ", ReservedConcurrentExecutions: 0"
        + MAPPING % f"{SQS}, ScalingConfig: {{MaximumConcurrency: 5}}",
        FUNCTION % "" + MAPPING % f"{SQS}, ScalingConfig: {{MaximumConcurrency: 5}}",
        FUNCTION % ", ReservedConcurrentExecutions: !ImportValue x"
        + MAPPING % f"{SQS}, ScalingConfig: {{MaximumConcurrency: 5}}",
    ),
    "fifo-batching-window": (
        FUNCTION % "" + MAPPING % f"{SQS}, MaximumBatchingWindowInSeconds: 5",
        FUNCTION % "" + MAPPING % f"{SQS}.fifo, MaximumBatchingWindowInSeconds: 0",
        FUNCTION % ""
        + MAPPING % f"{SQS}.fifo, MaximumBatchingWindowInSeconds: !If [Large, 5, !ImportValue x]",
    ),
    "function-timeout": (
        "  Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: !If [Large, 1800, 900]}}",
        "  Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: !ImportValue timeout}}",
    ),
}
FOUND = {
    "dead-letter-retention": ((QUEUE % REDRIVE + FAILED % "", "Failed keeps messages 4 days"),),
    "queue-without-dead-letter": (
        (
            QUEUE % ""
            + "\n  Task: {Type: AWS::ECS::TaskDefinition, Properties: {TaskRoleArn: !GetAtt Role.Arn}}"
            + "\n  Role: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: {Statement: "
            + "[{Effect: Allow, Action: 'sqs:ReceiveMessage', Resource: !GetAtt Orders.Arn}]}}]}}",
            "Orders is worked on by Task",
        ),
    ),
    "dead-letter-kind": (
        (
            FUNCTION % ", DeadLetterConfig: {TargetArn: !GetAtt Failed.Arn}" + FAILED % "FifoQueue: true",
            "Worker",
        ),
    ),
    "partial-batch-response": (
        (FUNCTION % "" + MAPPING % KINESIS, "Source takes batches of 100 (the default)"),
        (
            "  Worker:\n    Type: AWS::Serverless::Function\n    Properties: {Events: {In: {Type: SQS, Properties: "
            f"{{Queue: {SQS}, BatchSize: 5}}}}}}}}",
            "WorkerIn takes batches of 5 without",
        ),
    ),
    "source-concurrency": (
        (FUNCTION % "" + MAPPING % f"{SQS}, ScalingConfig: {{MaximumConcurrency: 1}}", "must be at least 2"),
    ),
    "fifo-batching-window": (
        (
            FUNCTION % "" + MAPPING % f"{SQS}.fifo, MaximumBatchingWindowInSeconds: 5",
            "is 5 s on a FIFO queue",
        ),
    ),
    "function-timeout": (
        (
            "  Worker: {Type: AWS::Serverless::Function, Properties: {Timeout: !If [Large, 1800, 901]}}",
            "901 s",
        ),
    ),
}


@pytest.mark.parametrize(("rule_id", "resources"), [(key, each) for key in SILENT for each in SILENT[key]])
def test_is_silent_about_what_is_right_or_not_known(tmp_path: Path, rule_id: str, resources: str) -> None:
    assert _findings(tmp_path, rule_id, resources) == []


@pytest.mark.parametrize(
    ("rule_id", "resources", "message"), [(key, *each) for key in FOUND for each in FOUND[key]]
)
def test_finds(tmp_path: Path, rule_id: str, resources: str, message: str) -> None:
    (finding,) = _findings(tmp_path, rule_id, resources)
    assert message in finding
