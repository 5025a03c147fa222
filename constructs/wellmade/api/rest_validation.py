"""Bodies are checked before the function is called."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

DRAFT = "http://json-schema.org/draft-04/schema#"
"""What API Gateway knows.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
"""


class RequestValidation:
    """Puts schemas before methods; the validator is defined with the first one."""

    def __init__(self, scope: Construct, api: apigateway.RestApi) -> None:
        self._scope, self._api = scope, api
        self._validator: apigateway.CfnRequestValidator | None = None

    def put_before(self, method: apigateway.CfnMethod, key: str, schema: Mapping[str, Any]) -> None:
        """Let a method take only bodies that match a schema, whatever content type they say they have."""
        wanted = {"$schema": DRAFT, **schema}
        model = apigateway.CfnModel(
            self._scope,
            f"Body {key}",
            rest_api_id=self._api.rest_api_id,
            content_type="application/json",
            schema=wanted,
        )
        # Bodies of another content type would pass unseen.
        method.request_models = {"$default": model.ref}
        method.request_validator_id = self._validate().ref
        deployment = self._api.latest_deployment
        if deployment:
            deployment.add_to_logical_id({"body": {key: wanted}})

    def _validate(self) -> apigateway.CfnRequestValidator:
        if self._validator is None:
            self._validator = apigateway.CfnRequestValidator(
                self._scope, "BodyValidator", rest_api_id=self._api.rest_api_id, validate_request_body=True
            )
        return self._validator
