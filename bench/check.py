"""`wellmade check`, the whole process, on templates of 10, 500 and 5,000 resources.

CloudFormation takes 500 resources a stack; the largest stands for an estate of ten. A template repeats a
queue with its dead-letter queue, function, role, table, mapping and alarm, so that edges grow along with it.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SIZES = (10, 500, 5_000)
MOST_SECONDS = 1.5
ROUNDS = 3
PER_SERVICE = 10


def service(name: str) -> dict[str, Any]:
    """Return the ten resources of one queue-driven service."""
    policy = {
        "PolicyName": "table",
        "PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": arn(f"{name}Table")},
                {
                    "Effect": "Allow",
                    "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
                    "Resource": arn(name),
                },
            ],
        },
    }
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ],
    }
    redrive = {"deadLetterTargetArn": arn(f"{name}Failed"), "maxReceiveCount": 3}
    return {
        name: resource("AWS::SQS::Queue", VisibilityTimeout=180, RedrivePolicy=redrive),
        f"{name}Failed": resource("AWS::SQS::Queue", MessageRetentionPeriod=1_209_600),
        f"{name}Table": resource(
            "AWS::DynamoDB::Table",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ),
        f"{name}Role": resource("AWS::IAM::Role", AssumeRolePolicyDocument=trust, Policies=[policy]),
        f"{name}Logs": resource("AWS::Logs::LogGroup", RetentionInDays=30),
        f"{name}Worker": resource(
            "AWS::Lambda::Function",
            Runtime="python3.13",
            Handler="index.handler",
            Code={"ZipFile": "def handler(event, context): ..."},
            Timeout=30,
            Role=arn(f"{name}Role"),
            LoggingConfig={"LogGroup": {"Ref": f"{name}Logs"}},
            Environment={"Variables": {"TABLE": {"Ref": f"{name}Table"}}},
        ),
        f"{name}Messages": resource(
            "AWS::Lambda::EventSourceMapping",
            FunctionName={"Ref": f"{name}Worker"},
            EventSourceArn=arn(name),
            FunctionResponseTypes=["ReportBatchItemFailures"],
        ),
        f"{name}Topic": resource("AWS::SNS::Topic", KmsMasterKeyId="alias/aws/sns"),
        f"{name}Subscription": resource(
            "AWS::SNS::Subscription", TopicArn={"Ref": f"{name}Topic"}, Protocol="sqs", Endpoint=arn(name)
        ),
        f"{name}Alarm": resource(
            "AWS::CloudWatch::Alarm",
            Namespace="AWS/SQS",
            MetricName="ApproximateNumberOfMessagesVisible",
            Dimensions=[{"Name": "QueueName", "Value": {"Fn::GetAtt": [f"{name}Failed", "QueueName"]}}],
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            AlarmActions=[{"Ref": f"{name}Topic"}],
        ),
    }


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    """Return one resource."""
    return {"Type": kind, "Properties": properties}


def arn(name: str) -> dict[str, Any]:
    """Return a reference to an ARN."""
    return {"Fn::GetAtt": [name, "Arn"]}


def template(resources: int) -> str:
    """Return a template of so many resources."""
    parts = [service(f"Service{number}") for number in range(resources // PER_SERVICE)]
    return json.dumps({"Resources": {name: each for part in parts for name, each in part.items()}}, indent=1)


def seconds(file: Path) -> float:
    """Return the fastest of a few runs of the whole process."""
    command = [sys.executable, "-m", "wellmade.cli", "check", str(file), "--format", "json"]
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ran = subprocess.run(command, capture_output=True, check=False)
        taken.append(time.perf_counter() - start)
        if ran.returncode > 1:
            raise SystemExit(ran.stderr.decode())
    return min(taken)


def main() -> int:
    """Print seconds, and return 1 where a stack takes too long."""
    taken = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            file = Path(folder) / f"{size}.json"
            file.write_text(template(size))
            taken[size] = seconds(file)
            print(f"{size:>6,} resources  {file.stat().st_size / 1024:>7,.0f} kB  {taken[size]:.2f} s")
    start, small, large = SIZES
    growth = (taken[large] - taken[start]) / (taken[small] - taken[start])
    print(f"{large // small} x the resources take {growth:.1f} x the time, less the start of the process")
    return int(taken[small] > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
