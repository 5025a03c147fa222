"""Quotas of IAM.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

MANAGED_POLICY_CHARACTERS = 6144
"""Of a managed policy, white space not counted; the quota cannot be raised."""
