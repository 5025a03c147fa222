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

BUS = "\n  Shop: {Type: AWS::Events::EventBus, Properties: {Name: shop}}"
RULE = """
  Placed:
    Type: AWS::Events::Rule
    Properties: {%s, Targets: [{Id: one, Arn: !GetAtt %s.Arn%s}]}"""
PATTERN = "EventPattern: {source: [shop.orders]}"
CATCH = ", DeadLetterConfig: {Arn: !GetAtt Failed.Arn}"
KEEPS = ", DeadLetterConfig: {TargetArn: !GetAtt Failed.Arn}"
BUCKET = """
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: uploads-111122223333
      NotificationConfiguration: {%s}"""
NOTIFIED = "LambdaConfigurations: [{Event: 's3:ObjectCreated:*', Function: !GetAtt Worker.Arn%s}]"
FILTER = ", Filter: {S3Key: {Rules: [{Name: %s, Value: %s}]}}"
ROLE = """
  Role:
    Type: AWS::IAM::Role
    Properties: {Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: %s, Resource: %s}]}}]}"""
WITH_ROLE = ", Role: !GetAtt Role.Arn%s"
KEYS = "arn:aws:s3:::uploads-111122223333/%s"
TOPIC = """
  Told:
    Type: AWS::SNS::Topic
    Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt Worker.Arn}]}"""
TABLE = (
    "\n  Table: {Type: AWS::DynamoDB::Table, Properties: {StreamSpecification: {StreamViewType: NEW_IMAGE}}}"
)
STREAM = """
  Clicks:
    Type: AWS::Kinesis::Stream
    Properties: {%s}"""
FIREHOSE = """
  Archive:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties: {ExtendedS3DestinationConfiguration: {BucketARN: 'arn:aws:s3:::archive'%s}}"""
SCHEDULE = """
  Job:
    Type: AWS::Scheduler::Schedule
    Properties: {ScheduleExpression: %s, Target: {Arn: !GetAtt Worker.Arn%s}}"""
FLOW = """
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties: {StateMachineType: %s, Definition: {StartAt: A%s, States: {%s}}}"""
TASK = "{Type: Task, Resource: !GetAtt Worker.Arn, %s}"
SAM_EVENT = """
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Events: {In: {Type: %s, Properties: {%s}}}%s"""


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
    "event-loop": (
        BUCKET % NOTIFIED % ""
        + FUNCTION % WITH_ROLE % ""
        + ROLE % ("'s3:PutObject'", "'arn:aws:s3:::results/*'"),
        BUCKET % NOTIFIED % "" + FUNCTION % WITH_ROLE % "" + ROLE % ("'s3:GetObject'", KEYS % "*"),
        BUCKET % NOTIFIED % (FILTER % ("prefix", "in/"))
        + FUNCTION % WITH_ROLE % ""
        + ROLE % ("'s3:Put*'", KEYS % "out/*"),
        BUCKET % NOTIFIED % (FILTER % ("suffix", ".jpg"))
        + FUNCTION % WITH_ROLE % ""
        + ROLE % ("'s3:PutObject'", KEYS % "*"),
        BUCKET % NOTIFIED % (FILTER % ("prefix", "!ImportValue x"))
        + FUNCTION % WITH_ROLE % ""
        + ROLE % ("'s3:PutObject'", KEYS % "*"),
        BUCKET % NOTIFIED.replace("Created", "Removed") % ""
        + FUNCTION % WITH_ROLE % ""
        + ROLE % ("'s3:PutObject'", KEYS % "*"),
        QUEUE % ""
        + FUNCTION % WITH_ROLE % ""
        + MAPPING % "!GetAtt Orders.Arn"
        + ROLE % ("'sqs:*'", "!GetAtt Orders.Arn"),
        QUEUE % ""
        + FUNCTION % WITH_ROLE % ""
        + MAPPING % "!GetAtt Orders.Arn, FilterCriteria: {Filters: [{Pattern: '{}'}]}"
        + ROLE % ("'sqs:SendMessage'", "!GetAtt Orders.Arn"),
        STREAM % ""
        + FUNCTION % WITH_ROLE % ""
        + MAPPING % "!GetAtt Clicks.Arn"
        + ROLE % ("'kinesis:PutRecord'", "!GetAtt Clicks.Arn"),
        BUS
        + RULE % (f"EventBusName: !Ref Shop, {PATTERN}", "Worker", "")
        + FUNCTION % WITH_ROLE % ""
        + ROLE % ("'events:PutEvents'", "!GetAtt Shop.Arn"),
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
    "stream-failure-destination": (
        FUNCTION % ""
        + MAPPING % f"{KINESIS}, DestinationConfig: {{OnFailure: {{Destination: !ImportValue x}}}}",
        FUNCTION % "" + MAPPING % SQS,
    ),
    "stream-endless-retries": (
        FUNCTION % "" + MAPPING % f"{KINESIS}, MaximumRetryAttempts: !ImportValue tries",
        FUNCTION % "" + MAPPING % f"{KINESIS}, MaximumRecordAgeInSeconds: 3600",
    ),
    "stream-retention": (
        STREAM % "" + FUNCTION % "" + MAPPING % "!GetAtt Clicks.Arn, MaximumRecordAgeInSeconds: 86400",
        STREAM % "RetentionPeriodHours: !ImportValue hours"
        + FUNCTION % ""
        + MAPPING % "!GetAtt Clicks.Arn, MaximumRecordAgeInSeconds: 604800",
        FUNCTION % "" + MAPPING % f"{KINESIS}, MaximumRecordAgeInSeconds: 604800",
    ),
    "archive-compression": (
        FIREHOSE % ", CompressionFormat: !ImportValue format",
        FIREHOSE % ", DataFormatConversionConfiguration: {Enabled: true}",
        FIREHOSE % "" + "\n  Logs: {Type: AWS::Logs::LogGroup}"
        "\n  Filter: {Type: AWS::Logs::SubscriptionFilter, Properties: "
        "{LogGroupName: !Ref Logs, DestinationArn: !GetAtt Archive.Arn}}",
    ),
    "workflow-express-duration": (
        FLOW % ("EXPRESS", "", "A: {Type: Wait, Seconds: 300, End: true}"),
        FLOW % ("!ImportValue kind", "", "A: {Type: Wait, Seconds: 900, End: true}"),
    ),
    "workflow-short-line": (
        FLOW % ("STANDARD", "", f"A: {TASK % 'Next: B'}, B: {TASK % 'Catch: [{Next: A}], End: true'}")
        + FUNCTION % "",
        FLOW
        % (
            "STANDARD",
            "",
            f"A: {TASK % 'Next: B'}, B: {{Type: Wait, Seconds: 9, Next: C}}, C: {TASK % 'End: true'}",
        )
        + FUNCTION % "",
        "\n  Flow: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionString: !ImportValue x}}",
    ),
    "workflow-inline-map": (
        FLOW % ("STANDARD", "", "A: {Type: Map, MaxConcurrency: 10, End: true}"),
        FLOW % ("EXPRESS", "", "A: {Type: Map, MaxConcurrency: 100, End: true}"),
    ),
    "task-token-timeout": tuple(
        FLOW
        % (
            "STANDARD",
            top,
            f"A: {{Type: Task, Resource: 'arn:aws:states:::sqs:sendMessage{wait}', End: true{own}}}",
        )
        for top, wait, own in (
            (", TimeoutSeconds: 60", ".waitForTaskToken", ""),
            ("", ".waitForTaskToken", ", TimeoutSecondsPath: $.wait"),
            ("", "", ""),
        )
    ),
    "schedule-dead-letter": (
        SCHEDULE % ("rate(1 day)", ", DeadLetterConfig: !ImportValue x") + FUNCTION % "",
        SCHEDULE % ("rate(1 day), State: DISABLED", "") + FUNCTION % "",
    ),
    "schedule-overlap": (
        SCHEDULE % ("rate(1 minute)", "") + FUNCTION % "",
        SCHEDULE % ("'cron(0 3 * * ? *)'", "") + FUNCTION.replace("30", "900") % "",
        SCHEDULE % ("!ImportValue often", "") + FUNCTION.replace("30", "900") % "",
        SCHEDULE % ("rate(1 minute)", "")
        + FUNCTION.replace("30", "900") % ", ReservedConcurrentExecutions: !ImportValue x",
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
    "event-loop": (
        (
            BUCKET % NOTIFIED % ""
            + FUNCTION % WITH_ROLE % ""
            + ROLE % ("'s3:PutObject'", "!Sub '${Uploads.Arn}/*'"),
            "Uploads -> Worker -> Uploads",
        ),
        (
            BUCKET % "EventBridgeConfiguration: {}"
            + RULE
            % ("EventPattern: {source: [aws.s3], detail: {bucket: {name: [!Ref Uploads]}}}", "Worker", "")
            + FUNCTION % WITH_ROLE % ""
            + ROLE % ("'s3:PutObject'", KEYS % "*"),
            "Uploads -> Placed -> Worker -> Uploads",
        ),
        (
            QUEUE % ""
            + FUNCTION % WITH_ROLE % ""
            + MAPPING % "!GetAtt Orders.Arn"
            + ROLE % ("'sqs:SendMessage'", "!GetAtt Orders.Arn"),
            "Orders -> Worker -> Orders",
        ),
        (TOPIC + FUNCTION % WITH_ROLE % "" + ROLE % ("'sns:Publish'", "!Ref Told"), "Told -> Worker -> Told"),
        (
            TABLE
            + FUNCTION % WITH_ROLE % ", Environment: {Variables: {TABLE: !Ref Table}}"
            + MAPPING % "!GetAtt Table.StreamArn"
            + ROLE % ("'dynamodb:PutItem'", "!GetAtt Table.Arn"),
            "Table -> Worker -> Table",
        ),
        (
            BUS
            + RULE % ("EventBusName: !Ref Shop, EventPattern: {account: [1]}", "Worker", "")
            + FUNCTION % WITH_ROLE % ""
            + ROLE % ("'events:PutEvents'", "!GetAtt Shop.Arn"),
            "Shop -> Placed -> Worker -> Shop",
        ),
        (
            TOPIC.replace("Worker", "Orders").replace("lambda", "sqs")
            + QUEUE % ""
            + FUNCTION % WITH_ROLE % ""
            + MAPPING % "!GetAtt Orders.Arn"
            + ROLE % ("'sns:Publish'", "!Ref Told"),
            "Told -> Orders -> Worker -> Told",
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
    "stream-failure-destination": (
        (TABLE + FUNCTION % "" + MAPPING % "!GetAtt Table.StreamArn", "DynamoDB stream"),
    ),
    "stream-endless-retries": ((FUNCTION % "" + MAPPING % KINESIS, "until its records expire"),),
    "stream-retention": (
        (
            TABLE + FUNCTION % "" + MAPPING % "!GetAtt Table.StreamArn, MaximumRecordAgeInSeconds: 86401",
            "86400 s (24 h) only",
        ),
    ),
    "archive-compression": ((FIREHOSE % ", CompressionFormat: UNCOMPRESSED", "uncompressed"),),
    "workflow-express-duration": (
        (
            FLOW % ("EXPRESS", "", f"A: {TASK % 'End: true'}") + FUNCTION.replace("30", "900") % "",
            "waits for Worker, which may run for 900 s",
        ),
        (FLOW % ("EXPRESS", ", TimeoutSeconds: 600", "A: {Type: Succeed}"), "allows itself 600 s"),
    ),
    "workflow-inline-map": (
        (
            FLOW
            % (
                "STANDARD",
                "",
                "A: {Type: Task, Resource: 'arn:aws:states:::aws-sdk:s3:listObjectsV2', Next: B}, "
                "B: {Type: Map, End: true}",
            ),
            "A lists them",
        ),
    ),
    "schedule-overlap": (
        (SCHEDULE % ("'cron(0/5 * * * ? *)'", "") + FUNCTION.replace("30", "301") % "", "every 300 s"),
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
