"""Twice the resources make twice the work: counted in calls, not in seconds."""

import json
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from wellmade.graph import load


def template(copies: int, suffix: str) -> str:
    """Write queues with workers, grants and alarms; YAML takes JSON too."""
    resources: dict[str, Any] = {
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "alarms"}},
        "Vpc": {"Type": "AWS::EC2::VPC"},
        "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}}},
    }
    for index in range(copies):
        arn = {"Fn::GetAtt": [f"Queue{index}", "Arn"]}
        statement = {"Effect": "Allow", "Action": ["sqs:SendMessage", "s3:PutObject"], "Resource": [arn, "*"]}
        documents = [{"PolicyName": "p", "PolicyDocument": {"Statement": [statement]}}]
        dimensions = [{"Name": "QueueName", "Value": f"queue-{index}"}]
        resources |= {
            f"Queue{index}": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"queue-{index}"}},
            f"Bucket{index}": {
                "Type": "AWS::S3::Bucket",
                "Properties": {"NotificationConfiguration": {"QueueConfigurations": [{"Queue": arn}]}},
            },
            f"Role{index}": {"Type": "AWS::IAM::Role", "Properties": {"Policies": documents}},
            f"Worker{index}": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Role": {"Fn::GetAtt": [f"Role{index}", "Arn"]},
                    "VpcConfig": {"SubnetIds": [{"Ref": "Subnet"}]},
                    "Environment": {"Variables": {"QUEUE": {"Fn::Sub": f"${{Queue{index}}}"}}},
                },
            },
            f"Source{index}": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {"FunctionName": {"Ref": f"Worker{index}"}, "EventSourceArn": arn},
            },
            f"Alarm{index}": {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {"Dimensions": dimensions, "AlarmActions": ["arn:aws:sns:r:1:alarms"]},
            },
        }
    text = json.dumps({"Resources": resources}, indent=1)
    return text if suffix == "json" else f"# YAML\n{text}"


def work(file: Path) -> int:
    """Count the calls of functions of the graph, loops within them included."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:  # noqa: ARG001 -- the profiler's signature
        nonlocal calls
        if event == "call":
            calls += "wellmade/graph" in frame.f_code.co_filename

    sys.setprofile(count)
    try:
        graph = load([file])
        graph.edges()
        for resource in graph.resources.values():
            graph.placement(resource)
            graph.policies_on(resource)
            graph.edges(source=resource)
    finally:
        sys.setprofile(None)
    return calls


def test_work_grows_with_the_resources_and_no_faster(tmp_path: Path) -> None:
    for suffix in ("json", "yaml"):
        counted = []
        for copies in (20, 40, 80):
            file = tmp_path / f"t{copies}.{suffix}"
            file.write_text(template(copies, suffix))
            counted.append(work(file))
        once, twice, four_times = counted
        assert once > 1000
        assert four_times - twice <= 2.05 * (twice - once)
