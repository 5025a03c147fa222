"""What becomes of a resource that leaves its stack.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
"""

KEPT = frozenset(("Retain", "RetainExceptOnCreate"))
"""Policies that leave it as it is; the second deletes it where its own first creation is rolled back."""
