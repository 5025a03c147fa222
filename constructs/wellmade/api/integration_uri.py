"""How API Gateway names a function that it invokes."""

from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct

from wellmade.kit.lookups import stack_of


def invocation_uri(scope: IConstruct, function: lambda_.IFunction) -> str:
    """Return the address under which an API of this partition and region invokes a function."""
    stack = stack_of(scope)
    path = f"lambda:path/2015-03-31/functions/{function.function_arn}/invocations"
    return f"arn:{stack.partition}:apigateway:{stack.region}:{path}"
