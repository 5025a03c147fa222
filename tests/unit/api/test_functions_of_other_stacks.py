"""A function that works on the table of its API lies in the stack of both."""

import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest

from wellmade.api import AsyncApi, TenantApi, Tier, UploadPortal
from wellmade.foundation import PythonFunction, RefusedError

PATTERNS: dict[str, Callable[..., object]] = {
    "AsyncApi": lambda stack, function: AsyncApi(stack, "Jobs", function=function),
    "TenantApi": lambda stack, function: TenantApi(
        stack, "Jobs", function=function, tiers={"free": Tier(1, 2)}, tenants={"acme": "free"}
    ),
    "UploadPortal": lambda stack, function: UploadPortal(stack, "Jobs", function=function),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_one_of_another_stack_is_refused(name: str) -> None:
    app = cdk.App()
    function = PythonFunction(cdk.Stack(app, "Code"), "Worker", code="report_worker")
    said = (
        "function must be of the pattern's own stack, Api, got one of Code; define both in one stack, or "
        "CloudFormation finds that each stack needs the other one first"
    )
    with pytest.raises(RefusedError, match=re.escape(said)):
        PATTERNS[name](cdk.Stack(app, "Api"), function)


@pytest.mark.parametrize("name", PATTERNS)
def test_one_of_a_nested_stack_is_taken(name: str) -> None:
    app = cdk.App(builtin_cloud_formation_validation=False)
    stack = cdk.Stack(app, "Api")
    scope: Any = cdk.NestedStack(stack, "Code")
    PATTERNS[name](
        stack, PythonFunction(scope, "Worker", code="report_worker", timeout=cdk.Duration.seconds(20))
    )
    app.synth()
