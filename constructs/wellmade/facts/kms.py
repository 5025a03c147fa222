"""What KMS and the services that use its keys take and do."""

SERVICES_WITHOUT_SOURCE_CONDITION = ("events.amazonaws.com",)
"""Services whose calls of a topic's key carry no source: a condition on it denies them.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""
