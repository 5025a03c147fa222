"""Reading templates of APIs."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_


def template_of(stack: cdk.Stack) -> dict[str, Any]:
    """Synthesize the app, or the stage, of a stack and return the stack's template."""
    app = stack.node.root
    assert isinstance(app, cdk.App)
    assembly: Any = app.synth()
    stage = cdk.Stage.of(stack)
    if stage is not None and stage.node.path:
        assembly = assembly.get_nested_assembly(stage.artifact_id)
    template: dict[str, Any] = assembly.get_stack_artifact(stack.artifact_id).template
    return template


def plain_function(
    scope: cdk.Stack, construct_id: str, *, timeout: cdk.Duration | None = None, **options: Any
) -> lambda_.Function:
    """Define a function as anybody would, in Node.js."""
    return lambda_.Function(
        scope,
        construct_id,
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_inline("exports.handler = async () => ({ statusCode: 204 });"),
        timeout=timeout,
        **options,
    )
