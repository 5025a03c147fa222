"""Texts of which the lines are made, their imports, and the instances that containers run on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml  # type: ignore[import-untyped]

_MODULES = {
    "apigateway": "aws_apigatewayv2",
    "authorizers": "aws_apigatewayv2_authorizers",
    "autoscaling": "aws_autoscaling",
    "aws_eks": "aws_eks",
    "dynamodb": "aws_dynamodb",
    "ec2": "aws_ec2",
    "ecr": "aws_ecr",
    "ecs": "aws_ecs",
    "eks": "aws_eks_v2",
    "elbv2": "aws_elasticloadbalancingv2",
    "events": "aws_events",
    "events_targets": "aws_events_targets",
    "iam": "aws_iam",
    "integrations": "aws_apigatewayv2_integrations",
    "lambda_": "aws_lambda",
    "logs": "aws_logs",
    "rds": "aws_rds",
    "s3": "aws_s3",
    "s3_notifications": "aws_s3_notifications",
    "scheduler": "aws_scheduler",
    "scheduler_targets": "aws_scheduler_targets",
}
_WITH_GPU = (
    ("g6.xlarge", "GPU", 16),
    ("g6.2xlarge", "GPU", 32),
    ("g6.4xlarge", "GPU", 64),
    ("g6.8xlarge", "GPU", 128),
    ("g6.16xlarge", "GPU", 256),
    ("g6.48xlarge", "GPU", 768),
)
_INSTANCES = (
    ("c7g.large", "ARM", 4),
    ("r7g.large", "ARM", 16),
    ("r7g.2xlarge", "ARM", 64),
    ("r7g.8xlarge", "ARM", 256),
    ("x2iedn.16xlarge", "STANDARD", 2048),
    ("x2iedn.32xlarge", "STANDARD", 4096),
    ("u7i-8tb.112xlarge", "STANDARD", 8192),
    ("u7in-24tb.224xlarge", "STANDARD", 24576),
)
"""With GB of memory. https://aws.amazon.com/ec2/instance-types/"""
_LEFT = 0.85
"""Of its memory that the system and the agent of an instance leave to containers."""


@dataclass(frozen=True)
class Size:
    """An instance, and what a container on it may take."""

    instance: str
    hardware: str
    memory: int


def size_of(memory: float, *, gpu: bool) -> Size:
    """Return the smallest instance that has these MB for one container; the largest where none has."""
    ways = _WITH_GPU if gpu else _INSTANCES
    enough = [way for way in ways if memory <= way[2] * 1024 * _LEFT] or [ways[-1]]
    instance, hardware, gigabytes = enough[0]
    return Size(instance, hardware, int(min(memory, gigabytes * 1024 * _LEFT)))


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Return the texts of `lines.yaml`."""
    found: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("lines.yaml").read_text())
    return found


def imports(body: str) -> str:
    """Return the imports of some lines."""
    words = set(re.findall(r"\w+", body))
    found = [_import(alias) for alias in _MODULES if re.search(rf"(?<![\w.]){alias}\.", body)]
    for package, names in texts()["imports"].items():
        used = [name for name in names.split() if name in words]
        if used:
            found.append(f"from {package} import {', '.join(used)}")
    return "\n".join(sorted(found))


def _import(alias: str) -> str:
    module = _MODULES[alias]
    return f"from aws_cdk import {module}" + (f" as {alias}" if alias != module else "")
