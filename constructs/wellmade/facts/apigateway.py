"""What API Gateway takes and does."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

REST_TIMEOUT = 29
"""Most seconds that a REST or WebSocket API waits for its integration, which is its default.

A quota can be raised for regional and private REST APIs only.
Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
"""

HTTP_TIMEOUT = 30
"""Most seconds that an HTTP API waits, which is its default.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
"""

PAYLOAD_KILOBYTES = 10_000
"""Kilobytes that a request or an answer of an HTTP or REST API has at most.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
"""

ACCOUNT_RATE = 10_000
"""Requests a second that all APIs of an account in a region take together, unless raised."""

ACCOUNT_BURST = 5000
"""Requests at once above that rate.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
"""

QUOTA_PERIODS = ("DAY", "WEEK", "MONTH")
"""Over which a usage plan counts requests.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-apigateway-usageplan-quotasettings.html
"""

RAISED_TIMEOUT = 300
"""Most seconds that the quota of regional and private REST APIs is raised to.

The account's rate goes down for it.
"""

STREAMED_TIMEOUT = 900
"""Most seconds of an answer that a REST API streams.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
"""

AUTHORIZER_TIMEOUT = 10
"""Seconds that an API waits for the function of an authorizer."""

AUTHORIZER_CACHE = (0, 3600)
"""Least and most seconds that an API remembers an authorizer's answer."""

METHODS = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")

DEFAULT_ROUTE = "$default"
"""The route of whatever no other route takes."""

CORS_MAX_AGE = 86_400
"""Most seconds that a browser is asked to remember what it may send."""

REFUSED = "400"
"""Status by which a service tells an API that what was asked can never be done, or that it is throttled."""

ANY_OTHER_FAILURE = r"4(0[1-9]|[1-9]\d)|5\d{2}"
"""Every other status by which a service tells that it has not done what it was asked.

An answer without a pattern is given to whatever no other pattern takes, failures included.
Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html
"""

_FAILURES = ("400", "403", "404", "413", "429", "500", "503")


def hides_failures(responses: Sequence[Mapping[str, Any]]) -> str | None:
    """Return a status of a failed call that the default answer of an integration is given to; None if none.

    Args:
        responses: Of an integration that calls a service, as a template writes them.
    """
    patterns = [each.get("SelectionPattern") for each in responses]
    by_default = [each for each in responses if not each.get("SelectionPattern")]
    if not any(str(each.get("StatusCode", "")).startswith(("2", "3")) for each in by_default):
        return None
    if any(each is not None and not isinstance(each, str) for each in patterns):
        return None
    known = [re.compile(each) for each in patterns if each]
    return next((status for status in _FAILURES if not any(each.fullmatch(status) for each in known)), None)


HTTP_METERED_KILOBYTES = 512
"""A request of an HTTP API is counted once for each of these that it, or its answer, holds.

Source: https://aws.amazon.com/api-gateway/pricing/
"""

STAGE_LIMITS = ("ThrottlingRateLimit", "ThrottlingBurstLimit")
"""What a stage says of all its methods, or of one."""
PLAN_LIMITS = ("RateLimit", "BurstLimit")
"""What a usage plan says of each key, for all methods or for one."""


def throttle_of_stage(properties: Mapping[str, Any]) -> list[str]:
    """Return the limits that a stage of a REST API does not set for all its methods."""
    every = [
        each
        for each in properties.get("MethodSettings") or []
        if (each.get("HttpMethod"), each.get("ResourcePath")) == ("*", "/*")
    ]
    limits = every[0] if every else {}
    return [name for name in STAGE_LIMITS if limits.get(name) is None]


def throttle_of_plan(properties: Mapping[str, Any]) -> list[str]:
    """Return the limits that a usage plan does not set for all methods."""
    limits = properties.get("Throttle") or {}
    return [name for name in PLAN_LIMITS if limits.get(name) is None]
