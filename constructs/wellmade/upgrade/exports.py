"""Exports that are gone, or have another value, while another stack imports them."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.upgrade.change import Export, Fate, Why
from wellmade.upgrade.stacks import Written
from wellmade.upgrade.values import referred, shown


def broken_exports(
    old: Mapping[str, Written], new: Mapping[str, Written], known: Mapping[str, Mapping[str, Why]]
) -> Iterator[Export]:
    """Yield the exports of stacks that stay, and which an update takes away or gives another value.

    CloudFormation refuses either as long as a deployed stack imports the export, also one which would no
    longer do so after the same deployment.

    Args:
        old: What is deployed, by name.
        new: What is to be deployed.
        known: What becomes of the resources of a stack: the export of one that is replaced has another value.
    """
    users = _users(old)
    for name, stack in old.items():
        if name not in new:
            continue
        before, after = _exports(stack), _exports(new[name])
        for export, value in before.items():
            used_by = tuple(sorted(users.get((stack.environment, export), set()) - {name}))
            anew = {each for each, (fate, _) in known.get(name, {}).items() if fate is Fate.REPLACED}
            replaced = sorted(referred(value) & anew)
            if export not in after:
                yield Export(export, name, "it is gone", used_by)
            elif after[export] != value:
                why = f"its value changes from {shown(value)} to {shown(after[export])}"
                yield Export(export, name, why, used_by)
            elif replaced:
                yield Export(export, name, f"its value is of {replaced[0]}, which is replaced", used_by)


def _exports(stack: Written) -> dict[str, Any]:
    outputs = [each for each in stack.section("Outputs").values() if isinstance(each, dict)]
    named = [
        (each["Export"].get("Name"), each.get("Value"))
        for each in outputs
        if isinstance(each.get("Export"), dict)
    ]
    return {_text(stack, name): stack.canonical(value) for name, value in named if name is not None}


def _users(stacks: Mapping[str, Written]) -> dict[tuple[str, str], set[str]]:
    """Return who imports what; an export is known in its own account and region alone."""
    found: dict[tuple[str, str], set[str]] = {}
    for name, stack in stacks.items():
        for export in _imports(stack, dict(stack.body)):
            found.setdefault((stack.environment, export), set()).add(name)
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
    return shown(stack.canonical(name)).replace("<AWS::StackName>", stack.deployed_name)
