"""Which stacks import an export that changes, as CloudFormation tells it."""

import re
from collections.abc import Mapping
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from wellmade.errors import WellmadeError
from wellmade.upgrade.change import Export, Upgrade
from wellmade.upgrade.deployed import client_of, is_not_there
from wellmade.upgrade.stacks import Written

_UNKNOWN = re.compile("<[^>]*>")


def with_importers(found: Upgrade, old: Mapping[str, Written]) -> Upgrade:
    """Return it with all stacks that import an export which changes, also those of other apps.

    Args:
        found: What an update does.
        old: What is deployed, by name.

    Raises:
        WellmadeError: If CloudFormation cannot be asked or says no.
    """
    try:
        exports = [replace(each, used_by=_used_by(each, old[each.stack])) for each in found.exports]
    except (BotoCoreError, ClientError) as error:
        raise WellmadeError(f"--deployed: CloudFormation cannot be asked: {error}") from error
    return replace(found, exports=tuple(exports))


def _used_by(export: Export, stack: Written) -> tuple[str, ...]:
    client = client_of("cloudformation", stack)
    name = export.name.replace("<AWS::Region>", client.meta.region_name)
    name = name.replace("<AWS::AccountId>", stack.account or "<AWS::AccountId>")
    if _UNKNOWN.search(name):  # only parameters, or the credentials, tell what it is called
        return export.used_by
    pages = client.get_paginator("list_imports").paginate(ExportName=name)
    try:
        asked = {importer for page in pages for importer in page.get("Imports", ())}
    except ClientError as error:
        if "is not imported by any stack" not in str(error) and not is_not_there(error):
            raise
        asked = set()
    return tuple(sorted(asked - {stack.deployed_name} | {*export.used_by}))
