"""What Step Functions takes and does."""

EXPRESS_LIMIT = 300
"""Most seconds of an Express execution.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

INLINE_CONCURRENCY = 40
"""Iterations of an inline map that run at once, whatever its `MaxConcurrency` says.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
"""
