"""What Secrets Manager takes."""

ROTATION_DAYS = (1, 1000)
"""Least and most days between rotations.

Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html
"""
VALUE_LENGTH = (16, 4096)
"""Least characters that are worth rotating, and most that Secrets Manager generates.

Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
"""

GENERATED_LENGTH = 32
"""Characters of a value that Secrets Manager generates where nobody says how many.

Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
"""
