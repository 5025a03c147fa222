"""Gap: a condition compares texts that it does not read: `AWS::Region`, a join, a map or a substitution.

It is then false, or true where it is negated, without a word: resources are missing, or there are too many.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from collections.abc import Mapping
from typing import Any

from ministack.services.cloudformation import changesets, engine, handlers, stacks

from .. import not_done  # noqa: TID252 - this package has another name where it runs

_LOGIC = frozenset(("Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"))
_NAMES_OF_STACK = ("AWS::StackId", "AWS::StackName")
_UNKNOWN = ""
"""What stands for a stack's name and id, which nobody tells where conditions are judged."""


def apply() -> None:
    """Read what is compared before it is."""
    evaluate = engine._evaluate_conditions

    def evaluate_what_is_meant(template: dict[str, Any], params: dict[str, Any]) -> Any:
        written = template.get("Conditions") or {}
        maps = template.get("Mappings") or {}
        conditions = {name: _read(node, params, maps) for name, node in written.items()}
        return evaluate({**template, "Conditions": conditions}, params)

    for module in (engine, changesets, handlers, stacks):
        module._evaluate_conditions = evaluate_what_is_meant


def _read(node: Any, params: Mapping[str, Any], maps: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        return [_read(each, params, maps) for each in node]
    if not isinstance(node, dict) or len(node) != 1:
        return node
    [(name, given)] = node.items()
    if name in _LOGIC:
        return {name: _read(given, params, maps)}
    if name == "Condition" or (name == "Ref" and given in params):
        return node
    for each in _NAMES_OF_STACK:
        if each in json.dumps(node):
            not_done.dropped(f"cloudformation: a condition compares {each}, which is empty here")
    return engine._resolve_refs(node, {}, params, {}, maps, _UNKNOWN, _UNKNOWN)
