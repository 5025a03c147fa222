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
