"""What Lambda takes and does."""

LONGEST_TIMEOUT = 900
"""Seconds. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

DEFAULT_TIMEOUT = 3
"""Seconds that a function has where its template says nothing."""

MEMORY = (128, 10240)
"""Least and most memory in MiB."""

MANAGED_TIMEOUT = 5400
"""Seconds on Managed Instances where nobody waits; sources that are Amazon MQ or DocumentDB are left out.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
"""

MANAGED_LEAST_MEMORY = 2048
"""Least MiB of memory on Managed Instances.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-capacityproviderconfig.html
"""

MANAGED_MEMORY = 32_768
"""Most MiB of memory on Managed Instances.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
"""

PROCESSOR_MEMORY = 1769
"""MiB of memory at which a function has one whole processor; below, it has its share of one.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

EPHEMERAL_STORAGE = (512, 10240)
"""Least and most space in `/tmp` in MiB."""

ACCOUNT_CONCURRENCY = 1000
"""Executions at once that an account has unless raised; a new one may have 10.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
"""

UNRESERVED = 100
"""Executions that Lambda keeps unreserved in an account."""

UNZIPPED_LIMIT_MB = 250
"""Code and layers together. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

MOST_LAYERS = 5

RESERVED_VARIABLES = frozenset(
    (
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    )
)
"""Variables that Lambda sets and refuses to have set.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

SNAP_START_STORAGE = 512
"""Most MiB of `/tmp` with SnapStart. https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"""

EVENT_AGE = 6 * 3600
"""Most seconds that an asynchronous event waits for its function, by default.

Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

EVENT_ATTEMPTS = 3
"""How often an asynchronous event is tried, by default: once and two retries."""

REQUESTS_PER_ENVIRONMENT = 10
"""Requests a second that each unit of concurrency takes, of the account and of a reservation.

Synchronous requests, and so those of event sources; asynchronous ones are bound by concurrency alone.
Sources: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html and
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

SCALES_BY = 1000
SCALES_EVERY = 10
"""Executions at once that each function gains in so many seconds.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""
