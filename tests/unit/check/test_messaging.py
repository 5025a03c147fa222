"""Rules about queues, topics and events: the cases in which false alarms would be easy."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import (
    BUCKET,
    BUS,
    CATCH,
    FAILED,
    FUNCTION,
    KEEPS,
    KINESIS,
    MAPPING,
    NOTIFIED,
    PATTERN,
    QUEUE,
    REDRIVE,
    RULE,
    SAM_EVENT,
    SCHEDULE,
    SQS,
    TOPIC,
    findings,
)

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
    "bucket-notification-failure-path": (
        BUCKET % NOTIFIED % "" + FUNCTION % KEEPS + FAILED % "",
        BUCKET % NOTIFIED % "" + FUNCTION % ", DeadLetterConfig: !ImportValue x",
        BUCKET % NOTIFIED % ""
        + FUNCTION % ""
        + "\n  Invoke: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref Worker, "
        + f"DestinationConfig: {{OnFailure: {{Destination: {SQS}}}}}}}}}",
        BUCKET % ""
        + SAM_EVENT
        % ("S3", "Bucket: !Ref Uploads", f"\n      DeadLetterQueue: {{Type: SQS, TargetArn: {SQS}}}"),
    ),
    "topic-subscription-failure-path": (
        TOPIC + FUNCTION % KEEPS + FAILED % "",
        QUEUE % "" + TOPIC.replace("Worker", "Orders"),
        "\n  Told: {Type: AWS::SNS::Topic}"
        + SAM_EVENT % ("SNS", f"Topic: !Ref Told, RedrivePolicy: {{deadLetterTargetArn: {SQS}}}", ""),
    ),
    "event-target-dead-letter": (
        RULE % (PATTERN, "Worker", CATCH) + FUNCTION % "" + FAILED % "",
        RULE % (f"State: DISABLED, {PATTERN}", "Worker", "") + FUNCTION % "",
        RULE
        % (PATTERN, "Worker", ", DeadLetterConfig: !If [Large, {Arn: !ImportValue x}, !Ref AWS::NoValue]")
        + FUNCTION % "",
        RULE % (PATTERN, "Kept", "") + "\n  Kept: {Type: AWS::Logs::LogGroup}",
        SAM_EVENT % ("EventBridgeRule", "Pattern: {source: [shop]}, DeadLetterConfig: {Type: SQS}", ""),
    ),
    "event-rule-too-wide": (
        BUS + RULE % ("EventBusName: default, EventPattern: {account: [1]}", "Worker", "") + FUNCTION % "",
        BUS
        + RULE % ("EventBusName: !ImportValue bus, EventPattern: {account: [1]}", "Worker", "")
        + FUNCTION % "",
        BUS
        + RULE % ("EventBusName: aws.partner/x/y, EventPattern: {account: [1]}", "Worker", "")
        + FUNCTION % "",
        BUS
        + RULE % ("EventBusName: !Ref Shop, EventPattern: {account: [1]}", "Kept", "")
        + "\n  Kept: {Type: AWS::Logs::LogGroup}",
    ),
    "event-named-as-command": tuple(
        RULE % (f"EventPattern: {{source: [{source}], detail-type: [{name}]}}", "Worker", "") + FUNCTION % ""
        for source, name in (
            ("shop", "OrderPlaced.v2"),
            ("shop", "Process Completed"),
            ("shop", "Update"),
            ("shop", "CreateOrderFailed"),
            ("shop", "!ImportValue name"),
            ("aws.ssm", "Run Command"),
        )
    ),
    "async-failure-path": (
        RULE % (PATTERN, "Worker", CATCH) + FUNCTION % KEEPS + FAILED % "",
        RULE % (PATTERN, "Worker", "") + FUNCTION % "",
        BUCKET % NOTIFIED % "" + TOPIC + FUNCTION % "",
        QUEUE % "" + FUNCTION % "" + MAPPING % "!GetAtt Orders.Arn",
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
    "bucket-notification-failure-path": (
        (BUCKET % "" + SAM_EVENT % ("S3", "Bucket: !Ref Uploads", ""), "Worker is notified by Uploads"),
        (
            BUCKET % ""
            + FUNCTION % ""
            + "\n  Told: {Type: 'Custom::S3BucketNotifications', Properties: {BucketName: !Ref Uploads, "
            + "NotificationConfiguration: {LambdaFunctionConfigurations: [{Events: ['s3:ObjectCreated:*'], "
            + "LambdaFunctionArn: !GetAtt Worker.Arn}]}}}",
            "Worker is notified by Uploads",
        ),
    ),
    "topic-subscription-failure-path": ((TOPIC + FUNCTION % "", "invokes Worker directly"),),
    "event-target-dead-letter": (
        (SAM_EVENT % ("Schedule", "Schedule: rate(1 day)", ""), "sends to Worker without"),
    ),
    "event-rule-too-wide": (
        (
            RULE % ("EventBusName: shop, EventPattern: {source: [{prefix: ''}]}", "Worker", "")
            + FUNCTION % "",
            "matches every event on the bus shop",
        ),
    ),
    "event-named-as-command": (
        (RULE % ("EventPattern: {detail-type: [send-email]}", "Worker", "") + FUNCTION % "", "'send-email'"),
    ),
    "async-failure-path": (
        (
            RULE % (PATTERN, "Worker", CATCH)
            + SCHEDULE % ("rate(1 day)", CATCH)
            + FUNCTION % ""
            + FAILED % "",
            "by Job, Placed and keeps",
        ),
    ),
}


@pytest.mark.parametrize(("rule_id", "resources"), [(key, each) for key in SILENT for each in SILENT[key]])
def test_is_silent_about_what_is_right_or_not_known(tmp_path: Path, rule_id: str, resources: str) -> None:
    assert findings(tmp_path, rule_id, resources) == []


@pytest.mark.parametrize(
    ("rule_id", "resources", "message"), [(key, *each) for key in FOUND for each in FOUND[key]]
)
def test_finds(tmp_path: Path, rule_id: str, resources: str, message: str) -> None:
    (finding,) = findings(tmp_path, rule_id, resources)
    assert message in finding
