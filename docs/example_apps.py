"""Each class's example, as a whole app that runs."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import aws_cdk as cdk

from docs.catalogue import classes, names, package_of, section

MODULES = {
    "acm": "aws_certificatemanager",
    "cognito": "aws_cognito",
    "dynamodb": "aws_dynamodb",
    "ec2": "aws_ec2",
    "ecs": "aws_ecs",
    "elbv2": "aws_elasticloadbalancingv2",
    "events": "aws_events",
    "iam": "aws_iam",
    "kinesis": "aws_kinesis",
    "kms": "aws_kms",
    "lambda_": "aws_lambda",
    "route53": "aws_route53",
    "s3": "aws_s3",
    "scheduler": "aws_scheduler",
    "secretsmanager": "aws_secretsmanager",
    "sfn": "aws_stepfunctions",
    "sns": "aws_sns",
    "sqs": "aws_sqs",
    "ssm": "aws_ssm",
}
"""How examples call the modules of the CDK."""
_CORE = ("Duration", "RemovalPolicy", "Size", "SecretValue", "TimeZone")


def app_of(name: str) -> str:
    """Return the example of a class as an `app.py`; empty where it has none."""
    example = section(classes()[name], "Example")
    if not example:
        return ""
    words = set(re.findall(r"\w+", example))
    core = [each for each in _CORE if each in words]
    lines = ["import aws_cdk as cdk"]
    lines += [f"from aws_cdk import {', '.join(core)}"] if core else []
    used = [(short, module) for short, module in MODULES.items() if re.search(rf"\b{short}\.", example)]
    lines += [
        f"from aws_cdk import {module} as {short}" for short, module in sorted(used, key=lambda e: e[1])
    ]
    lines += ["from pathlib import Path"] if "Path" in words else []
    by_package: dict[str, list[str]] = {}
    for each in sorted(words & set(names())):
        by_package.setdefault(package_of(each), []).append(each)
    ours = [f"from {package} import {', '.join(found)}" for package, found in sorted(by_package.items())]
    body = "\n".join(f"        {line}" if line else "" for line in example.splitlines())
    return "\n".join(
        [
            *lines,
            "",
            *ours,
            "",
            "",
            "class ExampleStack(cdk.Stack):",
            "    def __init__(self, scope, construct_id, **options):",
            "        super().__init__(scope, construct_id, **options)",
            body,
            "",
            "",
            "app = cdk.App()",
            'ExampleStack(app, "Example")',
            "app.synth()",
            "",
        ]
    )


@cache
def template_of(name: str) -> dict[str, Any]:
    """Return the template of a class's example."""
    return templates_of(name)["Example"]


def templates_of(
    name: str, place: str = 'ExampleStack(app, "Example")', *, base: str = "cdk.Stack"
) -> dict[str, dict[str, Any]]:
    """Return the templates of a class's example by the stack's name, those of nested stacks by their file's.

    Args:
        name: The class.
        place: How the stack is put into the app. Default: directly.
        base: What the example's stack is. Default: a stack of its own.
    """
    source = app_of(name).replace("cdk.App()", "cdk.App(**options)", 1)
    source = source.replace("(cdk.Stack):", f"({base}):").replace('ExampleStack(app, "Example")', place)
    options = {"builtin_cloud_formation_validation": False, "analytics_reporting": False}
    scope: dict[str, Any] = {"options": options}
    exec(compile(source, f"{name}'s example", "exec"), scope)  # noqa: S102 - our own docstring
    app: cdk.App = scope["app"]
    assembly = app.synth()
    nested = Path(assembly.directory).rglob("*.nested.template.json")
    return {each.stack_name: each.template for each in assembly.stacks_recursively} | {
        file.name: json.loads(file.read_text()) for file in nested
    }
