"""Exports that are gone, or have another value, while another stack imports them."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.upgrade.change import Export
from wellmade.upgrade.stacks import Written
from wellmade.upgrade.values import shown


def broken_exports(old: Mapping[str, Written], new: Mapping[str, Written]) -> Iterator[Export]:
    """Yield the exports of stacks that stay, and which an update takes away or gives another value.

    CloudFormation refuses either as long as a deployed stack imports the export, also one which would no
    longer do so after the same deployment.
    """
    users = _users(old)
    for name, stack in old.items():
        if name not in new:
            continue
        before, after = _exports(stack), _exports(new[name])
        for export, value in before.items():
            used_by = tuple(sorted(users.get(export, set()) - {name}))
            if export not in after:
                yield Export(export, name, "it is gone", used_by)
            elif after[export] != value:
                why = f"its value changes from {shown(value)} to {shown(after[export])}"
                yield Export(export, name, why, used_by)


def _exports(stack: Written) -> dict[str, Any]:
    outputs = [each for each in stack.section("Outputs").values() if isinstance(each, dict)]
    named = [
        (each["Export"].get("Name"), each.get("Value"))
        for each in outputs
        if isinstance(each.get("Export"), dict)
    ]
    return {_text(stack, name): stack.canonical(value) for name, value in named if name is not None}


def _users(stacks: Mapping[str, Written]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, stack in stacks.items():
        for export in _imports(stack, dict(stack.body)):
            found.setdefault(export, set()).add(name)
    return found


def _imports(stack: Written, value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "Fn::ImportValue" in value:
            yield _text(stack, value["Fn::ImportValue"])
        for each in value.values():
            yield from _imports(stack, each)
    elif isinstance(value, list):
        for each in value:
            yield from _imports(stack, each)


def _text(stack: Written, name: Any) -> str:
    return shown(stack.canonical(name)).replace("<AWS::StackName>", stack.name)
