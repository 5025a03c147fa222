"""What a call may need besides: rights on tags, on a key, and on what a service does as the caller.

No data of AWS tells these by the operation. They count as used where a role has them; where it has not, the
call is not judged.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html,
https://docs.aws.amazon.com/kms/latest/developerguide/service-integration.html and the lines of
`prove/data/operations.txt` that begin with `beside`
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from wellmade.prove.calls import table, tags
from wellmade.prove.calls.call import AccountContext, Call, Need, called_unknown
from wellmade.prove.calls.catalogue import find, prefix_of
from wellmade.prove.calls.parameters import named_texts

_DOUBT = "whether the service asks for it with the rights of who calls is told by no reference of AWS's"
_TAGS = ("TagResource", "AddTagsToResource", "AddTags", "TagQueue", "CreateTags")
_NAMES_KEY = re.compile(r"(?:kms.*key|encryptionkey|^keyid$).*", re.IGNORECASE)
_KEYS = ("CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey")
_OWN = ("alias/aws/", "aws/")
"""How AWS's own keys are called, which need no right."""
_TELL = ("dynamodb", "ec2", "kms", "s3", "sqs", "sns")
"""Services whose rules tell what their calls need of a key, or whose key is an attribute."""


def needs(call: Call, account: AccountContext, asked: Sequence[Need]) -> Iterator[Need]:
    """Yield what a call may need beside what it surely does.

    Args:
        call: What is called.
        account: Where.
        asked: What it surely needs.
    """
    known = {each.action for each in asked}
    every = (
        *_of_tags(call, asked),
        *_of_keys(call, account),
        *table.besides(call, account),
    )
    for need in every:
        if need.action not in known:
            yield need


def only_if(call: Call, action: str) -> str:
    """Say why a right that may be needed is no denial where it lacks; empty of those that surely are."""
    named = {each.action for each in (*_of_tags(call, ()), *_of_keys(call, None))}
    return _DOUBT if action in named or action in table.actions_beside(call) else ""


def _of_tags(call: Call, asked: Sequence[Need]) -> Iterator[Need]:
    """Yield the right to set tags, which many services ask for where something is made with tags."""
    if "Tag" in call.operation or call.service == "ec2" or not tags.context(call):
        return
    prefix, kind = prefix_of(call), call.operation.removeprefix("Create")
    names = (f"Tag{kind}", *_TAGS)
    if found := next(filter(None, (find(prefix, name) for name in names)), None):
        resources = dict.fromkeys(each.resource for each in asked if each.action.startswith(f"{prefix}:"))
        for resource in resources or ("*",):
            yield Need(found.name, resource)


def _of_keys(call: Call, account: AccountContext | None) -> Iterator[Need]:
    """Yield what a service may ask of a key that a call names."""
    if call.service in _TELL and not (call.service == "dynamodb" and "Table" in call.operation):
        return
    for key in dict.fromkeys(_named_keys(call.parameters)):
        for action in _KEYS:
            yield Need(f"kms:{action}", _arn(call, account, key) if account else key)


def _arn(call: Call, account: AccountContext, key: str) -> str:
    if key.startswith("arn:") and ":alias/" not in key:
        return key
    alias = key[key.index("alias/") :] if "alias/" in key else ""
    if alias:
        return account.aliases.get(alias, called_unknown(f"the key behind {alias}"))
    return account.arn(call, "kms", f"key/{key}")


def _named_keys(parameters: Any) -> Iterator[str]:
    for name, value in named_texts(parameters):
        if _NAMES_KEY.fullmatch(name) and not value.startswith(_OWN) and ":alias/aws/" not in value:
            yield value
