"""Policies of templates as IAM reads them, twice where a value is unknown: at worst, and at best.

At worst an unknown value lets nothing through: what allows does not reach the resource, what denies does. At
best it lets everything through. Where both decide alike, the unknown value does not matter.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wellmade.graph import Statement, Value, as_mapping
from wellmade.prove.deployed.condition_keys import is_certain, is_told, reason, untold_in
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.readings import Readings
from wellmade.prove.deployed.unknowns import as_pattern, has_unknown
from wellmade.prove.policy import Policy
from wellmade.prove.policy.document import VERSIONS
from wellmade.prove.policy.elements import Kind

Document = dict[str, Any]


_UNREAD = "wellmade:Unread"
"""Key of a condition that stands for what cannot be read."""


def read(statements: Iterable[Statement], naming: Naming, name: str, kind: Kind = "identity") -> Readings:
    """Compile the statements of a template.

    Args:
        statements: As the graph has them.
        naming: How their values read.
        name: What reasons call the policy.
        kind: `resource` if it is attached to a resource. Default: `identity`.

    Raises:
        PolicyError: If IAM would refuse one of them.
    """
    return _readings([_document(statement, naming, name) for statement in statements], naming, name, kind)


def read_document(
    document: Mapping[str, Any], naming: Naming, name: str, kind: Kind = "identity"
) -> Readings:
    """Compile a policy as it is written in JSON, such as one of AWS's own.

    Raises:
        PolicyError: If IAM would refuse it.
    """
    policy = Policy.parse(document, name, kind)
    statements = document["Statement"]
    found = [dict(each) for each in (statements if isinstance(statements, list) else [statements])]
    listed = [
        {key: _many(value) if key in _LISTED else value for key, value in each.items()} for each in found
    ]
    readings = _readings(listed, naming, name, kind, str(document.get("Version", VERSIONS[-1])))
    return readings if readings.unknown else Readings(policy, policy)


_LISTED = ("Action", "NotAction", "Resource", "NotResource")


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _readings(
    written_documents: Iterable[Document], naming: Naming, name: str, kind: Kind, version: str = "2012-10-17"
) -> Readings:
    documents = [_untold(each, naming) for each in written_documents]
    written = [tuple(_without_tokens(each, naming)) for each in documents]
    worst = Policy.parse(
        {**_policy((_at_worst(each) for each in documents), kind), "Version": version}, name, kind
    )
    found = tuple(dict.fromkeys(reason for each in written for reason in each))
    if not found:
        return Readings(worst, worst)
    best = {**_policy((_at_best(each) for each in documents), kind), "Version": version}
    by_statement = {
        each.where: reasons for each, reasons in zip(worst.statements, written, strict=True) if reasons
    }
    return Readings(worst, Policy.parse(best, name, kind), found, by_statement)


def _untold(document: Document, naming: Naming) -> Document:
    """Return a statement with a token for what depends on condition keys that are not known."""
    found = dict(document)
    for name in ("Resource", "NotResource"):
        if isinstance(found.get(name), list):
            found[name] = [_with_tokens(text, naming) for text in found[name]]
    if isinstance(conditions := found.get("Condition"), Mapping):
        found["Condition"] = {
            operator: {
                key: texts if is_certain(operator, key, texts) else _condition(key, texts, naming)
                for key, texts in keys.items()
            }
            if isinstance(keys, Mapping)
            else keys
            for operator, keys in conditions.items()
        }
    return found


def _condition(key: str, texts: Any, naming: Naming) -> Any:
    if key == _UNREAD:
        return texts
    if not is_told(key, naming.told):
        return [naming.unknowns.token(reason(key))]
    return (
        [_with_tokens(text, naming) for text in texts]
        if isinstance(texts, list)
        else _with_tokens(texts, naming)
    )


def _with_tokens(text: Any, naming: Naming) -> Any:
    """Return a text with a token where it puts in a condition key that is not known."""
    for key in untold_in(text, naming.told) if isinstance(text, str) else ():
        written = rf"\$\{{\s*{re.escape(key)}\s*(,[^{{}}]*)?\}}"
        text = re.sub(written, naming.unknowns.token(reason(key)), text)
    return text


def _policy(statements: Iterable[Document | None], kind: Kind) -> Document:
    # What says nothing stays in its place, since reasons count the statements.
    nothing: Document = {"Effect": "Deny", "Action": "none:None", "Resource": "*"}
    if kind == "resource":
        nothing["Principal"] = {"AWS": "nobody"}
    return {"Version": "2012-10-17", "Statement": [each or nothing for each in statements]}


def _document(statement: Statement, naming: Naming, policy: str) -> Document:
    elements: dict[str, list[str]] = {
        "Action": list(statement.actions),
        "NotAction": list(statement.not_actions),
        "Resource": naming.arns(statement.resources),
        "NotResource": naming.arns(statement.not_resources),
    }
    written: Document = {"Effect": statement.effect}
    written |= {name: value for name, value in elements.items() if value}
    if statement.sid:
        written["Sid"] = statement.sid
    if statement.conditions:
        written["Condition"] = {
            operator: {key: naming.all(_listed(value)) for key, value in as_mapping(keys).items()}
            for operator, keys in statement.conditions.items()
        }
    if statement.unread:
        # As under a condition that nobody can tell: it may say anything, and nothing.
        reason = f"what the {' and the '.join(statement.unread)} of a statement of {policy} says"
        written["Condition"] = {"StringEquals": {_UNREAD: [naming.unknowns.token(reason)]}}
        if "Action" in statement.unread:
            written["Action"] = ["*"]
    for name, given in (("Principal", statement.principals), ("NotPrincipal", statement.not_principals)):
        if given:
            written[name] = _principals(given, naming)
    return written if statement.version == VERSIONS[0] else _without_variables(written)


def _without_variables(value: Any) -> Any:
    """Return a statement in which `${` means itself, as in policies of the version of 2008."""
    if isinstance(value, str):
        return value.replace("${", "${$}{")
    if isinstance(value, dict):
        return {name: _without_variables(each) for name, each in value.items()}
    return [_without_variables(each) for each in value] if isinstance(value, list) else value


def _principals(given: Mapping[str, Value], naming: Naming) -> str | dict[str, list[str]]:
    if given.get("*") == "*":
        return "*"
    return {kind: naming.all(_listed(value)) for kind, value in given.items()}


def _listed(value: Value) -> list[Value]:
    values = value if isinstance(value, list) else [value]
    return [str(each).lower() if isinstance(each, bool) else each for each in values]


def _without_tokens(document: Document, naming: Naming) -> Iterator[str]:
    """Yield why values of a statement are unknown."""
    for texts in _texts(document):
        yield from naming.unknowns.reasons(texts)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _texts(each)


def _at_worst(document: Document) -> Document | None:
    """Return a statement that allows the least; None if it then says nothing."""
    return _narrow(document) if document["Effect"] == "Allow" else _widened(document)


def _at_best(document: Document) -> Document | None:
    """Return a statement that allows the most; None if it then says nothing."""
    return _widened(document) if document["Effect"] == "Allow" else _narrow(document)


def _narrow(document: Document) -> Document | None:
    """Let an unknown value reach only itself; a condition or a principal that is unknown reaches nobody."""
    around = {name: value for name, value in document.items() if name != "Resource"}
    return None if any(map(has_unknown, _texts(around))) else document


def _widened(document: Document) -> Document | None:
    """Let an unknown value reach everything."""
    wide = dict(document)
    if "Resource" in wide:
        wide["Resource"] = [as_pattern(text) for text in wide["Resource"]]
    if "NotResource" in wide:
        known = [text for text in wide.pop("NotResource") if not has_unknown(text)]
        wide |= {"NotResource": known} if known else {"Resource": ["*"]}
    if conditions := _known_conditions(wide.pop("Condition", {})):
        wide["Condition"] = conditions
    for name in ("Principal", "NotPrincipal"):
        if any(map(has_unknown, _texts(wide.get(name)))):
            wide.pop(name)
            wide["Principal"] = "*"
    return wide


def _known_conditions(conditions: Mapping[str, Mapping[str, list[str]]]) -> Document:
    known = {
        operator: {key: texts for key, texts in keys.items() if not any(map(has_unknown, texts))}
        for operator, keys in conditions.items()
    }
    return {operator: keys for operator, keys in known.items() if keys}
