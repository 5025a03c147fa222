"""What API Gateway takes and does."""

REST_TIMEOUT = 29
"""Most seconds that a REST or WebSocket API waits for its integration, which is its default.

A quota can be raised for regional REST APIs only.
Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
"""

HTTP_TIMEOUT = 30
"""Most seconds that an HTTP API waits, which is its default.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
"""

ACCOUNT_RATE = 10_000
"""Requests a second that all APIs of an account in a region take together, unless raised."""

ACCOUNT_BURST = 5000
"""Requests at once above that rate.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
"""

RAISED_TIMEOUT = 300
"""Most seconds that the quota of regional REST APIs is raised to; the account's rate goes down for it."""

AUTHORIZER_TIMEOUT = 10
"""Seconds that an API waits for the function of an authorizer."""

AUTHORIZER_CACHE = (0, 3600)
"""Least and most seconds that an API remembers an authorizer's answer."""

METHODS = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")

DEFAULT_ROUTE = "$default"
"""The route of whatever no other route takes."""

CORS_MAX_AGE = 86_400
"""Most seconds that a browser is asked to remember what it may send."""
