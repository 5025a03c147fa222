"""Rules about loops, streams, workflows and schedules: where false alarms would be easy."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import (
    BUCKET,
    BUS,
    FILTER,
    FIREHOSE,
    FLOW,
    FUNCTION,
    KEYS,
    KINESIS,
    MAPPING,
    NOTIFIED,
    PATTERN,
    QUEUE,
    ROLE,
    RULE,
    SCHEDULE,
    SQS,
    STREAM,
    TABLE,
    TASK,
    TOPIC,
    WITH_ROLE,
    findings,
)

LISTED = "A: {Type: Task, Resource: 'arn:aws:states:::aws-sdk:%s', %s, Next: B}, B: {Type: Map, End: true}"
QUERIED = (
    "Q: {Type: Task, Resource: 'arn:aws:states:::athena:startQueryExecution.sync', "
    "Parameters: {QueryString: select * from t %s}, Next: A}, "
    "A: {Type: Task, Resource: 'arn:aws:states:::athena:getQueryResults', Next: B}, B: {Type: Map, End: true}"
)
SILENT = {
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
        FLOW % ("EXPRESS", "", f"A: {TASK % 'Next: B'}, B: {TASK % 'End: true'}") + FUNCTION % "",
    ),
    "workflow-inline-map": (
        FLOW % ("STANDARD", "", "A: {Type: Map, MaxConcurrency: 10, End: true}"),
        FLOW % ("EXPRESS", "", "A: {Type: Map, MaxConcurrency: 100, End: true}"),
        FLOW % ("STANDARD", "", LISTED % ("s3:listObjectsV2", "Parameters: {MaxKeys: 40}")),
        FLOW % ("STANDARD", "", LISTED % ("dynamodb:query", "Arguments: {Limit: 2}")),
        FLOW % ("STANDARD", "", QUERIED % "LIMIT 10"),
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
        (FLOW % ("STANDARD", "", LISTED % ("s3:listObjectsV2", "Parameters: {MaxKeys: 41}")), "A lists them"),
        (FLOW % ("STANDARD", "", QUERIED % "limit 1000"), "A lists them"),
    ),
    "schedule-overlap": (
        (SCHEDULE % ("'cron(0/5 * * * ? *)'", "") + FUNCTION.replace("30", "301") % "", "every 300 s"),
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
