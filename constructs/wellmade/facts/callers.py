"""How long those wait that call a function, beside API Gateway."""

COGNITO_TIMEOUT = 5
"""Seconds that a user pool waits for the function of a trigger.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html
"""

APPSYNC_TIMEOUT = 30
"""Seconds that a request to a GraphQL API takes at most.

Source: https://docs.aws.amazon.com/general/latest/gr/appsync.html
"""

BROKER_RUNS = {"ACTIVEMQ": 5, "RABBITMQ": 1}
"""Runs at once of a source that reads a broker, whatever the function has reserved.

Source: https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
"""
