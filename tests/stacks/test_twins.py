"""What a stack of ours needs so that its edges work is missed when it is taken away."""

import json
import re
from pathlib import Path

import pytest

from tests.stacks.twins import Twin, twins
from wellmade.check.registry import all_rules
from wellmade.check.rule import Finding
from wellmade.check.run import check
from wellmade.graph import load

pytestmark = pytest.mark.scan

ENOUGH = 0.98
RULES = [
    *("api-permission", "database-port", "endpoint-port", "endpoint-set", "failure-permission"),
    *(
        "failure-policy",
        "invoke-permission",
        "isolated-call",
        "key-permission",
        "kms-breaks-delivery",
        "log-group-key",
    ),
    *("log-permission", "log-policy", "network-permission", "object-permission", "origin-key"),
    *("origin-policy", "pass-role", "poll-permission", "queue-policy", "role-trust", "target-permission"),
    *("target-port", "task-permission"),
    *("topic-policy", "workflow-permission"),
]
BY_CODE = re.compile(r"lambda\.amazonaws|ecs-tasks\.amazonaws|pods\.eks\.amazonaws")
BY_SERVICE = re.compile(
    r" (?:logs|xray|ecr|kms):|(?:sqs:(?:Receive|Delete|GetQueueAttr)|kinesis:Get|dynamodb:Get(?:Rec|Shard))"
)
"""What Lambda and ECS themselves call with the role of a function or of a task."""
BY_PROGRAM = re.compile(r"(?<![\w-])ec2\.amazonaws|ecs-tasks\.amazonaws.* sqs:")
"""What programs call: on an instance with its role, which nothing else does, and of a queue in a task."""
NO_EDGE = {
    r"SecurityGroupEgress|EntryGroupto|ProxyGroupto": "a group without rules of its own lets everything out",
    r"kinesis:(?:ListShards|DescribeStream)|dynamodb:(?:ListStreams|DescribeStream)": "its twin is enough",
    r"s3:(?:GetBucketLocation|List|Abort|GetObject)": "Firehose asks for it and delivers without",
    r"ec2:\w+SecurityGroup": "called by the code of a custom resource",
    r"logs:DescribeLogStreams|ecr:BatchCheckLayer": "asked for by the guide, not by the service",
    r"ShiftRole": "a release that CodeDeploy may not shift fails by itself; it is no edge of the graph",
    r"Limit\w{8} ": "a boundary grants nothing; `wellmade prove` tells what it denies",
    r"CostGuardActionRole": "AWS Budgets acts with it once the money is spent; it is no edge of the graph",
    r"Kit(?:Role|RecorderRole)": "Systems Manager and AWS Config act with it once something is found; it is no edge",
    r"PlatformClusterRole": "EKS encrypts secrets of the cluster with it; it is no edge of the graph",
    r"ecs:(?:DescribeTasks|StopTask)": "a workflow hears of a task's end by its rule, and starts it without these",
    r"ArchiveKey\w+ kms:DescribeKey": "asked for by the guide of CloudTrail, which encrypts without",
    r"VPCEndpoint$": "a gateway beside a NAT saves money; calls arrive without it",
}
"""What a template holds and no edge surely needs, with the reason."""


def test_what_is_taken_away_is_missed(assembly: Path, tmp_path: Path) -> None:
    missed, tried = [], 0
    for file in sorted(assembly.glob("*.template.json")):
        template = json.loads(file.read_text())
        for twin in filter(_is_needed, twins(template)):
            tried += 1
            if not _found(file, assembly, tmp_path, twin):
                missed.append(f"{file.name}: {twin.lacks}")
    assert tried > 100
    assert len(missed) <= (1 - ENOUGH) * tried, "\n".join(missed)


def _is_needed(twin: Twin) -> bool:
    if BY_CODE.search(twin.who) and not BY_SERVICE.search(twin.lacks):
        return False
    if BY_PROGRAM.search(f"{twin.who}{twin.lacks}"):
        return False
    return not any(re.search(pattern, twin.lacks) for pattern in NO_EDGE)


def _found(file: Path, assembly: Path, tmp_path: Path, twin: Twin) -> list[Finding]:
    """Check the twin, together with the other stacks where they share something."""
    changed = tmp_path / file.name
    text = json.dumps(twin.template)
    changed.write_text(text)
    shares = "Fn::ImportValue" in text or '"Export"' in text
    others = [each for each in assembly.glob("*.template.json") if shares and each != file]
    return check(load([changed, *others]), [all_rules()[name] for name in RULES])
