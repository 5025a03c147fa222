"""What Step Functions takes and does."""

EXPRESS_LIMIT = 300
"""Most seconds of an Express execution.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

INLINE_CONCURRENCY = 40
"""Iterations of an inline map that run at once, whatever its `MaxConcurrency` says.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
"""

LONGEST_EXECUTION = 365 * 86_400
"""Seconds of a Standard execution, and of a wait for a task token.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

NAME_LENGTH = 80
"""Characters of a state machine's name, and of a state's."""
