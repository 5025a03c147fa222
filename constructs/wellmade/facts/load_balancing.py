"""What an application load balancer takes and does."""

DEFAULT_IDLE_TIMEOUT = 60
"""Seconds after which it closes a connection that nothing passes, where the template says nothing.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
"""

IDLE_TIMEOUT = "idle_timeout.timeout_seconds"
"""Attribute of a load balancer that sets it."""

DEFAULT_DRAINING = 300
"""Seconds that a target which is to stop keeps the requests that it has."""

DEFAULT_HEALTH_CHECK = (30, 5)
"""Interval and timeout in seconds."""

MARGIN = 5
"""Seconds by which one wait is longer than the one that it must outlast."""


def idle_timeout_for(longest_request: float) -> float:
    """Return how long the load balancer waits for an answer: longer than a request takes, or it gives up."""
    return longest_request + MARGIN


def keep_alive_for(idle_timeout: float) -> float:
    """Return how long a program keeps idle connections open.

    Longer than the load balancer does: it must never send a request into a connection that the program is
    closing, which it would answer with 502.
    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
    """
    return idle_timeout + MARGIN


UNIT_CONNECTIONS = 25
"""New connections a second that one capacity unit (LCU) takes."""

UNIT_RULES = 1000
"""Evaluations of rules a second, beyond the ten rules of a listener that cost nothing."""

UNIT_GIGABYTES = {"function": 0.4, "server": 1.0}
"""Gigabytes an hour, requests and answers together, by what answers: a function, or servers and containers.

The dimension that is used most is paid. Source: https://aws.amazon.com/elasticloadbalancing/pricing/
"""

FUNCTION_KILOBYTES = 1000
"""Kilobytes of a request's body, and of an answer, where a function answers.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
"""

MULTI_VALUE_HEADERS = "lambda.multi_value_headers.enabled"
"""Attribute of a target group with which a function gets, and answers, all values of a header.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#multi-value-headers
"""

CONDITION_VALUES = 5
"""Paths and hosts, together, that a rule of a listener compares a request with.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
"""

LONGEST_STICKINESS = 604_800
"""Seconds for which a client may stay with one target group of several: seven days.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
"""
