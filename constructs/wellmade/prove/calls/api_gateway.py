"""The management of APIs, whose actions are the methods of HTTP, and whose resources are paths.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html
"""

import re
from collections.abc import Iterator, Mapping

from wellmade.facts.partitions import partition_of
from wellmade.prove.calls import regular
from wellmade.prove.calls.call import OTHERWISE, AccountContext, Call, Need, Rule
from wellmade.prove.calls.catalogue import find, model_of

_PLACE = re.compile(r"\{([^}]+)\}")
_MORE = frozenset({"ImportRestApi", "PutRestApi", "CreateDomainName", "UpdateDomainName"})
"""What they need besides stands in a body, or depends on a certificate."""
_TELLING = ("policy", "tags", "Tags", "patchOperations", "domainNameId")
"""Parameters by which a call needs more than its path: policies and tags have actions of their own."""
_PATCHED = frozenset({"UpdateApiKey", "UpdateUsage", "UpdateUsagePlan"})
"""Operations whose patches change neither."""
_OTHER_ARNS = ("domainnameaccessassociations", "routingrules")
"""What stands in paths whose ARN has an account."""


def needs(call: Call, account: AccountContext) -> Iterator[Need]:
    """Yield the method of the call on its path.

    Raises:
        UnmappedCallError: If the call may need more than that, or does not tell its path.
    """
    if find("apigateway", call.operation):
        yield from regular.needs(call, account)
        return
    telling = [name for name in _TELLING if call.parameters.get(name)]
    if call.operation in _PATCHED and "patchOperations" in telling:
        telling.remove("patchOperations")
    if call.operation in _MORE or telling:
        raise call.unmapped("policies, certificates and tags need more; tell what it needs in wellmade.toml")
    method, path = model_of(call.service).http_of(call.operation)
    if any(each in path for each in _OTHER_ARNS):
        raise call.unmapped("its ARN is no path of an API; tell what it needs in wellmade.toml")
    names = model_of(call.service).places_of(call.operation)
    filled = _PLACE.sub(lambda place: _value(call, names, place[1].rstrip("+")), path.removeprefix("/v2"))
    yield Need(f"apigateway:{method}", f"arn:{partition_of(call.region)}:apigateway:{call.region}::{filled}")


def _value(call: Call, names: Mapping[str, str], place: str) -> str:
    name = names.get(place, place)
    if not call.text(name):
        raise call.unmapped(f"no parameter tells its {name}; see wellmade.toml")
    return call.text(name)


RULES: Mapping[str, Rule] = {OTHERWISE: needs}
