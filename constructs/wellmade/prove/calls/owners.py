"""Whose account a call acts in, where it names one by its number.

Sources: the reference of each of these operations, such as
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html (`registryId`), and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
"""

import re
from collections.abc import Mapping
from typing import Any

_PARAMETERS = {
    "backup": ("BackupVaultAccountId",),
    "codeartifact": ("domainOwner",),
    "ecr": ("registryId",),
    "glue": ("CatalogId", "CatalogID"),
    "lakeformation": ("CatalogId",),
    "quicksight": ("AwsAccountId",),
    "s3control": ("AccountId",),
    "servicediscovery": ("OwnerAccount",),
}
"""By client the parameters that name the account whose resource is meant."""
_NUMBER = re.compile(r"\d{12}")


def named_owner(service: str, parameters: Mapping[str, Any]) -> str:
    """Return the number of the account that a call names; empty if it names none."""
    given = (str(parameters.get(name) or "") for name in _PARAMETERS.get(service, ()))
    return next((text for text in given if _NUMBER.fullmatch(text)), "")
