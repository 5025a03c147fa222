"""An HTTP and a REST API with the same routes: signed, decided by a function, open, and checked by a schema."""

from pathlib import Path

import aws_cdk as cdk
from constructs import Construct

from wellmade.api import LambdaApi, LambdaAuthorizer, NoAuthorizer, Route
from wellmade.foundation import PythonFunction

HERE = Path(__file__).parent
ORDER = {"type": "object", "required": ["order_id"], "properties": {"order_id": {"type": "string"}}}


class ApisStack(cdk.Stack):
    """Both kinds, with one function that echoes and one that decides."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        patience = cdk.Duration.seconds(10)
        echo = PythonFunction(self, "Echo", code=HERE / "api_echo", timeout=patience)
        gate = PythonFunction(self, "Gate", code=HERE / "api_gate", timeout=patience, reserved_concurrency=1)
        asked = Route(authorizer=LambdaAuthorizer(gate))
        routes = {
            "POST /orders": Route(),
            "GET /orders/{id}": asked,
            "GET /carts/{id}": asked,
            "$default": Route(authorizer=NoAuthorizer("The start page is for everybody.")),
        }
        http = LambdaApi(self, "Http", function=echo, routes=routes)
        checked = {**routes, "POST /orders": Route(request_schema=ORDER)}
        rest = LambdaApi(self, "Rest", kind="rest", function=echo, routes=checked)
        cdk.CfnOutput(self, "HttpId", value=http.api_id)
        cdk.CfnOutput(self, "RestId", value=rest.api_id)
