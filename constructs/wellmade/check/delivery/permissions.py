"""Permissions of functions (`AWS::Lambda::Permission`) as a resource policy."""

import re
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

from wellmade.check.delivery.deployed import Deployed
from wellmade.graph import Graph, Kind, Resource, as_list, is_known, options
from wellmade.prove.deployed.unknowns import as_pattern, has_unknown

_PERMISSION = "AWS::Lambda::Permission"
_UNCLEAR: "WeakKeyDictionary[Graph, bool]" = WeakKeyDictionary()
_OF_REGION = re.compile(r"^(logs)\.[a-z]{2}-[a-z]+-\d\.")
"""A service that bears the region's name in older permissions."""
_BY_SAM = {"Effect": "Allow", "Principal": "*", "Action": "lambda:*", "Resource": "*"}


def permissions_of(
    graph: Graph, deployed: Deployed, function: Resource, *, of_source: bool
) -> dict[str, Any] | None:
    """Return the policy of a function; None where a permission names a function that is unknown."""
    guards = [edge.via for edge in graph.edges(Kind.GUARDS, target=function) if edge.via.type == _PERMISSION]
    if _are_unclear(graph):
        return None
    statements = [*_statements(deployed, guards), *_sam(graph, function)]
    if not of_source:
        statements = [{**each, "Condition": {}} for each in statements]
    return {"Version": "2012-10-17", "Statement": statements}


def _are_unclear(graph: Graph) -> bool:
    """Tell whether a permission may be for any function; asked once for all of them."""
    if graph not in _UNCLEAR:
        named = [each.get("FunctionName") for each in graph.of_type(_PERMISSION)]
        _UNCLEAR[graph] = any(graph.function(name) is None and not is_known(name) for name in named)
    return _UNCLEAR[graph]


def _sam(graph: Graph, function: Resource) -> Iterator[dict[str, Any]]:
    """SAM lets in what its own events and connectors name; which that is, is not asked here."""
    if function.type == "AWS::Serverless::Function" and (
        function.get("Events") is not None or graph.of_type("AWS::Serverless::Connector")
    ):
        yield _BY_SAM


def _statements(deployed: Deployed, permissions: list[Resource]) -> Iterator[dict[str, Any]]:
    for permission in permissions:
        for principal in options(permission.get("Principal")):
            for action in as_list(permission.get("Action")):
                yield _statement(deployed, permission, principal, action)


def _statement(deployed: Deployed, permission: Resource, principal: Any, action: Any) -> dict[str, Any]:
    text = _OF_REGION.sub(r"\1.", "".join(deployed.texts(principal)[:1]))
    is_service = text.endswith((".amazonaws.com", ".amazonaws.com.cn"))
    whom: Any = {"Service" if is_service else "AWS": text}
    return {
        "Effect": "Allow",
        "Principal": "*" if has_unknown(text) or text == "*" else whom,
        "Action": action if isinstance(action, str) else "lambda:*",
        "Resource": [*map(as_pattern, _function_arns(deployed, permission))] or "*",
        **_conditions(deployed, permission),
    }


def _function_arns(deployed: Deployed, permission: Resource) -> Iterator[str]:
    """A permission on the name of an alias is for calls of that alias alone."""
    value = permission.get("FunctionName")
    target = deployed.graph.target(value)
    for arn in deployed.arns_of(value) if not target else [deployed.arn(target)]:
        suffix = arn.split(":")[7:] or [_qualifier(value, deployed)]
        base = ":".join(arn.split(":")[:7])
        yield f"{base}:{suffix[0]}" if suffix[0] else base


def _qualifier(value: Any, deployed: Deployed) -> str:
    text = "".join(deployed.texts(value)[:1])
    if text.startswith("arn:"):
        return "".join(text.split(":")[7:8])
    return text.partition(":")[2]


def _conditions(deployed: Deployed, permission: Resource) -> dict[str, Any]:
    conditions: dict[str, Any] = {}
    for name, operator, key in (
        ("SourceArn", "ArnLike", "aws:SourceArn"),
        ("SourceAccount", "StringEquals", "aws:SourceAccount"),
    ):
        texts = deployed.all(as_list(permission.get(name)))
        if texts and not any(map(has_unknown, texts)):
            conditions[operator] = {key: texts}
    return {"Condition": conditions} if conditions else {}
