"""Most operations: the action has the operation's name, and a parameter names the resource."""

import re
from collections.abc import Iterator
from typing import Any

from wellmade.facts.partitions import partition_of
from wellmade.prove.calls import table
from wellmade.prove.calls.call import AccountContext, Call, Need
from wellmade.prove.calls.catalogue import Action, find, prefix_of
from wellmade.prove.calls.passing import passed_roles
from wellmade.prove.policy.glob import matcher, wild

OF_ANY = ("Create", "Describe", "List", "Register", "Search")
"""Without a parameter that names one, these mean a resource that is yet to be named, or all of them."""

ANY_KIND = ("ResourceArn", "ResourceARN", "resourceArn", "resourceARN", "Arn", "arn")
"""Parameters that name what an action acts on, whatever kind that is."""

ANY_ID = (
    "ChildId",
    "ParentId",
    "ResourceId",
    "ResourceIds",
    "resourceId",
    "resourceIds",
    "TargetId",
    "targetId",
)
"""Parameters that name it without telling its kind, so that its ARN is not known."""

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


def needs(call: Call, account: AccountContext) -> Iterator[Need]:
    """Yield the action of the operation's name on the resources that parameters name, and roles passed on.

    Raises:
        UnmappedCallError: If there is no such action, or no parameter tells its resource.
    """
    prefix = prefix_of(call)
    action = find(prefix, call.operation)
    if not action:
        raise call.unmapped(
            f"IAM has no action {prefix}:{call.operation}; tell what it needs in wellmade.toml"
        )
    for resource in _resources(call, account, action):
        yield Need(action.name, resource)
    if action.passes_role:
        yield from passed_roles(call, account, prefix)


def _resources(call: Call, account: AccountContext, action: Action) -> list[str]:
    if not action.resources:
        return ["*"]
    filled = {kind: _fill(call, account, action, kind) for kind in action.resources}
    found = {kind: _named(call, action, kind) for kind in action.resources}
    found |= {
        kind: arns for kind, (arns, complete) in filled.items() if complete and not any(found.values())
    } | {kind: arns for kind, (arns, complete) in filled.items() if complete and kind in action.required}
    missing = [kind for kind in action.required if not found.get(kind)]
    arns = list(dict.fromkeys(arn for of_kind in found.values() for arn in of_kind))
    if arns and (not missing or any(call.parameters.get(name) for name in ANY_KIND)):
        return arns
    if arns:
        raise call.unmapped(
            f"no parameter tells the {' and the '.join(missing)} that {action.name} acts on too; pass "
            "its ARN, or see wellmade.toml"
        )
    if not action.required and not any(call.parameters.get(name) for name in ANY_ID):
        return ["*"]
    if action.required and call.operation.startswith(OF_ANY):
        return list(dict.fromkeys(arn for arns, _ in filled.values() for arn in arns))
    wanted = " or ".join(action.required or action.resources)
    raise call.unmapped(
        f"no parameter tells the {wanted} that {action.name} acts on; pass its ARN, or see wellmade.toml"
    )


def _named(call: Call, action: Action, kind: str) -> list[str]:
    """Return the ARNs among the parameters that are of a kind."""
    match = matcher(wild(_PLACEHOLDER.sub("*", action.resources[kind])))
    given = (text for value in call.parameters.values() for text in _listed(value))
    return [text for text in given if text.startswith("arn:") and match(text)]


def _fill(call: Call, account: AccountContext, action: Action, kind: str) -> tuple[list[str], bool]:
    """Put parameters into the template of an ARN; a list gives several, what is missing is an asterisk."""
    known = {"partition": partition_of(call.region), "region": call.region, "account": account.owner(call)}
    given = {_stem(name): _listed(value) for name, value in call.parameters.items()}
    given.setdefault(_stem(kind), given.get("name", []))
    template = action.resources[kind]
    prefix = action.name.partition(":")[0]
    told = [name for name in table.parameters_for(prefix, kind) if call.parameters.get(name)]
    arns, complete = [template], True
    for placeholder in _PLACEHOLDER.findall(template):
        values = (
            [known[placeholder.lower()]]
            if placeholder.lower() in known
            else given.get(_stem(placeholder), [])
            or [each for name in told for each in _texts_of(call, name)]
        )
        complete = complete and bool(values)
        arns = [_put(arn, f"${{{placeholder}}}", value) for arn in arns for value in values or ["*"]]
    return arns, complete


def _texts_of(call: Call, name: str) -> list[str]:
    return _listed(call.parameters[name])


def _put(arn: str, placeholder: str, value: str) -> str:
    """Put a value in; some APIs take it with what stands before it in the ARN, such as `alias/name`."""
    before = arn.partition(placeholder)[0].rpartition(":")[2]
    return arn.replace(placeholder, value.removeprefix(before))


def _stem(name: str) -> str:
    """Return what a name is about: `TableName`, `tableId` and `Tables` are about tables."""
    word = re.sub(r"[\W_]", "", name).lower()
    return re.sub(r"(names?|ids?)$", "", word).removesuffix("s") or word


def _listed(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []
