"""How far it is shown that a class does what its page says: from its template up to runs under faults."""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml  # type: ignore[import-untyped]

from app import STACKS

HERE = Path(__file__).parent
_JUDGED_OTHERWISE = "landing-zone"
"""Its policies are held against the calls of all stacks, its own roles work for AWS alone."""
LEVELS = ("template", "roles", "driven", "faults")


def proof(name: str) -> str:
    """Return the level of proof of a class and what it rests on, as Markdown."""
    told = dict(_told(name))
    level = max(LEVELS.index(each) for each in told) + 1
    steps = "\n".join(f"{LEVELS.index(each) + 1}. {text}" for each, text in told.items())
    return f"Level {level} of {len(LEVELS)}.\n\n{steps}"


def _told(name: str) -> Iterator[tuple[str, str]]:
    used = [stack for stack in STACKS if name in _names(stack)]
    proved = [stack for stack in used if stack != _JUDGED_OTHERWISE]
    driven = [stack for stack in used if stack in known()["driven"]]
    yield "template", "Its example is executed, and synthesizes in every partition, in a stage and nested."
    if proved:
        yield "roles", f"The roles of {_linked(proved)} are held against the calls of their code by `prove`."
    if driven:
        yield (
            "driven",
            f"{_linked(driven)}: deployed to the embedded AWS by a test, with IAM enforced, and used.",
        )
    if name in known()["faults"]:
        run = known()["faults"][name]
        yield (
            "faults",
            f"Killed and throttled while it works: [measured](../reliability.md) by `python -m {run}`.",
        )


def _linked(stacks: list[str]) -> str:
    return ", ".join(f"[{each}](../stacks/{each}.md)" for each in stacks)


@cache
def known() -> dict[str, dict[str, str]]:
    """Return what proof.yaml says."""
    told: dict[str, dict[str, str]] = yaml.safe_load((HERE / "proof.yaml").read_text())
    return told


@cache
def _names(stack: str) -> frozenset[str]:
    """Return the names that a reference stack takes from the library, with those of its own modules."""
    waiting: list[ModuleType] = [_module_of(STACKS[stack])]
    seen: set[str] = set()
    found: set[str] = set()
    while waiting:
        module = waiting.pop()
        seen.add(module.__name__)
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wellmade."):
                found |= {each.name for each in node.names}
        members = (inspect.getmodule(value) for value in vars(module).values())
        waiting += [each for each in members if each and _is_new(each.__name__, seen)]
    return frozenset(found)


def _is_new(name: str, seen: set[str]) -> bool:
    return name.startswith("stacks.") and name not in seen


def _module_of(stack: Any) -> ModuleType:
    module = inspect.getmodule(stack)
    if module is None:
        raise ValueError(f"{stack} must be defined in a module")
    return module
