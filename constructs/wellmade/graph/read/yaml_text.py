"""Read a YAML template, short-form intrinsics included, and say on which line each resource stands.

libyaml composes the nodes and this module builds from them: 60 ms for 500 resources where cfn-lint's decoder
takes 160 ms and 500 ms to import. Scalars follow the same schema as cfn-lint's: PyYAML's safe one, with dates
kept as text.
"""

import re
from typing import Any

import yaml  # type: ignore[import-untyped]

from wellmade import collector
from wellmade.graph.read.doubled import of_pairs
from wellmade.graph.read.limits import MAX_COMPOSED, MAX_DEPTH, MAX_NODES

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BARE = {"Ref", "Condition"}
_TAG = "tag:yaml.org,2002:"
_MERGE = f"{_TAG}merge"
_FAR_INDENT = re.compile(rf"^[ \-?:]{{{MAX_COMPOSED}}}", re.MULTILINE)
_BRACKET = re.compile(r"[\[\]{}]")


class YamlTextError(ValueError):
    """Why a text is no YAML that is read, and on which line."""

    def __init__(self, line: int, problem: str) -> None:
        """Lines count from 1."""
        super().__init__(problem)
        self.line = line


def parse(source: str) -> tuple[Any, dict[str, int]]:
    """Return the template and the line of each key of its `Resources`.

    Raises:
        YamlTextError: If the text is no YAML, is nested too deeply, holds itself or expands beyond measure.
    """
    _refuse_depth(source)
    with collector.paused():  # 5,000 resources take 0.6 s, and 3 s otherwise
        root = _compose(source)
        template = _Builder().build(root) if root else None
    lines: dict[str, int] = {}
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            if key.value == "Resources" and isinstance(value, yaml.MappingNode):
                lines |= {str(name.value): name.start_mark.line + 1 for name, _ in value.value}
    return template, lines


def _compose(source: str) -> yaml.Node | None:
    try:
        return yaml.compose(source, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise YamlTextError(
            error.problem_mark.line + 1 if error.problem_mark else 1, str(error.problem)
        ) from error
    except yaml.reader.ReaderError as error:
        raise YamlTextError(source.count("\n", 0, error.position) + 1, error.reason) from error


def _refuse_depth(source: str) -> None:
    """Refuse what would overflow the stack of libyaml's composer, which does not count its depth."""
    if far := _FAR_INDENT.search(source):
        raise _error_at(source, far.start())
    if source.count("[") + source.count("{") <= MAX_COMPOSED:
        return
    depth = 0
    for bracket in _BRACKET.finditer(source):
        depth = max(0, depth + (1 if bracket[0] in "[{" else -1))
        if depth > MAX_COMPOSED:
            raise _error_at(source, bracket.start())


def _error_at(source: str, position: int) -> YamlTextError:
    line = source.count("\n", 0, position) + 1
    return YamlTextError(line, f"nested more than {MAX_DEPTH} levels deep")


class _Builder:
    """Builds plain Python from nodes; an alias is built again, so the size is counted."""

    def __init__(self) -> None:
        self._scalars = yaml.constructor.SafeConstructor()
        self._nodes = 0

    def build(self, node: yaml.Node, depth: int = 0) -> Any:
        self._nodes += 1
        if depth > MAX_DEPTH:
            raise _error(node, f"nested more than {MAX_DEPTH} levels deep, or a part that holds itself")
        if self._nodes > MAX_NODES:
            raise _error(node, f"aliases that expand to more than {MAX_NODES:,} values")
        if node.tag.startswith("!") and len(node.tag) > 1:
            return self._intrinsic(node, depth)
        return self._plain(node, depth)

    def _plain(self, node: yaml.Node, depth: int) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(entry, depth + 1) for entry in node.value]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, Any]:
        pairs: list[tuple[str, Any]] = []
        lines: list[int] = []
        merged: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _error(key, "a key that is no text")
            if key.tag == _MERGE:
                entries = value.value if isinstance(value, yaml.SequenceNode) else [value]
                for entry in reversed(entries):
                    part = self.build(entry, depth + 1)
                    merged |= part if isinstance(part, dict) else {}
            else:
                pairs.append((str(key.value), self.build(value, depth + 1)))
                lines.append(key.start_mark.line + 1)
        built = of_pairs(pairs, lines)
        return merged | built if merged else built

    def _scalar(self, node: yaml.Node) -> Any:
        if node.tag in (f"{_TAG}str", f"{_TAG}timestamp", f"{_TAG}binary", f"{_TAG}value", "!"):
            return node.value
        try:
            return self._scalars.construct_object(node)
        except (ValueError, yaml.constructor.ConstructorError) as error:
            raise _error(node, f"a value that does not read as {node.tag.removeprefix(_TAG)}") from error

    def _intrinsic(self, node: yaml.Node, depth: int) -> dict[str, Any]:
        name = node.tag[1:].removeprefix("Fn::")
        argument = node.value if isinstance(node, yaml.ScalarNode) else self._plain(node, depth + 1)
        if name == "GetAtt" and isinstance(argument, str):
            argument = argument.split(".", 1)
        return {name if name in _BARE else f"Fn::{name}": argument}


def _error(node: yaml.Node, problem: str) -> YamlTextError:
    return YamlTextError(node.start_mark.line + 1, problem)
