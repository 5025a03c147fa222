"""What a REST API answers by itself: JSON that says what was wrong."""

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from wellmade.api.cors import Cors

_REQUEST = '"requestId": "$context.requestId"'
_MESSAGE = f'{{"message": $context.error.messageString, {_REQUEST}}}'
_INVALID = f'{{"message": "$context.error.validationErrorString", {_REQUEST}}}'

_ANSWERS = {
    "ClientError": ("DEFAULT_4XX", _MESSAGE),
    "ServerError": ("DEFAULT_5XX", _MESSAGE),
    # What is wrong with the body, where the default says "Invalid request body" and no more.
    "InvalidBody": ("BAD_REQUEST_BODY", _INVALID),
}
"""Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html"""


def define_error_answers(scope: Construct, api: apigateway.RestApi, cors: Cors | None) -> None:
    """Answer errors in JSON, with the request's id for whoever reads the log.

    Pages of one allowed origin, or of all, can read them; of several origins API Gateway names none.
    """
    origins = list(cors.allow_origins) if cors else []
    headers = {"access-control-allow-origin": f"'{origins[0]}'"} if len(origins) == 1 else None
    for construct_id, (kind, template) in _ANSWERS.items():
        apigateway.GatewayResponse(
            scope,
            f"Answer{construct_id}",
            rest_api=api,
            type=apigateway.ResponseType.of(kind),
            response_headers=headers,
            templates={"application/json": template},
        )
