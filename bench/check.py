"""`wellmade check`, the whole process, on 10, 500 and 5,000 resources, beside cfn-lint and checkov on 500.

CloudFormation takes 500 resources a stack; the largest stands for an estate of ten. A template repeats a
queue with its dead-letter queue, function, role, table, mapping and alarm, so that edges grow along with it.
"""

import cProfile
import json
import os
import resource as usage
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from wellmade.check.registry import all_rules
from wellmade.check.run import check
from wellmade.graph import load

SIZES = (10, 500, 5_000)
MOST_SECONDS = 0.6
"""Of the processor, which other processes on the machine do not change."""
MOST_GROWTH = 1.3
BESIDE_OTHERS = 500
ROUNDS = 7
OURS = "wellmade check"
PER_SERVICE = 10
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As people start it: Python keeps what it has compiled."""


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


def least_in_rounds(commands: dict[int, list[str]]) -> dict[int, tuple[float, float]]:
    """Return the least seconds of each command over rounds in which all run one after the other.

    Whatever else the machine does then slows all sizes alike, and each has its quietest moment.
    """
    rounds = [{size: seconds(command) for size, command in commands.items()} for _ in range(ROUNDS)]
    by_size = {size: [each[size] for each in rounds] for size in commands}
    return {
        size: (min(clock for clock, _ in runs), min(cpu for _, cpu in runs)) for size, runs in by_size.items()
    }


def seconds(command: list[str]) -> tuple[float, float]:
    """Return the time that one whole process took, by the clock and of the processor."""
    before, start = resource_usage(), time.perf_counter()
    ran = subprocess.run(command, capture_output=True, check=False, env=ENVIRONMENT)
    if ran.returncode > 1 and command[1] == "-m":
        raise SystemExit(ran.stderr.decode())
    return time.perf_counter() - start, resource_usage() - before


def resource_usage() -> float:
    """Return the seconds of the processor that ended processes of this one took."""
    used = usage.getrusage(usage.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tools(file: Path) -> dict[str, list[str]]:
    """Return the commands that look at one template, those of others where they are installed."""
    beside = Path(sys.executable).parent
    checkov = Path(os.environ.get("CHECKOV", beside.parent / "checkov" / "bin" / "checkov"))
    commands = {
        OURS: [sys.executable, "-m", "wellmade.cli", "check", str(file), "--format", "json"],
        "cfn-lint": [str(beside / "cfn-lint"), "--format", "json", str(file)],
        "checkov": [
            *(str(checkov), "--framework", "cloudformation", "--skip-download", "--output", "json"),
            *("--file", str(file)),
        ],
    }
    return {name: command for name, command in commands.items() if Path(command[0]).exists()}


def main() -> int:
    """Print seconds, and return 1 where a stack takes too long or work grows faster than templates."""
    with tempfile.TemporaryDirectory() as folder:
        files = {size: Path(folder) / f"{size}.json" for size in SIZES}
        for size, file in files.items():
            file.write_text(template(size))
        ours = least_in_rounds({size: tools(file)[OURS] for size, file in files.items()})
        for size, file in files.items():
            told(size, file, OURS, *ours[size])
            others = tools(file).items() if size == BESIDE_OTHERS else ()
            for name, command in others:
                if name != OURS:
                    told(size, file, name, *seconds(command))
        counts = {size: calls(file) for size, file in files.items()}
    few, some, many = (counts[size] for size in SIZES)
    growth, times = (many - few) / (some - few), SIZES[2] // SIZES[1]
    print(f"{times} x the resources take {growth:.1f} x the calls of functions: {some:,} and {many:,}")
    return int(ours[BESIDE_OTHERS][1] > MOST_SECONDS or growth > MOST_GROWTH * times)


def calls(file: Path) -> int:
    """Return how many functions are called to check a template: what no other process changes."""
    all_rules()
    profile = cProfile.Profile()
    profile.runcall(lambda: check(load([file])))
    return int(sum(each.callcount for each in profile.getstats()))


def told(size: int, file: Path, name: str, clock: float, processor: float) -> None:
    """Print one row."""
    kilobytes = file.stat().st_size / 1024
    print(
        f"{size:>6,} resources  {kilobytes:>7,.0f} kB  {name:<14} "
        f"{processor:6.2f} s of the processor, {clock:6.2f} s by the clock",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
